"""Writes the table of docs/problems.md from the code; the guard in test_documents.py only compares."""

from __future__ import annotations

from config.errors import Refused
from tests.architecture.docs_guards import problem_row
from tests.architecture.loaded import our_subclasses
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "problems.md"
RULE = "|---|---|---|\n"


def written(page: str, kinds: set[type[Refused]]) -> str:
    """The page with one line for each refusal, in order of their codes; what stands above the table stays."""
    before, rule, _old = page.partition(RULE)
    return before + rule + "".join(f"{line}\n" for line in sorted({problem_row(kind) for kind in kinds}))


def main() -> None:
    kinds = {kind for kind in our_subclasses(Refused) if kind.__module__ != "config.errors"}
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), kinds), encoding="utf-8")


if __name__ == "__main__":
    main()
