"""The list of honest files: each has a name, who made it and the verdict that is due, with and without known issuer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from signing.validation.report import Verdict

VALID, AMBER = Verdict.VALID, Verdict.INDETERMINATE
STRANGER = "does not come from an authority that we trust"
Make = Callable[[], bytes]
ALL: dict[str, Honest] = {}


@dataclass(frozen=True)
class Honest:
    """One file of the collection. `why` is part of each reason that it may be amber for, where its issuer is asked."""

    name: str
    by: str
    expected: Verdict
    why: str
    awaited: frozenset[str]
    make: Make

    @functools.cached_property
    def file(self) -> bytes:
        """The document; made once."""
        return self.make()


def honest(by: str, name: str, make: Make, why: str = "", awaited: tuple[str, ...] = ()) -> None:
    """Puts a document that program `by` made on the list; `why` says that it is amber, and for which true reason."""
    assert name not in ALL
    ALL[name] = Honest(name, by, AMBER if why else VALID, why, frozenset(awaited), make)
