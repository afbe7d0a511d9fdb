"""One transaction, one place: the only commit in the code base. It begins at the edge and ends there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from psycopg.pq import TransactionStatus
from sqlalchemy.orm import Session, sessionmaker

from config import tokens
from config.events import Event, Reaction, ReactionDone, Reactor, RecordedEvent, reaction_name

if TYPE_CHECKING:
    from config.access import Actor
    from config.clock import Clock
    from config.jobs import Jobs

Kind = TypeVar("Kind")


class Tools:
    """The parts of this installation that a process asks, found by their type: `unit.tools[SignerClient]`."""

    def __init__(self, *parts: object) -> None:
        self._parts: dict[type, object] = {type(part): part for part in parts}

    def add(self, part: object) -> None:
        self._parts[type(part)] = part

    def __getitem__(self, kind: type[Kind]) -> Kind:
        if kind not in self._parts:
            raise LookupError(f"This process was started without {kind.__name__}.")
        return cast(Kind, self._parts[kind])


class Work:
    """One transaction at work: what a use case may load, change and record. It never commits."""

    def __init__(self, unit: UnitOfWork, session: Session, actor: Actor) -> None:
        self.session = session
        self.actor = actor
        self.clock = unit.clock
        self.tools = unit.tools
        self._reactor = unit.reactor
        self._jobs = unit.jobs

    def by(self, actor: Actor) -> Work:
        """The same transaction in the name of somebody else."""
        other = copy(self)
        other.actor = actor
        return other

    def record(self, event: Event) -> None:
        """Write the event down, run what happens together with it, defer a job for each thing that follows."""
        self.record_all([event])

    def record_all(self, events: Sequence[Event]) -> None:
        """The same for many events in a few statements; the jobs of each reaction wait in their order."""
        rows = [
            RecordedEvent(
                id=tokens.new_id(),
                name=type(event).__name__,
                body=event.to_body(),
                actor=str(self.actor.id),
                recorded_at=self.clock.now(),
            )
            for event in events
        ]
        self.session.add_all(rows)
        self.session.flush()
        following: dict[Any, list[UUID]] = {}
        for event, row in zip(events, rows, strict=True):
            reactions = self._reactor.of(event)
            for reaction in reactions.together:
                reaction(self, event)
            for reaction in reactions.afterwards:
                following.setdefault(reaction, []).append(row.id)
        for reaction, ids in following.items():
            self._jobs.defer_reactions(self.session, reaction_name(reaction), ids)

    def react_once(self, recorded: RecordedEvent, reaction: Reaction) -> bool:
        """Run a reaction to a stored event unless it ran before; True when it ran now."""
        key = (recorded.id, reaction_name(reaction))
        if self.session.get(ReactionDone, key):
            return False
        self.session.add(ReactionDone(event_id=key[0], reaction=key[1], done_at=self.clock.now()))
        self.session.flush()  # a second worker on the same job waits here, then fails on the key and tries again
        reaction(self, self._reactor.restore(recorded))
        return True


class UnitOfWork:
    """Begins transactions. A process (a function that takes `unit`) uses several and holds none while it asks a key."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        clock: Clock,
        reactor: Reactor,
        jobs: Jobs,
        tools: Tools | None = None,
    ) -> None:
        self._sessions = sessions
        self.clock = clock
        self.reactor = reactor
        self.jobs = jobs
        self.tools = tools or Tools()

    def by(self, clock: Clock) -> UnitOfWork:
        """The same installation by another clock."""
        return UnitOfWork(self._sessions, clock, self.reactor, self.jobs, self.tools)

    @contextmanager
    def begin(self, actor: Actor) -> Iterator[Work]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield Work(self, session, actor)
            session.flush()
            refuse_failed(session)


def refuse_failed(session: Session) -> None:
    """PostgreSQL turns the commit of a failed transaction into a silent rollback; say so instead."""
    connection = cast(Any, session.connection().connection.dbapi_connection)
    if connection.info.transaction_status == TransactionStatus.INERROR:
        raise RuntimeError("This transaction failed earlier and its error was swallowed; nothing is committed.")
