"""The process that is asked about a file parses nothing of it: a confined child does, or nobody."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from asn1crypto import core
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.pdf_utils.reader import PdfFileReader

from config.unit_of_work import UnitOfWork
from registry.verification.by_document import verify_document
from registry.verification.check_file import check_file, check_published
from registry.verification.claims import LICENCE_JSON
from registry.verification.examined import Examined
from registry.verification.result import Finding
from registry.verification.shown import digest_of
from signing.cli import signing
from tests.documents import a_sealed_document
from tests.pki.build import pki
from tests.registry.verification.test_claims import OURS, with_attachment
from tests.signing.pades.build import issued

READERS: tuple[tuple[Any, str], ...] = (
    *((pikepdf, "open"), (pikepdf.Pdf, "open"), (pypdfium2, "PdfDocument"), (PdfFileReader, "__init__")),
    *((core.Asn1Value, "load"), (core.Sequence, "_parse_children"), (zlib, "decompress"), (zlib, "decompressobj")),
    *((x509, "load_der_x509_certificate"), (x509, "load_der_x509_crl"), (ocsp, "load_der_ocsp_response")),
)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Whatever reads a format fails in this process; a child has readers of its own."""

    def refuse(*arguments: object, **more: object) -> None:
        pytest.fail("the asking process parses")

    for owner, name in READERS:
        monkeypatch.setattr(owner, name, refuse)
    return monkeypatch


def _damaged(pdf: bytes) -> bytes:
    return pdf[: len(pdf) // 2] + pdf[len(pdf) // 2 + 9 :]


def test_no_file_is_parsed_by_the_register(
    live_unit: UnitOfWork, published: tuple[bytes, str], request: pytest.FixtureRequest
) -> None:
    content, _ = published
    stolen, foreign = a_sealed_document(live_unit, "blind", "blind"), issued().preserved
    plain, bare = with_attachment(OURS), io.BytesIO()
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(bare)
    verify_document(live_unit, bare.getvalue())  # the reader is ready
    request.getfixturevalue("blind")
    expected = {
        content: Finding.VALID,
        content + b"more": Finding.ALTERED,
        stolen: Finding.SIGNED_NOT_ISSUED,
        foreign: Finding.UNKNOWN_ISSUER,
        _damaged(foreign): Finding.UNREADABLE,
        plain: Finding.CLAIMS_TO_BE_OURS,
        plain[:-20]: Finding.CLAIMS_TO_BE_OURS,
        bare.getvalue(): Finding.NO_SIGNATURE,
        LICENCE_JSON.encode(): Finding.UNREADABLE,
    }
    assert {file: check_file(live_unit, file).finding for file in expected} == expected
    assert verify_document(live_unit, content).finding is Finding.VALID  # known by now
    live_unit.tools.add(Examined())
    assert check_published(live_unit, digest_of(content))[0].finding is Finding.VALID


def test_no_file_is_parsed_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root.pem").write_bytes(pki().root.public_bytes(Encoding.PEM))
    for name, value in {"TRUST_FOLDER": tmp_path / "trust", "RESPONDER_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, str(value))
    files = []
    for number, content in enumerate((issued().preserved, _damaged(issued().preserved), b"no PDF")):
        files.append(str(tmp_path / f"{number}.pdf"))
        Path(files[-1]).write_bytes(content)
    request.getfixturevalue("blind")
    result = CliRunner().invoke(signing, ["validate", "--json", *files])
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, len(files)), result.output
