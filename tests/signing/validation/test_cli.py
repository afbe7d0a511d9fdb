"""`antin signing validate`: a line for each file, and exit codes that scripts can rely on."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from signing.cli import signing
from signing.validation.policy import LARGEST_FILE
from tests.pki.build import pki
from tests.signing.pades.build import issued
from tests.signing.validation.etsi_schema import faults
from tests.signing.validation.test_detached_cms import CONTENT, signed
from tests.signing.validation.test_detached_xml import signed as signed_xml


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


CONTRACT: dict[str, Any] = {
    "file": str,
    "verdict": str,
    "reasons": list,
    "signatures": list,
    "changes_after_signing": str,
    "trailing_bytes": int,
    "summary": str,
    "notes": list,
    "history": list,
    "validated_at": str,
    "policy": str,
}
OF_SIGNATURE: dict[str, Any] = {
    "field": str,
    "kind": str,
    "integrity": str,
    "covers_document": bool,
    "indication": str,
    "sub_indication": (str, type(None)),
    "signer": str,
    "signed_at": str,
    "signed_for": str,
    "time_source": str,
    "checks": list,
}


def test_a_line_has_the_promised_names_and_kinds(folder: Path) -> None:
    good, bad = _lines(_run(folder / "good.pdf", folder / "bad.pdf", "--json", "--trust-any-issuer"))
    for line in (good, bad):
        assert {name: line[name] for name, kind in CONTRACT.items() if not isinstance(line[name], kind)} == {}
        for one in line["signatures"]:
            assert {name: one[name] for name, kind in OF_SIGNATURE.items() if not isinstance(one[name], kind)} == {}
    assert (good["changes_after_signing"], good["trailing_bytes"]) == ("allowed", 0)
    assert (bad["changes_after_signing"], bad["trailing_bytes"]) == ("forbidden", 4)
    assert good["policy"].endswith("the path to a trusted root was not asked for")
    assert {one["indication"] for one in good["signatures"]} == {"TOTAL-PASSED"}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\0" * 999, b"%PDF-1.7\n" + b"[" * 50_000, b"<" * 70_000])
def test_whatever_a_file_holds_it_gets_a_line(folder: Path, content: bytes) -> None:
    (folder / "odd.pdf").write_bytes(content)
    for more in ((), ("--trust-any-issuer",)):
        result = _run(folder / "odd.pdf", folder / "good.pdf", "--json", *more)
        odd, _ = _lines(result)
        assert (odd["verdict"], result.exit_code, result.stderr) == ("unreadable", 1, "")
        assert (odd["changes_after_signing"], odd["trailing_bytes"]) == ("unrecognised", None)


def test_names_that_are_no_text_are_printed_all_the_same(folder: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.pdf")
    (folder / name).write_bytes(b"no PDF")
    as_json, as_text = _run(folder / name, folder, "--json"), _run(folder / name)
    assert [line["verdict"] for line in _lines(as_json)] == ["unreadable", "unreadable"]  # the folder is no file
    assert _lines(as_json)[0]["file"].endswith(name)
    assert (as_text.exit_code, "unreadable" in as_text.stdout) == (1, True)


def test_exit_2_without_a_file_or_without_roots(folder: Path) -> None:
    assert _run("--json").exit_code == 2
    (folder / "trust" / "root.pem").unlink()
    result = _run(folder / "good.pdf")
    assert result.exit_code == 2
    assert "There is no trusted root." in result.stderr


def test_one_file_as_the_xml_of_the_standard(folder: Path) -> None:
    result = _run(folder / "good.pdf", "--xml", "--trust-any-issuer")
    assert (result.exit_code, faults(result.stdout_bytes)) == (0, [])
    bad = _run(folder / "bad.pdf", "--xml")
    assert (bad.exit_code, faults(bad.stdout_bytes)) == (1, [])
    assert "mainindication:total-failed" in bad.stdout
    (folder / "large.pdf").write_bytes(bytes(LARGEST_FILE + 1))
    for name in ("large.pdf", "none.pdf"):
        unread = _run(folder / name, "--xml")
        assert (unread.exit_code, faults(unread.stdout_bytes)) == (1, [])
        assert "SignatureValidationObjects" not in unread.stdout
    assert _run(folder / "good.pdf", folder / "bad.pdf", "--xml").exit_code == 2
    assert _run(folder / "good.pdf", "--xml", "--json").exit_code == 2


def test_people_get_sentences(folder: Path) -> None:
    result = _run(folder / "bad.pdf")
    assert "bad.pdf: invalid" in result.stdout
    assert "bytes were appended" in result.stdout
    assert "Nguyễn Thị Thử" in result.stdout
    assert "pass    key_usage" in result.stdout
    assert "revision 3: Signed in the field Seal." in result.stdout


def test_the_help_names_the_exit_codes() -> None:
    shown = CliRunner().invoke(signing, ["validate", "--help"]).stdout
    assert "Exit code 0" in shown
    assert "--trust-any-issuer" in shown


def test_a_signature_beside_a_document_is_judged_with_it(folder: Path) -> None:
    (folder / "letter.txt").write_bytes(CONTENT)
    (folder / "letter.p7s").write_bytes(signed("-cades"))
    (folder / "form.xml").write_bytes(signed_xml())
    assert _run(folder / "letter.p7s", "--content", folder / "letter.txt", "--trust-any-issuer").exit_code == 0
    (alone,) = _lines(_run(folder / "letter.p7s", "--json", "--trust-any-issuer"))
    assert (alone["verdict"], alone["signatures"]) == ("indeterminate", [])
    (form,) = _lines(_run(folder / "form.xml", "--json", "--trust-any-issuer"))
    assert (form["verdict"], form["changes_after_signing"], form["trailing_bytes"]) == ("valid", "none", 0)
    assert {name: form[name] for name, kind in CONTRACT.items() if not isinstance(form[name], kind)} == {}
    both = _run(folder / "letter.p7s", folder / "form.xml", "--content", folder / "letter.txt")
    assert (both.exit_code, "--content belongs to one FILE" in both.stderr) == (2, True)
    gone = _run(folder / "letter.p7s", "--content", folder / "none.txt", "--json")
    assert _lines(gone)[0]["verdict"] == "unreadable"
