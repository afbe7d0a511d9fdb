"""Background work on Procrastinate: deferred on the caller's own connection, so change and job commit together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import procrastinate
import sqlalchemy as sa
import structlog
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONDict
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.access import SYSTEM
from config.database import Base, Instant
from config.events import Reactor, RecordedEvent, is_process
from config.retries import GrowingPauses, queue_of

if TYPE_CHECKING:
    from config.settings import Settings
    from config.unit_of_work import UnitOfWork

REACT, RUN, RESCUE = "antin.react", "antin.run", "antin.rescue"
log = structlog.get_logger()


class NotYet(Exception):
    """Raised by a process that follows an event and waits for somebody: run it again in some seconds. No failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class JobFailure(Base):
    """Why a job's attempt failed, so that no failure is swallowed; read by `antin jobs failed`."""

    __tablename__ = "job_failures"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    attempt: Mapped[int]
    failed_at: Mapped[Instant]
    error: Mapped[str]


Process = Callable[["UnitOfWork"], object]


@dataclass(frozen=True)
class Periodic:
    """A process that runs by the clock: `cron` has five fields, or six with the seconds last."""

    name: str
    cron: str
    process: Process


class Jobs:
    """Defers jobs and runs them. Arguments are names and ids, never secrets or personal data."""

    def __init__(
        self,
        settings: Settings,
        reactor: Reactor,
        processes: Mapping[str, Process],
        schedule: Sequence[Periodic] = (),
    ) -> None:
        self._reactor = reactor
        self._processes = dict(processes) | {item.name: item.process for item in schedule}
        self._schedule = schedule
        self._settings = settings
        self._retry = GrowingPauses(settings.job_attempts, settings.job_longest_pause)
        self._deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        for name in (REACT, RUN):
            self._deferring.task(name=name, pass_context=True)(_never_runs_here)

    def defer_reactions(self, session: Session, reaction: str, event_ids: Sequence[UUID]) -> None:
        """One job for this reaction to each event, in the caller's transaction."""
        self._reactor.reaction(reaction)
        connection = session.connection().connection.dbapi_connection
        deferrer = self._deferring.configure_task(REACT, allow_unknown=False, connection=cast(Any, connection))
        found: list[JSONDict] = [{"reaction": reaction, "event_id": str(event_id)} for event_id in event_ids]
        deferrer.batch_defer(*found)

    def _defer_again(self, unit: UnitOfWork, reaction: str, event_id: str, seconds: float) -> None:
        at = unit.clock.now() + timedelta(seconds=seconds)
        with unit.begin(SYSTEM) as work:
            self._defer(work.session, REACT, {"reaction": reaction, "event_id": event_id}, queueing_lock=None, at=at)

    def defer_process(self, session: Session, name: str) -> None:
        """Have a named process run soon; when it already waits in the queue, that one is enough."""
        if name not in self._processes:
            raise LookupError(f"No process is called {name}.")
        self._defer(session, RUN, {"name": name}, queueing_lock=name)

    def _defer(
        self,
        session: Session,
        task: str,
        arguments: dict[str, str],
        queueing_lock: str | None,
        at: datetime | None = None,
    ) -> None:
        connection = session.connection()
        job = self._deferring.configure_task(
            task,
            allow_unknown=False,
            connection=cast(Any, connection.connection.dbapi_connection),
            queueing_lock=queueing_lock,
            schedule_at=at,
        )
        if queueing_lock is None:
            job.defer(**arguments)
            return
        with suppress(AlreadyEnqueued), connection.begin_nested():  # a taken lock must not fail the transaction
            job.defer(**arguments)

    def run_worker(self, unit: UnitOfWork, *, wait: bool = True) -> None:
        """Work until told to stop (SIGTERM, SIGINT), or without `wait` until nothing is due.

        A job cut off by a kill is taken over by the rescue.
        """
        asyncio.run(self._run(unit, wait))

    async def _run(self, unit: UnitOfWork, wait: bool) -> None:
        stalled = self._settings.job_stalled_after
        app = queue_of(psycopg_url(self._settings))
        app.task(name=REACT, pass_context=True, retry=self._retry)(self._reporting(unit, partial(self._react, unit)))
        app.task(name=RUN, pass_context=True, retry=self._retry)(
            self._reporting(unit, partial(self._run_process, unit))
        )
        self._add_schedule(app, unit)

        @app.periodic(cron=f"* * * * * */{max(1, min(30, int(stalled // 2)))}")
        @app.task(name=RESCUE, queueing_lock=RESCUE, pass_context=True)
        async def rescue(context: procrastinate.JobContext, timestamp: int) -> None:
            await take_over(app, unit, stalled, self._settings.job_attempts)

        async with app.open_async():
            await take_over(app, unit, stalled, self._settings.job_attempts)
            await app.run_worker_async(
                concurrency=self._settings.worker_concurrency,
                update_heartbeat_interval=max(0.3, stalled / 3),
                stalled_worker_timeout=stalled,
                fetch_job_polling_interval=min(5.0, stalled),
                delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL.value,
                install_signal_handlers=wait,
                wait=wait,
            )

    def _add_schedule(self, app: procrastinate.App, unit: UnitOfWork) -> None:
        for item in self._schedule:

            def run(timestamp: int, item: Periodic = item) -> None:
                item.process(unit)

            name = f"antin.periodic.{item.name}"
            task = app.task(name=name, queueing_lock=item.name, pass_context=True, retry=self._retry)
            app.periodic(cron=item.cron)(task(self._reporting(unit, run)))

    @staticmethod
    def _reporting(unit: UnitOfWork, run: Callable[..., None]) -> Callable[..., None]:
        """Wrap a task so that the error of a failed attempt is kept for `antin jobs failed`."""

        def task(context: procrastinate.JobContext, **arguments: Any) -> None:
            try:
                run(**arguments)
            except Exception as error:
                keep_failure(unit, context.job, error)
                raise

        return task

    def _react(self, unit: UnitOfWork, reaction: str, event_id: str) -> None:
        found = self._reactor.reaction(reaction)
        with unit.begin(SYSTEM) as work:
            recorded = work.session.get_one(RecordedEvent, UUID(event_id))
            if not is_process(found):
                work.react_once(recorded, found)
                return
        try:
            found(unit, self._reactor.restore(recorded))
        except NotYet as later:
            self._defer_again(unit, reaction, event_id, later.seconds)

    def _run_process(self, unit: UnitOfWork, name: str) -> None:
        self._processes[name](unit)


def _never_runs_here(context: procrastinate.JobContext, /, **arguments: str) -> None:
    """The web process only defers; `Jobs.run_worker` registers what runs."""


def psycopg_url(settings: Settings) -> str:
    """The app role's address as libpq takes it."""
    return sa.make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)


def keep_failure(unit: UnitOfWork, job: procrastinate.jobs.Job, error: Exception) -> None:
    """Store and log why an attempt failed; the class and message only, no arguments."""
    log.warning("job failed", job=job.id, task=job.task_name, attempt=job.attempts + 1, error=type(error).__name__)
    with unit.begin(SYSTEM) as work:
        failure = JobFailure(
            job_id=job.id or 0,
            attempt=job.attempts + 1,
            failed_at=unit.clock.now(),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        work.session.add(failure)


async def take_over(app: procrastinate.App, unit: UnitOfWork, stalled: float, attempts: int) -> None:
    """Give the jobs of killed workers back to the queue; one that killed its worker too often ends as failed."""
    await app.job_manager.prune_stalled_workers(stalled)
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled):
        if job.attempts + 1 >= attempts:
            await app.job_manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=False)
            keep_failure(unit, job, RuntimeError("The worker died in every attempt."))
        else:
            await app.job_manager.retry_job(job)
