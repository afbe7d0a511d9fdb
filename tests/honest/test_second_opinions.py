"""Other programs' opinions beside ours; where they disagree, docs/validation.md says why, and says nothing else."""

from __future__ import annotations

import functools
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.attacks.every import ALL as ATTACKS
from tests.honest import opinions
from tests.honest.every import ALL as HONEST
from tests.honest.opinions import GOOD, UNO_PYTHON
from tests.signing.pades.build import LATER, fresh, trust

DOC = Path(__file__).parents[2] / "docs" / "validation.md"
HEADING = "### Second opinions"
COLUMNS = ("file", "ours", "pdfsig", "openssl", "office", "why")
INSTALLED = "LibreOffice with UNO is not installed: apt-get install libreoffice-draw-nogui python3-uno"


@dataclass(frozen=True)
class Case:
    """A file and our verdict, in which nobody asks who the issuer is: the others are not asked that either."""

    name: str
    pdf: bytes
    ours: Verdict

    def disagrees(self, word: str) -> bool:
        return (self.ours is Verdict.VALID) is not (word == GOOD)


@functools.cache
def cases() -> dict[str, Case]:
    """All honest files, and of each class of attack the first on another's letter, or the first."""
    files = {one.name: (one.file, one.awaited) for one in HONEST.values()}
    for kind in sorted({one.kind for one in ATTACKS.values()}):
        of_kind = [one for one in ATTACKS.values() if one.kind == kind and one.any_issuer]
        chosen = next((one for one in of_kind if one.base == "plain"), of_kind[0])
        files[chosen.name] = (chosen.file, frozenset())
    found = {}
    for name, (pdf, awaited) in files.items():
        found[name] = Case(name, pdf, validate(pdf, trust().for_any_issuer(), LATER, fresh(), awaited).verdict)
    return found


@functools.cache
def explained() -> dict[str, dict[str, str]]:
    """The rows of the table in the documentation, by file."""
    text = DOC.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    rows = [
        [part.strip(" `") for part in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")
    ]
    return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}


def _held_against(column: str, said: dict[str, str]) -> None:
    """Each disagreement has its row, which tells it as it is; and no row tells another opinion than there is."""
    table = explained()
    missing = [(name, cases()[name].ours, word) for name, word in said.items() if cases()[name].disagrees(word)]
    assert [one for one in missing if one[0] not in table] == []
    assert {name for name in table if name not in said} == set()
    assert {name: row[column] for name, row in table.items()} == {name: said[name] for name in table}


def test_pdfsig_disagrees_only_where_that_is_explained(tmp_path: Path) -> None:
    said = {}
    for case in cases().values():
        path = tmp_path / "file.pdf"
        path.write_bytes(case.pdf)
        said[case.name] = opinions.by_pdfsig(path)
    _held_against("pdfsig", said)


def test_openssl_disagrees_only_where_that_is_explained(tmp_path: Path) -> None:
    _held_against("openssl", {case.name: opinions.by_openssl(case.pdf, tmp_path) for case in cases().values()})


def test_libreoffice_disagrees_only_where_that_is_explained(tmp_path: Path) -> None:
    if (
        shutil.which("soffice") is None
        or subprocess.run([UNO_PYTHON, "-c", "import uno"], capture_output=True).returncode
    ):
        pytest.skip("LibreOffice with UNO is not installed: apt-get install libreoffice-draw-nogui python3-uno")
    for case in cases().values():
        (tmp_path / f"{case.name}.pdf").write_bytes(case.pdf)
    said = opinions.by_libreoffice(tmp_path)
    _held_against("office", {name: said[name] for name in cases()})


def test_our_own_verdicts_in_the_table_are_true() -> None:
    table = explained()
    assert {name: row["ours"] for name, row in table.items()} == {name: str(cases()[name].ours) for name in table}
    assert all(len(row["why"]) > 20 for row in table.values())
    said = {name: [row[column] for column in ("pdfsig", "openssl", "office")] for name, row in table.items()}
    assert [name for name, words in said.items() if not any(map(cases()[name].disagrees, words))] == []
