"""The list of all forgeries: each has a name, a class of attack, a file to begin with and the verdict that is due."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signing.validation.report import Verdict
from tests.attacks.bases import BASES

RED, AMBER, UNREADABLE = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.UNREADABLE
Forge = Callable[[bytes], bytes]
ALL: dict[str, Attack] = {}


@dataclass(frozen=True)
class Attack:
    """One file of the collection. `any_issuer` asks that it is refused even where nobody asks who the issuer is."""

    name: str
    kind: str
    base: str
    expected: Verdict
    any_issuer: bool
    forge: Forge

    @functools.cached_property
    def file(self) -> bytes:
        """The forged document; always the same bytes but for signatures made anew."""
        return self.forge(BASES[self.base]())


def attack(
    kind: str,
    on: str,
    expected: Verdict = RED,
    other: dict[str, Verdict] | None = None,
    any_issuer: bool = True,
) -> Callable[[Forge], Forge]:
    """Puts a forgery of class `kind` on the list, once for each base named in `on`; `other` are verdicts of some."""

    def listed(forge: Forge) -> Forge:
        for base in on.split():
            name = f"{forge.__name__}-{base}"
            assert name not in ALL
            ALL[name] = Attack(name, kind, base, (other or {}).get(base, expected), any_issuer, forge)
        return forge

    return listed


def attacks(kind: str, on: str, expected: Verdict, forgeries: Iterable[tuple[str, Forge]]) -> None:
    """The same for variants that differ in a value only."""
    for name, forge in forgeries:
        forge.__name__ = name
        attack(kind, on, expected)(forge)
