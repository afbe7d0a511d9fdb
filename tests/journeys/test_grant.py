"""A business applies and gets its licence; a stranger and other people's programs verify it, and no altered copy."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from asn1crypto import cms
from PIL import Image

from config.serve import antin
from licensing.demonstration.client import Caller
from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, Outcome
from signing.pades.digest import SignedField, signed_fields
from signing.pades.fields import SEAL
from tests.journeys.conftest import Installation
from tests.journeys.story import refusal
from tests.signing.pades.build import issued
from tests.verapdf.check import faults


def run(*command: str | Path) -> str:
    """What a program of other people says."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)
    return ran.stdout + ran.stderr


@pytest.fixture
def file(granted: Outcome, tmp_path: Path) -> Path:
    path = tmp_path / "licence.pdf"
    path.write_bytes(granted.pdf)
    return path


def altered(content: bytes) -> dict[str, bytes]:
    """Copies of a licence that somebody did something to."""
    (seal,) = [field for field in signed_fields(content) if field.name == SEAL]
    _, first, second, _ = seal.byte_range
    zeroed = content[: first + 1] + b"0" * (second - first - 2) + content[second - 1 :]
    (other,) = [field for field in signed_fields(issued().preserved) if field.name == SEAL]
    foreign = other.contents.hex().encode().ljust(second - first - 2, b"0")
    text = content.index(b"<rdf:li") + 30  # a letter of the title, in the metadata that both signatures cover
    return {
        "one byte changed": content[:text] + bytes([content[text] ^ 1]) + content[text + 1 :],
        "bytes appended": content + b"\n% one more line\n",
        "cut": content[: len(content) // 2],
        "seal zeroed": zeroed,
        "foreign seal": content[: first + 1] + foreign + content[second - 1 :],
    }


def test_the_licence_is_green_by_its_code_and_by_its_file(granted: Outcome, installation: Installation) -> None:
    stranger = Caller(installation.address)
    entry = stranger.get(f"/l/{granted.register_code}")
    assert (entry["verdict"], entry["finding"], entry["recorded"]) == ("green", "valid", "yes")
    assert entry["licence"]["document"]["sha256"] == hashlib.sha256(granted.pdf).hexdigest()
    assert entry["licence"]["number"] == granted.document_number
    assert entry["licence"]["legal_value"] is False
    assert ANSWERS["phone"] not in json.dumps(entry)
    assert (granted.verdict["verdict"], granted.verdict["recorded"]) == ("green", "yes")
    _, headers = stranger.send("GET", f"/l/{granted.register_code}")
    assert "Set-Cookie" not in headers
    assert len(granted.pdf) <= 150_000
    assert installation.walk.caller("tiepnhan").get(f"/v1/applications/{granted.application_id}")["status"] == "closed"


def test_the_commands_say_the_same_by_code_and_by_file(
    granted: Outcome, installation: Installation, file: Path
) -> None:
    for what in (granted.register_code, file):
        said = installation.antin("registry", "verify", what, "--json")
        assert said.exit_code == 0, said.output
        answer = json.loads(said.output)
        assert (answer["verdict"], answer["finding"], answer["recorded"]) == ("green", "valid", "yes")
    said = installation.antin("signing", "validate", file, "--json")
    assert said.exit_code == 0, said.output
    report = json.loads(said.output)
    assert (report["file"], report["verdict"], report["reasons"]) == (str(file), "valid", [])
    kinds = [(one["field"], one["kind"], one["integrity"]) for one in report["signatures"]]
    assert kinds[:2] == [("Official", "signature", "intact"), ("Seal", "signature", "intact")]
    assert [kind for _, kind, _ in kinds[2:]] == ["timestamp"]
    assert report["signatures"][-1]["covers_document"] is True
    audit = installation.antin("registry", "log", "audit")
    assert (audit.exit_code, audit.output) == (0, "The log agrees with the register.\n")
    assert installation.antin("jobs", "failed").exit_code == 0


def test_no_altered_copy_is_green_anywhere(granted: Outcome, installation: Installation, tmp_path: Path) -> None:
    story = installation.story()
    found = {}
    for name, content in altered(granted.pdf).items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        verdict = story.verdict_on(content)
        found[name] = (verdict["verdict"], verdict["finding"])
        said = installation.antin("registry", "verify", path, "--json")
        assert json.loads(said.output)["finding"] == verdict["finding"], name
        assert said.exit_code == {"red": 1, "amber": 3}[verdict["verdict"]], name
        assert verdict["words"]["vi"], name
        assert installation.antin("signing", "validate", path, "--json").exit_code == 1, name
    assert found == {
        "one byte changed": ("red", "altered"),
        "bytes appended": ("red", "altered"),
        "cut": ("red", "claims_to_be_ours"),
        "seal zeroed": ("red", "altered"),
        "foreign seal": ("red", "signature_swapped"),
    }


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"hello", "unreadable"),
        (b"PK\x03\x04" + bytes(500), "unreadable"),
        (b"%PDF-1.7\n%%EOF\n", "unreadable"),
        (blank_sheet("no licence"), "no_signature"),
    ],
)
def test_what_is_no_licence_is_amber_and_told(
    installation: Installation, tmp_path: Path, content: bytes, finding: str
) -> None:
    verdict = installation.story().verdict_on(content)
    assert (verdict["verdict"], verdict["finding"], verdict["licence"]) == ("amber", finding, None)
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    assert installation.antin("registry", "verify", path, "--json").exit_code == 3


def test_a_foreign_signed_file_is_not_ours(installation: Installation, tmp_path: Path) -> None:
    verdict = installation.story().verdict_on(issued().preserved)
    assert (verdict["verdict"], verdict["finding"], verdict["recorded"]) == ("amber", "unknown_issuer", "no")
    path = tmp_path / "foreign.pdf"
    path.write_bytes(issued().preserved)
    assert installation.antin("registry", "verify", path, "--json").exit_code == 3
    said = installation.antin("signing", "validate", path, "--json")
    assert (said.exit_code, json.loads(said.output)["verdict"]) == (1, "indeterminate")


def test_an_unknown_code_is_not_found(granted: Outcome, installation: Installation) -> None:
    stranger = Caller(installation.address)
    code = granted.register_code
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    for wrong, expected in ((mistyped, "code-malformed"), ("x" * 200, "code-malformed"), ("0000000000001", None)):
        status, kind = refusal(partial(stranger.get, f"/l/{wrong}"))
        assert (status, kind) == (404, expected or kind)
        assert installation.antin("registry", "verify", wrong, "--json").exit_code == 4
    assert refusal(lambda: stranger.send("POST", "/v1/verify", b"")) == (422, "no-document")


def test_the_commands_end_as_documented_for_a_shell(granted: Outcome, installation: Installation) -> None:
    command = antin("registry", "verify", granted.register_code, "--json")
    ran = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"} | installation.environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (0, "", 1)
    assert json.loads(ran.stdout)["verdict"] == "green"


def test_its_data_can_be_read_by_programs(granted: Outcome) -> None:
    with pikepdf.open(io.BytesIO(granted.pdf)) as pdf:
        assert list(pdf.attachments) == ["licence.json"]
        attached = pdf.attachments["licence.json"]
        content = json.loads(attached.get_file().read_bytes())
        assert attached.relationship in (pikepdf.Name.Data, pikepdf.Name.Source)
    assert "number" not in content  # the clerk may give it after the signature; what names the licence is its code
    assert content["register_code"] == granted.register_code


def test_its_qr_code_leads_to_the_register(granted: Outcome, installation: Installation, file: Path) -> None:
    run("pdftoppm", "-r", "150", "-png", file, file.with_suffix(""))
    (picture,) = file.parent.glob("licence*.png")
    (code,) = zxingcpp.read_barcodes(Image.open(picture))
    assert code.text == f"{installation.settings.public_url}/l/{granted.register_code}"


def test_others_draw_the_signature_blue_and_the_seal_red_over_its_left_third(granted: Outcome, file: Path) -> None:
    with pikepdf.open(io.BytesIO(granted.pdf)) as pdf:
        signature, seal = ([float(edge) for edge in field.Rect] for field in list(pdf.Root.AcroForm.Fields)[:2])
    assert (seal[2] - seal[0], seal[3] - seal[1]) == pytest.approx((102.05, 102.05), abs=0.1)  # 36 mm
    assert (seal[2] - signature[0]) / (signature[2] - signature[0]) == pytest.approx(1 / 3, abs=0.001)
    assert (signature[0] + signature[2]) / 2 == pytest.approx(421, abs=0.1)  # the middle of title and name
    said = run("pdftoppm", "-r", "72", "-singlefile", "-png", file, file.with_suffix(""))
    with Image.open(file.with_suffix(".png")) as page:
        drawn = page.convert("RGB")
    top = drawn.height
    right = drawn.crop((int(seal[2]) + 2, int(top - signature[3]), int(signature[2]), int(top - signature[1])))
    left = drawn.crop((int(seal[0]), int(top - seal[3]), int(signature[0]), int(top - seal[1])))
    assert said == ""
    assert any(blue > 120 > red for red, _, blue in right.get_flattened_data())  # type: ignore[misc]
    assert not any(red > blue + 80 for red, _, blue in right.get_flattened_data())  # type: ignore[misc]
    assert any(red > 180 and blue < 90 for red, _, blue in left.get_flattened_data())  # type: ignore[misc]


def test_pdfsig_finds_both_signatures_valid(file: Path) -> None:
    said = run("pdfsig", "-nocert", file)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Total document signed") == 1


def test_qpdf_finds_nothing_wrong(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", file)


def test_openssl_verifies_signatures_and_timestamps(granted: Outcome, installation: Installation, file: Path) -> None:
    root, issuing = (installation.settings.keys_folder / name for name in ("root.pem", "issuing.pem"))
    for field in signed_fields(granted.pdf)[:2]:
        covered, der = parts(granted.pdf, file, field)
        said = run(
            "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", der, "-content", covered,
            "-CAfile", root, "-purpose", "any", "-out", "/dev/null",
        )  # fmt: skip
        assert "CAdES Verification successful" in said
        signer = cms.ContentInfo.load(field.contents)["content"]["signer_infos"][0]
        value, token = file.with_name("value"), file.with_name("token.der")
        value.write_bytes(signer["signature"].native)
        token.write_bytes(signer["unsigned_attrs"][0]["values"][0].dump())
        said = run(
            "openssl", "ts", "-verify", "-token_in", "-in", token, "-data", value,
            "-CAfile", root, "-untrusted", issuing,
        )  # fmt: skip
        assert "Verification: OK" in said


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_finished_licence_conforms_to_pdf_a_and_pdf_ua(granted: Outcome, flavour: str) -> None:
    assert faults(granted.pdf, flavour) == []


def parts(content: bytes, file: Path, field: SignedField) -> tuple[Path, Path]:
    """What a signature covers, and the signature, each in a file."""
    _, first, second, length = field.byte_range
    covered, der = file.with_name("covered"), file.with_name("signature.der")
    covered.write_bytes(content[:first] + content[second : second + length])
    der.write_bytes(cms.ContentInfo.load(field.contents).dump())
    return covered, der
