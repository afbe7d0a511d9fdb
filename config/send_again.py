"""A form whose session ended in mid-typing is sent again after signing in, with one click and nothing else changed.

The token that stands for the lost one is bound to the account, the address, every field and an hour: whoever signs in
as somebody else, changes a field or comes later, meets the page that is out of date.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LASTS = timedelta(hours=1)
MARK = "again"
LINE_END = re.compile(r"\r\n?")  # browsers send other ends of lines than they read from a page


@dataclass(frozen=True)
class EndedSession:
    """The session that a request's cookie names: over by age, but neither signed out nor of a closed account."""

    id: UUID | str
    account_id: UUID | str


@dataclass(frozen=True)
class Sending:
    """What is sent: by whom, where, and every field of it."""

    account_id: UUID | str
    method: str
    address: str
    fields: list[tuple[str, str]]


def again_token(key: bytes, sending: Sending, now: datetime) -> str:
    """The token for this very sending, for an hour."""
    until = int((now + LASTS).timestamp())
    return f"{MARK}.{until}.{_seal(key, sending, until)}"


def is_good(key: bytes, given: str, sending: Sending, now: datetime) -> bool:
    """The token was made for this very sending, less than an hour ago."""
    mark, _, rest = given.partition(".")
    until, _, seal = rest.partition(".")
    if mark != MARK or not (until.isascii() and until.isdigit() and len(until) <= 12 and seal.isascii()):
        return False
    return now.timestamp() < int(until) and hmac.compare_digest(seal, _seal(key, sending, int(until)))


def _seal(key: bytes, sending: Sending, until: int) -> str:
    fields = [[name, LINE_END.sub("\n", value)] for name, value in sending.fields]
    said = json.dumps([str(sending.account_id), sending.method, sending.address, until, fields])
    return hmac.new(key, b"form sent again " + said.encode(), hashlib.sha256).hexdigest()
