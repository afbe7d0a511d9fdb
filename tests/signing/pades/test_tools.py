"""Other people's programs take our documents: pdfsig, qpdf, openssl, veraPDF. Skipped with a reason where absent."""

import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.digest import SignedField, signed_fields
from tests.pki.build import pki
from tests.signing.pades.build import issued
from tests.verapdf.check import faults


def _run(*command: str | Path) -> str:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return ran.stdout + ran.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "licence.pdf"
    path.write_bytes(issued().preserved)
    (tmp_path / "root.pem").write_bytes(pki().root.public_bytes(Encoding.PEM))
    (tmp_path / "issuing.pem").write_bytes(pki().issuing.public_bytes(Encoding.PEM))
    return path


def test_pdfsig_finds_both_signatures_valid_and_the_whole_document_covered(file: Path) -> None:
    said = _run("pdfsig", "-nocert", file)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Total document signed") == 1
    assert "Signature has not yet been verified" in said  # the document timestamp, which pdfsig does not know


def test_qpdf_finds_nothing_wrong(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in _run("qpdf", "--check", file)


def test_openssl_verifies_both_signatures_as_cades(file: Path) -> None:
    for field in signed_fields(issued().preserved)[:2]:
        covered, der = _parts(file, field)
        said = _run(
            "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", der, "-content", covered,
            "-CAfile", file.with_name("root.pem"), "-purpose", "any", "-attime", "1772424000", "-out", "/dev/null",
        )  # fmt: skip
        assert "CAdES Verification successful" in said


def test_openssl_verifies_every_timestamp(file: Path) -> None:
    fields = signed_fields(issued().preserved)
    for field in fields[:2]:
        signer = cms.ContentInfo.load(field.contents)["content"]["signer_infos"][0]
        value = file.with_name("value")
        value.write_bytes(signer["signature"].native)
        _timestamped(file, value, signer["unsigned_attrs"][0]["values"][0].dump())
    covered, _ = _parts(file, fields[2])
    _timestamped(file, covered, cms.ContentInfo.load(fields[2].contents).dump())


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_finished_document_conforms_to_pdf_a_and_pdf_ua(flavour: str) -> None:
    assert faults(issued().preserved, flavour) == []


def test_the_finished_document_is_small() -> None:
    assert len(issued().preserved) <= 150_000


def _parts(file: Path, field: SignedField) -> tuple[Path, Path]:
    _, first, second, length = field.byte_range
    covered, der = file.with_name("covered"), file.with_name("signature.der")
    covered.write_bytes(issued().preserved[:first] + issued().preserved[second : second + length])
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
