"""How long documents must prove themselves: levels by kind, when evidence is renewed, by which table of algorithms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from config.reader import Reader

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
USUAL = {"*": "B-T", "receipt": "B-LTA"}
LEAST = {"licence": "B-LTA"}  # what stands in the register is preserved, whatever the settings say


@dataclass(frozen=True)
class EvidenceSettings:
    """`levels` by kind of document, `*` for all others; lead in days; SHA-256 of certificates no longer relied on."""

    levels: dict[str, str] = field(default_factory=lambda: USUAL | LEAST)
    lead_days: int = 180
    distrusted: frozenset[str] = frozenset()
    algorithm_table: Path | None = None
    warn_days: int = 60

    def level_of(self, kind: str) -> str:
        """The least level that a document of this kind must reach."""
        return self.levels.get(kind, self.levels["*"])


def read_evidence(reader: Reader) -> EvidenceSettings:
    """The settings of preservation; what is wrong with them is noted at the reader."""
    levels = reader.parsed("SIGNATURE_LEVELS", "*=B-T receipt=B-LTA", _levels, "kind=level pairs, as in *=B-T")
    distrusted = reader.parsed("DISTRUSTED_TSA_CERTIFICATES", "", _digests, "SHA-256 digests separated by spaces")
    table = reader.text("ALGORITHM_TABLE", "")
    assert isinstance(levels, dict)  # noqa: S101 - tells mypy what `_levels` returns
    assert isinstance(distrusted, frozenset)  # noqa: S101 - as above
    for kind, least in LEAST.items():
        if LEVELS.index(levels[kind]) < LEVELS.index(least):
            reader.problems.append(f"SIGNATURE_LEVELS: a {kind} has at least {least}, not {levels[kind]}.")
    return EvidenceSettings(
        levels=levels,
        lead_days=reader.number("PRESERVATION_LEAD_DAYS", 180, 1, 1_500),
        distrusted=distrusted,
        warn_days=reader.number("ENDING_WARN_DAYS", 60, 1, 1_500),
        algorithm_table=Path(table).absolute() if table else None,
    )


def _levels(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.split():
        kind, level = pair.split("=")
        if level not in LEVELS or not re.fullmatch(r"[a-z_]+|\*", kind):
            raise ValueError(pair)
        found[kind] = level
    return (LEAST if "*" in found else USUAL | LEAST) | found


def _digests(text: str) -> frozenset[str]:
    found = frozenset(text.lower().split())
    if not all(re.fullmatch("[0-9a-f]{64}", one) for one in found):
        raise ValueError(text)
    return found
