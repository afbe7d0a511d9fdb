"""A skipped test is a test that did not run: with ANTIN_SKIPS=fail only the skips that somebody explained may pass.

`tests/allowed-skips.toml` lists them, each with the beginning of its reason and with why it may be so.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

LIST = Path(__file__).with_name("allowed-skips.toml")
STRICT = "ANTIN_SKIPS"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def allowed_reasons(path: Path = LIST) -> tuple[str, ...]:
    """The reasons that may skip a test; an entry without a why is refused."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("skip", [])
    for entry in entries:
        if len(entry["reason"]) < 10 or not entry["why"].strip():
            raise ValueError(f"{path.name}: {entry['reason']!r} needs a telling reason and a why.")
    return tuple(entry["reason"] for entry in entries)


def pytest_report_header() -> str:
    """Say at the top how skips are taken."""
    return f"skips: {'failures, unless listed' if os.environ.get(STRICT) == 'fail' else 'shown with their reasons'}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn an unexpected skip of a test into a failure."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn an unexpected skip of a whole file into a failure."""
    return _judged((yield))


def _judged(report: Report) -> Report:
    if os.environ.get(STRICT) == "fail" and report.skipped and not hasattr(report, "wasxfail"):
        reason = _reason(report)
        if not reason.startswith(allowed_reasons()):
            report.outcome = "failed"
            report.longrepr = f"This skip is not expected here: {reason} (see {LIST.name})"
    return report


def _reason(report: Any) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(text).removeprefix("Skipped: ")
