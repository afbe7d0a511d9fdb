"""A verdict as people read it: the lines of the paper, the signatures, in the language of the page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.languages import in_language, local_day, number, translated
from config.sentences import later, say
from registry.verification.detailed import how_many, moment_of, shown_checks, spoken
from signing.trust.anchors import INSTALLATION
from signing.validation.checks import common_name_of

SIGNATURES = {
    "valid": later("signature is good"),
    "indeterminate": later("signature cannot be judged now"),
    "invalid": later("signature is not good"),
}
SIGNED = later("signed; this does not change the verdict")  # a good signature beside a red verdict
WHOLE = later("It covers the whole file as it is now.")
PART = later("It covers the file as it was then; what came later is told below.")
KINDS = {"signature": later("Signature"), "timestamp": later("Time stamp")}


@dataclass(frozen=True)
class ShownPrint:
    """The number that stands on a certified print; without a time none was made with it."""

    number: str
    printed_at: datetime | None = None
    sheets: int = 0


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def paper_rows(licence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the paper should say, line by line; the facts in the paper's own order."""
    return [
        (translated(later("Kind of licence")), in_language(licence["title"])),
        (translated(later("Number")), licence["number"]),
        *((in_language(fact["label"]), fact_text(fact["value"])) for fact in licence["facts"]),
        (translated(later("Issued by")), in_language(licence["issuing_agency"])),
        (translated(later("In force from")), local_day(date.fromisoformat(licence["issued_on"]))),
    ]


def last_day(licence: Mapping[str, Any]) -> str:
    """Until when it is in force, as words to stand beside the status."""
    if until := licence["valid_until"]:
        return say("until {day}", day=local_day(date.fromisoformat(until)))
    return later("no end is set")


def fact_text(value: Any) -> str:
    """A public fact of any kind as one text."""
    if isinstance(value, Mapping):
        if "vi" in value:
            return in_language(value)
        return ", ".join(f"{name}: {fact_text(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(fact_text(part) for part in value)
    if value is None or isinstance(value, bool):
        return translated(FLAGS[value])
    return number(value) if isinstance(value, int | float) else str(value)


FLAGS: Mapping[bool | None, str] = {True: later("yes"), False: later("no"), None: later("not stated")}


def shown_signatures(
    signatures: Sequence[Mapping[str, Any]], groups: Mapping[str, Mapping[str, str]], *, red: bool = False
) -> list[dict[str, Any]]:
    """Who signed, in which capacity, when by whose word, and whether it is good; everything comes from the file.

    `red` is said of the verdict on the whole: beside it no signature is called good.
    """
    return [
        {
            "kind": translated(KINDS[one["kind"]]),
            "signer": str(one["signer"] or "?"),
            "moment": _moment(one["signed_at"]),
            "proof": translated(_proof(one)),
            "verdict": str(one["verdict"]),
            "words": translated(SIGNED if red and one["verdict"] == "valid" else SIGNATURES[one["verdict"]]),
            "signed_for": spoken(one.get("signed_for") or ""),
            "covers": _covers(one),
            "anchor": common_name_of(one.get("trust_anchor") or ""),
            "group": _group(one.get("trust_group"), groups),
            "indication": " / ".join(filter(None, (one.get("indication"), one.get("sub_indication")))),
            "checks": (checks := shown_checks(one)),
            "how_many": how_many(checks),
        }
        for one in signatures
    ]


def _group(key: str | None, groups: Mapping[str, Mapping[str, str]]) -> str:
    """What the group of anchors is called in which the path ended."""
    if key == INSTALLATION:
        return translated(later("This installation"))
    return in_language(groups.get(key, {"vi": key, "en": key})) if key else ""


def _covers(signature: Mapping[str, Any]) -> str:
    """How much of the file it covers; one that is broken covers nothing."""
    if signature.get("integrity") != "intact":
        return ""
    return translated(WHOLE if signature["covers_document"] else PART)


def _proof(signature: Mapping[str, Any]) -> str:
    """By whose word the time is that time; a time stamp is its own."""
    if signature["kind"] != "signature" or not signature["signed_at"]:
        return ""
    if signature["time_source"] == "timestamp":
        return later("(proven by a time stamp)")
    return later("(as the signer says)")


def _moment(text: str | None) -> str:
    return moment_of(datetime.fromisoformat(text)) if text else ""
