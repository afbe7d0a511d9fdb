"""Pairing: a key is pinned only when the person says that the fingerprints are the same; unpaired is unpaired."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.settings import Settings
from signing.agent.cli import agent, show
from signing.agent.errors import AgentStopped
from signing.agent.installation import fetch_key, origin_of_address
from signing.agent.pairings import Pairings
from signing.agent_requests.claims import USUAL_PORT
from signing.agent_requests.jws import spoken, thumbprint
from tests.agent.installation import Installation
from tests.agent.running import ROOT, write_key
from tests.pki.build import PIN, Identity


def run(folder: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(agent, [*arguments, "--folder", str(folder)], input=typed)


def test_the_same_fingerprint_pairs(installation: Installation, tmp_path: Path) -> None:
    shown = spoken(thumbprint(installation.jwk))
    done = run(tmp_path / "agent", "pair", installation.address, typed="y\n")
    assert (done.exit_code, shown in done.output) == (0, True)
    again = run(tmp_path / "agent", "pair", installation.address + "/desk", "--fingerprint", shown.lower())
    assert again.exit_code == 0
    listed = run(tmp_path / "agent", "list")
    assert listed.output == f"{installation.address}\t{shown}\n"
    path = tmp_path / "agent" / "pairings.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(tmp_path / "agent", "unpair", installation.address).exit_code == 0
    assert run(tmp_path / "agent", "list").output == ""


@pytest.mark.parametrize("arguments", [[], ["--fingerprint", "00 11"]])
def test_another_fingerprint_does_not(installation: Installation, tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, "pair", installation.address, *arguments, typed="n\n")
    assert isinstance(done.exception, AgentStopped)
    assert Pairings(tmp_path).all() == []


def test_unpairing_what_is_not_paired_is_an_error(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path, "unpair", "https://here.example").exception, AgentStopped)


ORIGINS = {
    "https://Licences.Example/vi/desk?x#y": "https://licences.example",
    "https://licences.example:443": "https://licences.example",
    "https://licences.example:8443/": "https://licences.example:8443",
    "licences.example": "https://licences.example",
    "http://localhost:8000": "http://localhost:8000",
    "http://127.0.0.1:80": "http://127.0.0.1",
    "http://[::1]:8000/": "http://[::1]:8000",
    "https://giấyphép.vn": "https://xn--giyphp-fva6002d.vn",
}


@pytest.mark.parametrize(("address", "origin"), ORIGINS.items())
def test_an_origin_is_what_a_browser_names(address: str, origin: str) -> None:
    assert origin_of_address(address) == origin


NO_ORIGINS = [
    "http://licences.example",
    "http://10.0.0.1",
    "file:///x",
    "https://",
    "https://u:p@x.example",
    "https://[",
]


@pytest.mark.parametrize("address", [*NO_ORIGINS, "https://x:y"])
def test_nothing_but_https_is_paired(address: str) -> None:
    with pytest.raises(AgentStopped):
        origin_of_address(address)


def test_an_installation_that_is_none_is_told(installation: Installation) -> None:
    for origin in ("http://127.0.0.1:9", installation.address + "/x"):
        with pytest.raises(AgentStopped, match=r"127\.0\.0\.1"):
            fetch_key(origin)


def test_a_key_has_to_be_named(tmp_path: Path, official: Identity) -> None:
    options = write_key(tmp_path, official, PIN)
    certificate = options[2:]
    for wrong in ([], [*options[:2], "--module", "m.so"], ["--module", "m.so", "--token", "t"]):
        done = run(tmp_path, "run", *certificate, *wrong)
        assert isinstance(done.exception, AgentStopped), done.output
    bad = run(tmp_path, "run", *certificate, "--module", "m.so", "--token", "t", "--id", "xyz")
    assert isinstance(bad.exception, AgentStopped)


def test_pages_and_agents_meet_at_one_port_unless_somebody_chose_another() -> None:
    assert Settings.from_environment({"SECRET_KEY": "k" * 40}).agent_port == USUAL_PORT


def test_where_no_browser_can_be_opened_the_address_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show("there-is-no-such-command-here --new-window", "http://127.0.0.1:1/open/secret")
    assert "http://127.0.0.1:1/open/secret" in capsys.readouterr().out


def test_a_server_of_an_installation_never_loads_the_agent() -> None:
    code = "import app, sys; print([name for name in sys.modules if name in ('signing.agent.keys', 'websockets')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
