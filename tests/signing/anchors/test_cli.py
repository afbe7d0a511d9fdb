"""The commands of trust: what they print, and exit codes that a monitoring system can rely on."""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import signing.reactions
from config.cli import Commands, Context
from config.clock import FrozenClock
from config.events import Reactor
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.anchors.cli import trust
from signing.trust.anchors import TrustStore
from tests.pki.build import pki
from tests.pki.serve import serving
from tests.signing.anchors.build import others
from tests.signing.anchors.test_eu_list import made

Run = Callable[..., Result]
BY = ("--by", "Lan Ví Dụ")


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


@pytest.fixture
def run(unit: UnitOfWork, settings: Settings, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    unit.tools.add(TrustStore.of([pki().root]))
    unit.tools.add(dataclasses.replace(settings, list_networks=(ipaddress.ip_network("127.0.0.0/8"),)))
    context = Context(lambda settings: unit, lambda settings, demonstration: pytest.fail("no plan is needed"))
    group = Commands(commands=[trust])
    return lambda *arguments: CliRunner().invoke(group, ["trust", *arguments], obj=context)


def test_an_administrator_decides_by_command(run: Run, tmp_path: Path, clock: FrozenClock) -> None:
    root, sha256 = tmp_path / "root.pem", hashlib.sha256(others().root.der).hexdigest()
    root.write_bytes(others().root.pem)
    opened = ("open-group", "public", "--vi", "Công cộng", "--en", "Public", "--for", "signatures", *BY)
    assert run(*opened).exit_code == 0
    assert run(*opened).exit_code == 1
    assert run("take-in", "public", str(root), "--sha256", "00" * 32, *BY).exit_code == 1
    done = run("take-in", "public", str(root), "--sha256", sha256.upper(), *BY, "--reason", "Công báo")
    assert done.exit_code == 0
    assert "CN=Another root" in done.stdout
    assert run("set-purposes", "public", "--for", "timestamps", *BY).exit_code == 1
    assert run("set-purposes", "public", "--for", "timestamps", *BY, "--reason", "why").exit_code == 0
    lines = run("list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["installation", "public"]
    assert lines[1].split("\t")[1:3] == [sha256, "in force"]
    assert run("take-out", "public", sha256, "--reason", "lost", "--from", "2026-02-11", *BY).exit_code == 0
    assert "\tout\t" in run("list").stdout
    history = run("history", "public").stdout
    assert [line.split("\t")[1] for line in history.splitlines()] == ["group", "anchor", "purposes", "out"]
    assert "Lan Ví Dụ" in history


def test_lists_are_named_fetched_and_watched_by_command(run: Run, tmp_path: Path, clock: FrozenClock) -> None:
    root = tmp_path / "root.der"
    root.write_bytes(others().root.der)
    run("open-group", "public", "--vi", "Công cộng", "--en", "Public", "--for", "signatures", *BY)
    run("take-in", "public", str(root), "--sha256", hashlib.sha256(others().root.der).hexdigest(), *BY)
    content = others().crl(others().root, clock.now())

    def answer(environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/pkix-crl")])
        return [content]

    with serving(answer) as url:
        assert run("name-list", "public", f"{url}/l", str(root), *BY).exit_code == 0
        assert run("lists").exit_code == 1
        assert run("fetch-lists").stdout == f"{url}/l\trenewed\n"
        assert run("lists").exit_code == 0
    gone = run("fetch-lists")
    assert (gone.exit_code, run("lists").exit_code) == (1, 0)
    assert run("drop-list", "public", f"{url}/l", *BY).exit_code == 0
    assert run("drop-list", "public", f"{url}/l", *BY).exit_code == 1


def test_a_trusted_list_is_taken_over_by_command(run: Run, tmp_path: Path) -> None:
    content, signer = tmp_path / "list.xml", tmp_path / "signer.pem"
    content.write_bytes(made())
    signer.write_bytes(others().signer.pem)
    for key in ("eu", "stamps"):
        run("open-group", key, "--vi", key, "--en", key, "--for", "signatures", *BY)
    done = run("import-list", "eu", "stamps", str(content), "--signed-by", str(signer), *BY)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "eu\tcame 1\tstayed 0\twent 0\tskipped 0")
    signer.write_bytes(others().root.pem)
    assert run("import-list", "eu", "stamps", str(content), "--signed-by", str(signer), *BY).exit_code == 1
