"""When a job that failed is tried again."""

from __future__ import annotations

import procrastinate
from procrastinate.jobs import Job

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
