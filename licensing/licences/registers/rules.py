"""What stands in a register: its columns, and who receives and who keeps a document. Values only."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.sentences import later
from licensing.catalogue.terms import Text

COLUMNS = Path(__file__).parent / "columns.toml"
FILED = "Lưu"  # begins the line of a paper's recipients that says who keeps the file copy
CLERK = "VT"
PAPER_KINDS = {
    "refusal": Text("Thông báo từ chối giải quyết", "Notice of a refusal"),
}
# Why numbers become void, as the rooms that give them say it: kept in English, shown in the reader's language.
VOID_REASONS = (
    later("The year ended before the document was signed."),
    later("The decision was set aside."),
    later("The date in the paper passed before it was signed."),
    later("The key that signed the document was lost."),
)


@dataclass(frozen=True)
class Column:
    """One column: its heading in both languages, and its part of the printed line."""

    id: str
    heading: Text
    width: int


@dataclass(frozen=True)
class Form:
    """The columns with where they come from; `verified` is true only when somebody read the text itself."""

    columns: Sequence[Column]
    source: str
    provision: str
    verified: bool


@cache
def form_of_register() -> Form:
    """The form of the register, as data."""
    data = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
    columns = [Column(item["id"], Text(item["vi"], item["en"]), item["width"]) for item in data["column"]]
    return Form(columns, data["source"], data["provision"], data["verified"])


def received_and_kept(holder: str, recipients: Sequence[str]) -> tuple[str, str]:
    """Who gets a document (its holder first), and who keeps the file copy: the clerk, unless the paper says more."""
    kept = [line.partition(":")[2].strip() for line in recipients if line.startswith(FILED)]
    others = [line for line in recipients if not line.startswith((FILED, "Như "))]
    return "; ".join(filter(None, [holder, *others])), "; ".join(filter(None, kept)) or CLERK


def without_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whoever typed it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
