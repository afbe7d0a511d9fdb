"""The commands end with a code that a script can rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.access import SYSTEM
from config.cli import Context
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.cli import registry
from registry.entries.enter import enter
from registry.entries.models import Entry
from registry.log.append import integrate
from registry.log.audit import audit
from tests.registry.conftest import edited, made_up_entry


@pytest.fixture
def context(live_unit: UnitOfWork, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Context:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Context(lambda settings: live_unit, lambda settings, demonstration: pytest.fail("no plan is needed"))


def run(context: Context, *arguments: str) -> Result:
    return CliRunner().invoke(registry, arguments, obj=context)


def entered(unit: UnitOfWork, **changes: Any) -> str:
    new = made_up_entry(unit, **changes)
    with unit.begin(SYSTEM) as work:
        return enter(work, new).register_code


def test_verify_ends_with_the_colour(context: Context, live_unit: UnitOfWork, tmp_path: Path) -> None:
    good, expired = entered(live_unit), entered(live_unit, valid_until=date(2026, 1, 2))
    integrate(live_unit)
    pending = entered(live_unit)
    for code, exit_code, verdict in ((good, 0, "green"), (expired, 1, "red"), (pending, 3, "amber")):
        done = run(context, "verify", code, "--json")
        assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (exit_code, verdict)
        assert run(context, "verify", code).stdout.startswith(f"{verdict}: ")
    for unknown in ("0000000000001", "no code"):
        assert run(context, "verify", unknown).exit_code == 4
    assert json.loads(run(context, "verify", "no code", "--json").stdout)["verdict"] is None
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n%%EOF\n")
    assert run(context, "verify", str(file)).exit_code == 3


def test_audit_ends_with_whether_something_is_wrong(
    context: Context, live_unit: UnitOfWork, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.cli.audit_files", lambda unit: [])  # other tests have left papers without files
    code = entered(live_unit)
    done = run(context, "log", "integrate")
    assert (done.exit_code, int(done.stdout)) == (0, integrate(live_unit))
    assert run(context, "log", "audit").exit_code == 0
    with edited(settings, Entry, Entry.register_code == code, number="other"):
        done = run(context, "log", "audit")
    assert done.exit_code == 1
    assert code in done.stdout
    assert audit(live_unit) == []
