"""A package is checked and published, and a procedure closed, from the command line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.access import SYSTEM
from config.cli import Context
from config.errors import Refused
from config.serve import Plan
from config.unit_of_work import UnitOfWork
from licensing.catalogue.errors import ProcedureClosed, RevisionOutOfOrder
from licensing.catalogue.queries import revision_in_force
from licensing.catalogue.read import PACKAGES
from licensing.workflow.cli import procedures

CODE = "2.001827"
FROM = ("--from", "2026-02-05")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped package that a test may spoil."""
    return Path(shutil.copytree(PACKAGES / CODE, tmp_path / CODE))


def spoil(folder: Path, was: str, becomes: str) -> None:
    path = folder / "procedure.yaml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")


def run(unit: UnitOfWork, *arguments: str) -> Result:
    context = Context(lambda settings: unit, lambda settings, demonstration: Plan([], []))
    result = CliRunner().invoke(procedures, arguments, obj=context)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Context, "settings", None)


def test_lint_lists_the_law_that_nobody_has_read_and_nothing_else(unit: UnitOfWork, folder: Path) -> None:
    result = run(unit, "lint", str(folder), *FROM)
    assert result.exit_code == 0
    assert "not verified: 67/2021/TT-BTC" in result.output.splitlines()
    assert all(line.startswith("not verified: ") for line in result.output.splitlines())


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("sets: 1", "sets: 0", "/sets: must be 1 or more"),
        ("value: 25", "value: 21", "/time_limit: The longest way through takes 22.0 working days of 21."),
        ("sets: 1", "sets: one", "procedure.yaml/sets: must be a number, not 'one'"),
    ],
)
def test_lint_says_every_kind_of_fault_with_its_place(
    unit: UnitOfWork, folder: Path, was: str, becomes: str, said: str
) -> None:
    spoil(folder, was, becomes)
    result = run(unit, "lint", str(folder), *FROM)
    assert (result.exit_code, result.output.splitlines()[0]) == (1, said)


def test_a_package_is_published_once_and_closed_with_its_reason(unit: UnitOfWork, folder: Path) -> None:
    first = run(unit, "publish", str(folder), *FROM).output
    assert first.startswith(f"{CODE} revision 1 ")
    assert run(unit, "publish", str(folder), *FROM).output == first
    spoil(folder, "value: 25", "value: 24")
    with pytest.raises(RevisionOutOfOrder):
        run(unit, "publish", str(folder), *FROM)
    run(unit, "close", CODE, "--from", "2026-03-01", "--because", "Bãi bỏ")
    with unit.begin(SYSTEM) as work:
        assert revision_in_force(work, CODE, date(2026, 2, 28)).number == 1
        with pytest.raises(ProcedureClosed):
            revision_in_force(work, CODE, date(2026, 3, 1))


def test_a_package_with_a_fault_is_not_published(unit: UnitOfWork, folder: Path) -> None:
    spoil(folder, "value: 25", "value: 21")
    with pytest.raises(Refused, match="fault"):
        run(unit, "publish", str(folder), *FROM)


@pytest.mark.parametrize("day", ["05/02/2026", "2026-02-30", "today"])
def test_a_day_is_written_in_full(unit: UnitOfWork, folder: Path, day: str) -> None:
    assert run(unit, "lint", str(folder), "--from", day).exit_code == 2
