"""Where several processes share the tests, the files that take longest go first: none is left to one at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = (
    "tests/kills/test_issuance_survives.py",
    "tests/compromise/test_rehearsals.py",
    "tests/kills/test_batch_survives.py",
    "tests/browser/test_whole_line.py",
    "tests/browser/test_desk.py",
    "tests/browser/test_agent.py",
    "tests/browser/test_signing.py",
    "tests/browser/test_apply.py",
    "tests/kills/test_elsewhere_survives.py",
    "tests/journeys/test_demonstration.py",
    "tests/browser/test_elsewhere.py",
    "tests/compromise/test_elsewhere.py",
    "tests/api/test_schemathesis.py",
    "tests/browser/test_verify.py",
    "tests/browser/test_follow.py",
    "tests/journeys/test_elsewhere.py",
    "tests/journeys/test_grant.py",
    "tests/config/test_serve.py",
    "tests/attacks/test_attacks.py",
    "tests/browser/test_address.py",
    "tests/browser/test_registers.py",
    "tests/browser/test_verify_files.py",
    "tests/browser/test_accounts.py",
    "tests/browser/test_papers.py",
    "tests/journeys/test_markup.py",
    "tests/compromise/test_killed.py",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """A file's tests stay together, and so do those of several files that share one installation of their own."""
    group = str(item.path.relative_to(ROOT))
    if item.path.is_relative_to(ROOT / "tests/compromise"):
        group = "compromise"
    elif "installation" in getattr(item, "fixturenames", ()):
        group = "installation"
    item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order, but for those."""
    place = {ROOT / path: number for number, path in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))
