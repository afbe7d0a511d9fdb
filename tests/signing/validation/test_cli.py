"""`antin signing validate`: a line for each file, and exit codes that scripts can rely on."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from signing.cli import signing
from tests.pki.build import pki
from tests.signing.pades.build import issued


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    trusted = tmp_path / "trust"
    trusted.mkdir()
    (trusted / "root.pem").write_bytes(pki().root.public_bytes(Encoding.PEM))
    monkeypatch.setenv("TRUST_FOLDER", str(trusted))
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("RESPONDER_URL", "http://127.0.0.1:9")  # nobody answers there
    (tmp_path / "good.pdf").write_bytes(issued().preserved)
    (tmp_path / "bad.pdf").write_bytes(issued().preserved + b"more")
    return tmp_path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(signing, ["validate", *map(str, arguments)])


def _lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_json_object_a_file_and_exit_0_when_all_are_valid(folder: Path) -> None:
    result = _run(folder / "good.pdf", folder / "good.pdf", "--json", "--trust-any-issuer")
    assert [line["verdict"] for line in _lines(result)] == ["valid", "valid"]
    assert result.exit_code == 0


def test_exit_1_when_one_is_not_valid(folder: Path) -> None:
    result = _run(folder / "good.pdf", folder / "bad.pdf", "--json", "--trust-any-issuer")
    assert [line["verdict"] for line in _lines(result)] == ["valid", "invalid"]
    assert result.exit_code == 1


def test_a_file_that_is_not_there_is_unreadable(folder: Path) -> None:
    result = _run(folder / "none.pdf", "--json")
    (line,) = _lines(result)
    assert (line["verdict"], result.exit_code) == ("unreadable", 1)


def test_exit_2_without_a_file_or_without_roots(folder: Path) -> None:
    assert _run("--json").exit_code == 2
    (folder / "trust" / "root.pem").unlink()
    result = _run(folder / "good.pdf")
    assert result.exit_code == 2
    assert "There is no trusted root." in result.stderr


def test_people_get_sentences(folder: Path) -> None:
    result = _run(folder / "bad.pdf")
    assert "bad.pdf: invalid" in result.stdout
    assert "bytes were appended" in result.stdout
    assert "Nguyễn Thị Thử" in result.stdout


def test_the_help_names_the_exit_codes() -> None:
    shown = CliRunner().invoke(signing, ["validate", "--help"]).stdout
    assert "Exit code 0" in shown
    assert "--trust-any-issuer" in shown
