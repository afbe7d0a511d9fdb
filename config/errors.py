"""How a use case says no: five kinds, told apart by what the caller can do about it. Knows no HTTP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypedDict


class Fault(TypedDict):
    """One wrong place in what was sent: a JSON Pointer (RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


class Refused(Exception):
    """A refusal with a sentence for the person who asked. Its `code` comes from the class name."""

    def __init__(self, detail: str, errors: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)

    @property
    def code(self) -> str:
        """`ApplicationIncomplete` -> `application-incomplete`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()


class Stopped(Exception):
    """A command or process cannot begin or go on; `str()` says why, a line for each reason."""


class NotFound(Refused):
    """There is no such thing, or the caller may not learn that there is."""


class NotAllowed(Refused):
    """The caller may not do this."""


class Conflict(Refused):
    """It does not fit the present state; what is there was kept."""


class RuleBroken(Refused):
    """A rule of the procedure or of the law says no."""


class Unavailable(Refused):
    """Another process or server did not answer; try again later, nothing is lost."""
