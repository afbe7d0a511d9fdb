"""When a job that failed is tried again, and that one job of a kind waits at most."""

from __future__ import annotations

from datetime import datetime

import procrastinate
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from config.errors import Unavailable

DAY = 24 * 3600


class GrowingPauses(procrastinate.BaseRetryStrategy):
    """Pauses of 2, 4, 8 … seconds up to the longest one; None after the last attempt.

    What is only away (Unavailable: a timestamp server, an authority, a service of keys) is asked for a day at least,
    and when it is back the job follows within the longest pause. Everything else has its few attempts.
    """

    def __init__(self, attempts: int, longest_pause: int) -> None:
        self._attempts = attempts
        self._longest = longest_pause

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """What follows from the failed attempt; `job.attempts` are those before it."""
        most = self._attempts
        if isinstance(exception, Unavailable):
            growing = self._longest.bit_length()  # pauses at most that are shorter than the longest
            most = max(most, DAY // self._longest + growing)
        if job.attempts >= most:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(2 ** min(job.attempts + 1, 20), self._longest)})


class Queue(JobManager):
    """The queue's own, except that a job steps back for the one with its queueing lock that waits already.

    While a job runs the next of its kind may be enqueued. Should the first one fail then, or its worker be killed,
    the queue would refuse to have both wait; the job would stay as if it ran, and no worker could start.
    """

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put the job back into the queue, or drop it where another does its work."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except UniqueViolation:
            await self.finish_job(job, Status.FAILED, delete_job=True)


def queue_of(conninfo: str) -> procrastinate.App:
    """An application of the queue for a worker, by its database role's address."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))
    app.job_manager = Queue(app.job_manager.connector)
    return app
