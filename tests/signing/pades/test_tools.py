"""Other people's programs take our documents: pdfsig, qpdf, openssl, veraPDF. Skipped with a reason where absent."""

import functools
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.digest import SignedField, signed_fields
from signing.pades.extend import Evidence, add_evidence
from signing.pades.fields import OFFICIAL, SEAL
from signing.pades.levels import Level, level_of
from signing.validation.report import Verdict
from signing.validation.validate import validate
from tests.pki.build import pki
from tests.signing.pades.build import LATER, fresh, issued, preserve_now, sign, trust
from tests.verapdf.check import faults


def _run(*command: str | Path) -> str:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return ran.stdout + ran.stderr


@functools.cache
def documents() -> dict[str, bytes]:
    """A document at each level, and one whose evidence was renewed twice."""
    plain = sign(issued().fields, OFFICIAL, pki().official, timestamped=False)
    lists = Evidence([pki().issuing.public_bytes(Encoding.DER)], pki().crls(LATER), [])
    renewed = preserve_now(issued().preserved, LATER + timedelta(days=1))
    return {
        "B-B": sign(plain, SEAL, pki().seal, timestamped=False),
        "B-T": issued().sealed,
        "B-LT": add_evidence(issued().sealed, lists),
        "B-LTA": issued().preserved,
        "renewed": preserve_now(renewed, LATER + timedelta(days=2)),
    }


LEVELS = ["B-B", "B-T", "B-LT", "B-LTA", "renewed"]
TIMESTAMPS = {"B-LTA": 1, "renewed": 3}  # over the document


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(tmp_path: Path, level: str) -> Path:
    path = tmp_path / "licence.pdf"
    path.write_bytes(documents()[level])
    (tmp_path / "root.pem").write_bytes(pki().root.public_bytes(Encoding.PEM))
    (tmp_path / "issuing.pem").write_bytes(pki().issuing.public_bytes(Encoding.PEM))
    return path


def test_each_document_has_its_level(level: str) -> None:
    assert level_of(documents()[level]) == (Level.B_LTA if level == "renewed" else Level(level))


def test_pdfsig_finds_both_signatures_valid_and_the_last_one_covers_the_document(file: Path, level: str) -> None:
    said = _run("pdfsig", "-nocert", file)
    assert said.count("Signature is Valid.") == 2
    # after the evidence of B-LT nothing covers it; pdfsig does not know document timestamps
    assert said.count("Total document signed") == (0 if level == "B-LT" else 1)
    assert said.count("Signature has not yet been verified") == TIMESTAMPS.get(level, 0)


def test_qpdf_finds_nothing_wrong(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in _run("qpdf", "--check", file)


def test_openssl_verifies_both_signatures_as_cades(file: Path) -> None:
    for field in signed_fields(file.read_bytes())[:2]:
        covered, der = parts(file, field)
        said = _run(
            "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", der, "-content", covered,
            "-CAfile", file.with_name("root.pem"), "-purpose", "any", "-attime", "1772424000", "-out", "/dev/null",
        )  # fmt: skip
        assert "CAdES Verification successful" in said


def test_openssl_verifies_every_timestamp(file: Path, level: str) -> None:
    fields = signed_fields(file.read_bytes())
    for field in fields[:2]:
        signer = cms.ContentInfo.load(field.contents)["content"]["signer_infos"][0]
        assert (signer["unsigned_attrs"].native is None) == (level == "B-B")
        if level != "B-B":
            value = file.with_name("value")
            value.write_bytes(signer["signature"].native)
            _timestamped(file, value, signer["unsigned_attrs"][0]["values"][0].dump())
    assert len(fields[2:]) == TIMESTAMPS.get(level, 0)
    for field in fields[2:]:
        covered, _ = parts(file, field)
        _timestamped(file, covered, cms.ContentInfo.load(field.contents).dump())


def test_our_own_validator_agrees(level: str) -> None:
    at = LATER + timedelta(days=2)
    report = validate(documents()[level], trust(), at, fresh(at))
    assert report.verdict is Verdict.VALID, report.reasons


@pytest.mark.parametrize("which", ["B-LTA", "renewed"])
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_finished_document_conforms_to_pdf_a_and_pdf_ua(flavour: str, which: str) -> None:
    assert faults(documents()[which], flavour) == []


def test_the_finished_document_is_small() -> None:
    assert len(issued().preserved) <= 150_000


def parts(file: Path, field: SignedField) -> tuple[Path, Path]:
    """What a signature covers, and its CMS without padding, as files for openssl."""
    _, first, second, length = field.byte_range
    covered, der = file.with_name("covered"), file.with_name("signature.der")
    content = file.read_bytes()
    covered.write_bytes(content[:first] + content[second : second + length])
    der.write_bytes(cms.ContentInfo.load(field.contents).dump())
    return covered, der


def _timestamped(file: Path, data: Path, token: bytes) -> None:
    kept = file.with_name("token.der")
    kept.write_bytes(token)
    said = _run(
        "openssl", "ts", "-verify", "-token_in", "-in", kept, "-data", data,
        "-CAfile", file.with_name("root.pem"), "-untrusted", file.with_name("issuing.pem"), "-attime", "1772424000",
    )  # fmt: skip
    assert "Verification: OK" in said
