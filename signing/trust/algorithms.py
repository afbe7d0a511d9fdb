"""Until when each algorithm may be relied on: a table with dates, shipped as data, that an installation may replace.

Validation asks it for every signature at the time in question; preservation asks it when evidence ages out.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from signing.trust.errors import AlgorithmTableUnusable

SHIPPED = Path(__file__).with_name("algorithms.toml")
NEVER = date.min  # the last day of what was never accepted


@dataclass(frozen=True)
class Row:
    """One algorithm: `least_bits` of the key (0 for digests), `until` the last day, None when no end is foreseen."""

    name: str
    least_bits: int = 0
    until: date | None = None


@dataclass(frozen=True)
class AlgorithmTable:
    """What counts in one installation: the table's name and day of issue, digests, kinds of signature."""

    name: str
    issued: date
    source: str
    digests: tuple[Row, ...]
    signatures: tuple[Row, ...]

    @staticmethod
    def from_file(path: Path) -> AlgorithmTable:
        """The table in a TOML file; raises AlgorithmTableUnusable when it cannot be read or says too little."""
        try:
            return _parsed(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AlgorithmTableUnusable(f"The table of algorithms cannot be read: {error}.") from error

    def digest_until(self, name: str) -> date | None:
        """The last day of a digest by its name ("sha256"); NEVER for one that is not accepted."""
        return next((row.until for row in self.digests if row.name == name), NEVER)

    def signature_until(self, name: str, bits: int) -> date | None:
        """The last day of a kind of signature ("rsassa_pkcs1v15", "ecdsa") with a key of so many bits."""
        fitting = [row for row in self.signatures if row.name == name and row.least_bits <= bits]
        return max(fitting, key=lambda row: row.least_bits).until if fitting else NEVER

    def until(self, used: str) -> date | None:
        """The last day of an algorithm as preservation writes it down: "sha256", or "rsassa_pkcs1v15 3072"."""
        name, _, bits = used.partition(" ")
        return self.signature_until(name, int(bits)) if bits else self.digest_until(name)

    def weakest(self, used: list[str]) -> tuple[str, date | None]:
        """Which of the algorithms ages out first, and its last day."""
        return min(((one, self.until(one)) for one in used), key=lambda pair: (pair[1] or date.max, pair[0]))


def ends(until: date | None) -> datetime | None:
    """The instant from which an algorithm with this last day is not relied on; in UTC, for want of a place."""
    if until is None:
        return None
    if until == NEVER:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(until + timedelta(days=1), time(0), UTC)


@functools.cache
def shipped_table() -> AlgorithmTable:
    """The table that comes with the product."""
    return AlgorithmTable.from_file(SHIPPED)


def _parsed(data: dict[str, Any]) -> AlgorithmTable:
    digests = tuple(Row(row["name"], 0, _day(row)) for row in data["digests"])
    signatures = tuple(Row(row["name"], int(row.get("least_bits", 0)), _day(row)) for row in data["signatures"])
    if not digests or not signatures or not isinstance(data["issued"], date):
        raise ValueError("it names no digest, no kind of signature or no day of issue")
    return AlgorithmTable(str(data["name"]), data["issued"], str(data["source"]), digests, signatures)


def _day(row: dict[str, Any]) -> date | None:
    until = row.get("until")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        raise ValueError(f"the day of {row['name']} is none")
    return until
