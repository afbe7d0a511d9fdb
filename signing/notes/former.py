"""A key that signed a log's notes until it was lost."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FormerLogKey:
    """A retired key of the log: its verifier key as text (C2SP), lost since, retired at."""

    text: str
    since: datetime
    at: datetime
