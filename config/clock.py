"""Time is injected, so that a test can set it and nothing hides a clock: `work.clock.now()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What the service knows of time: instants in UTC, days in the installation's time zone."""

    @property
    def zone(self) -> ZoneInfo: ...

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The day that this instant falls on in the installation's time zone."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock."""

    zone: ZoneInfo

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


@dataclass
class FrozenClock:
    """A clock that stands still until it is told to move; for tests and for replaying a day."""

    at: datetime
    zone: ZoneInfo

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()

    def advance(self, **parts: float) -> None:
        """Move on by `timedelta(**parts)`."""
        self.at += timedelta(**parts)
