"""What happened, as facts of ids; and what follows from each, in two lists that one can read on one screen."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Self, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id, Instant, Json


@dataclass(frozen=True)
class Event:
    """A fact in the past tense; its fields are ids, texts, numbers or days, never personal data."""

    def to_body(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {item.name: _plain(getattr(self, item.name)) for item in dataclasses.fields(self)}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """The event that `to_body` described."""
        hints = inspect.get_annotations(cls, eval_str=True)
        return cls(**{name: _parsed(value, hints[name]) for name, value in body.items()})


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value


def _parsed(value: Any, kind: Any) -> Any:
    if kind is UUID:
        return UUID(value)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return value


class RecordedEvent(Base):
    """One line of the audit: what happened, when, by whom. Jobs are deferred for each of its reactions."""

    __tablename__ = "events"
    __table_args__ = ({"info": {"append_only": True}},)
    id: Mapped[Id]
    name: Mapped[str]
    body: Mapped[Json]
    actor: Mapped[str]
    recorded_at: Mapped[Instant] = mapped_column(index=True)


class ReactionDone(Base):
    """A reaction that ran for an event; its key keeps a second run from doing anything."""

    __tablename__ = "reactions_done"
    __table_args__ = ({"info": {"append_only": True}},)
    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("events.id"), primary_key=True)
    reaction: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[Instant]


Reaction = Callable[[Any, Any], object]


@dataclass(frozen=True)
class Reactions:
    """What follows from an event: `together` in the same transaction and in order, `afterwards` each as a job."""

    together: Sequence[Reaction] = ()
    afterwards: Sequence[Reaction] = ()


Follows = TypeVar("Follows", bound=Reaction)


def only_where(holds: Callable[[Any], bool]) -> Callable[[Follows], Follows]:
    """For a reaction that not every event of its kind has: the others leave no job, and it passes them by."""

    def marked(reaction: Follows) -> Follows:
        @wraps(reaction)
        def asked(work_or_unit: Any, event: Any) -> None:
            if holds(event):
                reaction(work_or_unit, event)

        asked.holds = holds  # type: ignore[attr-defined]
        return cast(Follows, asked)

    return marked


def reaction_name(reaction: Reaction) -> str:
    """`licensing.licences.issue:enter_licence`: how a job names the reaction it is for."""
    return f"{reaction.__module__}:{reaction.__name__}"


def is_process(reaction: Reaction) -> bool:
    """True for a process over several transactions (its first parameter is `unit`), False for a use case (`work`)."""
    first = next(iter(inspect.signature(reaction).parameters))
    if first not in ("work", "unit"):
        raise TypeError(f"{reaction_name(reaction)}: the first parameter must be work or unit, not {first}.")
    return first == "unit"


@dataclass
class Reactor:
    """All reactions of this installation, joined from every package's table."""

    tables: Sequence[Mapping[type[Event], Reactions]] = ()
    _by_event: dict[str, tuple[type[Event], Reactions]] = field(init=False, default_factory=dict)
    _by_name: dict[str, Reaction] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for table in self.tables:
            for kind, reactions in table.items():
                together, afterwards = self._by_event.get(kind.__name__, (kind, Reactions()))[1], reactions
                joined = Reactions(
                    [*together.together, *afterwards.together], [*together.afterwards, *afterwards.afterwards]
                )
                if any(is_process(reaction) for reaction in joined.together):
                    raise TypeError(f"{kind.__name__}: a process cannot run together with a transaction.")
                self._by_event[kind.__name__] = (kind, joined)
                self._by_name |= {reaction_name(reaction): reaction for reaction in joined.afterwards}

    def of(self, event: Event) -> Reactions:
        """What follows from this very event; every kind must stand in a table, maybe with no reaction."""
        known = self._by_event[type(event).__name__][1]
        return Reactions(known.together, [one for one in known.afterwards if _has(one, event)])

    def reaction(self, name: str) -> Reaction:
        return self._by_name[name]

    def restore(self, recorded: RecordedEvent) -> Event:
        """The event of a stored line."""
        return self._by_event[recorded.name][0].from_body(recorded.body)


def _has(reaction: Reaction, event: Event) -> bool:
    return bool(getattr(reaction, "holds", lambda _: True)(event))
