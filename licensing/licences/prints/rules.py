"""What an order of a certified print must say. Values only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from config.errors import Fault
from config.sentences import later, say
from licensing.licences.prints.errors import PrintIncomplete

LONGEST_RECIPIENT = 200
LONGEST_REASON = 500
SELF_SERVICE = "Chủ giấy phép tự in"  # kept in the log, in the language of its officials
RECIPIENT_MISSING = later("Say for whom the print is made.")
REASON_MISSING = later("Say why the print is made.")
TOO_LONG = later("At most {count} characters.")
UNSEEN = later("Type only characters that can be seen.")


@dataclass(frozen=True)
class PrintOrder:
    """An order: `key` is the same when it is sent again, so that it is carried out once."""

    key: UUID
    recipient: str = ""
    reason: str = ""


def checked(order: PrintOrder) -> PrintOrder:
    """The order with its texts tidied; raises PrintIncomplete, which names every place."""
    texts = {"recipient": _tidy(order.recipient), "reason": _tidy(order.reason)}
    faults = [
        *_faults("recipient", texts["recipient"], RECIPIENT_MISSING, LONGEST_RECIPIENT),
        *_faults("reason", texts["reason"], REASON_MISSING, LONGEST_REASON),
    ]
    if faults:
        raise PrintIncomplete(later("The print was not made: something is missing."), faults)
    return PrintOrder(order.key, **texts)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _faults(place: str, text: str, missing: str, longest: int) -> list[Fault]:
    if not text:
        return [{"pointer": f"/{place}", "detail": missing}]
    if len(text) > longest:
        return [{"pointer": f"/{place}", "detail": say(TOO_LONG, count=longest)}]
    if any(unicodedata.category(sign)[0] == "C" for sign in text):
        return [{"pointer": f"/{place}", "detail": UNSEEN}]
    return []
