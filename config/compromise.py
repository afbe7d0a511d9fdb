"""Which classes of keys there are, and what has to be done when one of them is lost: each package names its own.

A drill is told in two ways from the same code: what would be touched, and what was done. Each of its steps may be
cut off anywhere and run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.errors import Conflict, NotFound, RuleBroken
from config.events import Event
from config.retired import RetiredKey, RetiredKeys
from config.unit_of_work import UnitOfWork


class KeyClassUnknown(NotFound):
    """No class of keys has this name."""


class KeyClassAbsent(NotFound):
    """The class is foreseen, but this installation has no such key yet."""


class KeyNotFound(NotFound):
    """The class has no key of this name here."""


class RetiredOtherwise(Conflict):
    """The key is retired already, as lost since another moment."""


class LossRefused(RuleBroken):
    """A key cannot be lost since this moment."""


class Fate(StrEnum):
    """What becomes of a thing that a lost key touched."""

    STANDS = "stands"
    SEALED_ANEW = "sealed anew"
    SIGNED_ANEW = "signed anew"
    NEW_PAPER = "needs a new paper"
    PREPARED_ANEW = "prepared anew"
    NEW_EVIDENCE = "new evidence"
    REVOKED = "revoked"
    REPLACED = "replaced"
    PUBLISHED_ANEW = "published anew"
    ENDED = "ended"
    DOUBTFUL = "cannot be told apart"


@dataclass(frozen=True)
class Touched:
    """One thing, what becomes of it, and why."""

    fate: Fate
    what: str
    name: str
    why: str = ""


@dataclass(frozen=True)
class Loss:
    """A key that was lost: its class, its name there, the `mark` of the lost one, since when, why, who says so.

    `passphrase` opens the issuing authority where it has no file beside it.
    """

    key_class: str
    key: str
    mark: str
    since: datetime
    reason: str
    by: str
    passphrase: bytes | None = None

    def retired(self, at: datetime, public: str = "") -> RetiredKey:
        """The line of the register of retired keys."""
        return RetiredKey(self.key_class, self.key, self.mark, self.since, at, self.reason, self.by, public)


Step = Callable[[UnitOfWork, Loss], Iterable[str]]


@dataclass(frozen=True)
class Drill:
    """What is done for one class: `keys` gives the mark of each present key by name, `retired` where it is registered.

    `touched` changes nothing. The first step retires the key; each tells what it did, a line each.
    """

    keys: Callable[[UnitOfWork], dict[str, str]]
    retired: Callable[[UnitOfWork], RetiredKeys]
    touched: Callable[[UnitOfWork, Loss], Iterable[Touched]]
    steps: Sequence[Step]


@dataclass(frozen=True)
class KeyClass:
    """A class of keys. Without a drill there is no such key in any installation yet."""

    name: str
    about: str
    drill: Drill | None = None


class KeyClasses:
    """All classes, as the packages name them."""

    def __init__(self, classes: Iterable[KeyClass]) -> None:
        self.all = {one.name: one for one in classes}

    def drill(self, name: str) -> Drill:
        """The drill of a class (KeyClassUnknown, KeyClassAbsent)."""
        found = self.all.get(name)
        if found is None:
            raise KeyClassUnknown(f"There is no class of keys {name!r}; there are: {', '.join(sorted(self.all))}.")
        if found.drill is None:
            raise KeyClassAbsent(f"{name} ({found.about}): this installation has no such key yet.")
        return found.drill


@dataclass(frozen=True)
class KeyRetired(Event):
    """A key is not used any more from here on. The actor says who; `reason` says why."""

    key_class: str
    key: str
    mark: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class CompromiseHandled(Event):
    """Everything that the service itself can do about a lost key is done, or is ordered as jobs."""

    key_class: str
    key: str
    mark: str


def loss_of(unit: UnitOfWork, drill: Drill, said: Loss) -> Loss:
    """The loss with the mark of the key that it is about: the present one, or one that was retired as lost since then.

    Raises KeyNotFound, LossRefused, RetiredOtherwise.
    """
    if said.since > unit.clock.now():
        raise LossRefused("A key is not lost in the future.")
    before = drill.retired(unit).of(said.key_class, said.key)
    for known in reversed(before):
        if known.since == said.since:
            return _with_mark(said, known.mark)
    if before and said.since <= before[-1].at:
        last = before[-1]
        raise RetiredOtherwise(
            f"{said.key} was retired at {last.at.isoformat()} as lost since {last.since.isoformat()}; "
            "repeat it with that moment."
        )
    present = drill.keys(unit)
    if said.key not in present:
        names = ", ".join(sorted(present)) or "none"
        raise KeyNotFound(f"There is no {said.key_class} key {said.key!r} here; there are: {names}.")
    return _with_mark(said, present[said.key])


def _with_mark(said: Loss, mark: str) -> Loss:
    return Loss(said.key_class, said.key, mark, said.since, said.reason, said.by, said.passphrase)
