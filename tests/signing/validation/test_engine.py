"""The quickened engine says word for word what the engine says, and remembers nothing that could change."""

from __future__ import annotations

import ast
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, tsp, x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import SignatureValidationError

from signing.pades.digest import signed_fields
from signing.validation import engine_quickened as quick
from signing.validation import integrity
from signing.validation.report import Integrity, Verdict
from signing.validation.validate import validate
from tests.pki.build import pki
from tests.signing.pades.build import LATER, fresh, issued, trust
from tests.signing.validation.attacks import ATTACKS

ROOT = Path(__file__).parents[3]
DOCUMENTS = {"preserved": lambda: issued().preserved, "sealed": lambda: issued().sealed} | dict(ATTACKS)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The engine as it came, but for its event loop."""
    monkeypatch.setattr(generic, "_decode_name", quick._slow_name)
    monkeypatch.setattr(generic, "read_hex_string_from_stream", quick._slow_hex)
    monkeypatch.setattr(PdfFileReader, "_get_object_from_stream", quick._slow_from_stream)
    monkeypatch.setattr(x509.Name, "__eq__", quick._slow_equal)
    monkeypatch.setattr(x509.Name, "hashable", property(lambda self: self.chosen.hashable))
    monkeypatch.setattr(RawPdfPath, "_tag", quick._slow_tag)
    monkeypatch.setattr(misc, "_read_until_class", quick._slow_until_class)
    monkeypatch.setattr(generic.Reference, "__init__", quick._slow_make_reference)
    monkeypatch.setattr(HistoricalResolver, "_subsume_object", quick._slow_subsume)
    for module in (generic_cms, integrity):
        monkeypatch.setattr(module, "validate_sig_integrity", quick._slow_integrity)
    monkeypatch.setattr(tsp.ESSCertIDv2, "_parse_children", x509.Certificate._parse_children)
    return monkeypatch


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_report_is_word_for_word_that_of_the_engine_as_it_came(name: str, slow: pytest.MonkeyPatch) -> None:
    pdf = DOCUMENTS[name]()
    as_it_came = validate(pdf, trust(), LATER, fresh())
    slow.undo()
    assert validate(pdf, trust(), LATER, fresh()) == as_it_came


def _seal() -> cms.SignerInfo:
    contents = next(one.contents for one in signed_fields(issued().sealed) if one.name == "Seal")
    (signer,) = cms.ContentInfo.load(contents)["content"]["signer_infos"]
    return signer


def test_a_remembered_signature_is_good_for_the_same_octets_only() -> None:
    signer, certificate = _seal(), x509.Certificate.load(pki().seal.certificate_der)
    digest = next(one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest")
    asked = signer, certificate, "data", digest
    assert [quick.validate_sig_integrity(*asked) for _ in range(2)] == [(True, True)] * 2
    assert quick.validate_sig_integrity(signer, certificate, "data", bytes(32)) == (False, True)
    octets = bytearray(signer.dump())
    octets[octets.find(signer["signature"].native) + 5] ^= 1
    assert quick.validate_sig_integrity(cms.SignerInfo.load(bytes(octets)), certificate, "data", digest) == (
        True,
        False,
    )
    for _ in range(2):
        with pytest.raises(SignatureValidationError):
            quick.validate_sig_integrity(signer, certificate, "tst_info", digest)


def test_a_document_that_was_good_is_bad_after_one_byte_of_it_changed() -> None:
    pdf = issued().preserved
    assert validate(pdf, trust(), LATER, fresh()).verdict is Verdict.VALID
    at = pdf.index(b"/Type")
    changed = pdf[:at] + b"/Tipe" + pdf[at + 5 :]
    assert validate(changed, trust(), LATER, fresh()).verdict is not Verdict.VALID
    seal = signed_fields(pdf)[1].byte_range
    value = pdf.index(_seal()["signature"].native.hex().encode()) + 10
    assert seal[1] < value < seal[2]
    forged = pdf[:value] + (b"0" if pdf[value : value + 1] != b"0" else b"1") + pdf[value + 1 :]
    report = validate(forged, trust(), LATER, fresh()).of("Seal")
    assert report is not None
    assert report.integrity is Integrity.BROKEN
    assert validate(pdf, trust(), LATER, fresh()).verdict is Verdict.VALID


def test_what_is_trusted_and_revoked_is_asked_each_time() -> None:
    pdf = issued().preserved
    assert validate(pdf, trust(), LATER, fresh()).verdict is Verdict.VALID
    nobody = validate(pdf, type(trust())(()), LATER, fresh())
    assert nobody.verdict is Verdict.INDETERMINATE
    assert validate(pdf, trust(), LATER.replace(year=2099), fresh()).verdict is not Verdict.VALID


def test_what_is_remembered_has_an_end_and_errors_are_not_kept() -> None:
    memory, asked = quick.Remembered[int](2), []

    def work(number: int) -> int:
        asked.append(number)
        return 1 // number

    for number in (1, 2, 1, 3, 1, 2):
        assert memory.of(number, lambda number=number: work(number)) == 1 // number  # type: ignore[misc]
    assert asked == [1, 2, 3, 2]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            memory.of(0, lambda: work(0))
    assert asked == [1, 2, 3, 2, 0, 0]


def test_a_default_that_is_left_out_does_not_change_the_octets_around_it() -> None:
    """An encoding that writes the default out is no DER; what was signed are its octets, not what they should be."""
    certid = tsp.ESSCertIDv2({"cert_hash": bytes(32)})
    plain = certid.dump()
    algorithm = tsp.DigestAlgorithm({"algorithm": "sha256"}).dump()
    written_out = bytes([0x30, plain[1] + len(algorithm)]) + algorithm + plain[2:]
    for octets in (plain, written_out):
        read = tsp.ESSCertIDv2.load(octets)
        assert read["hash_algorithm"]["algorithm"].native == "sha256"
        assert read.dump() == octets


@pytest.mark.parametrize("content", [b"", b"/", b"abc", b"abc def", b"x" * 64, b"x" * 64 + b"/", b"x" * 200 + b"\0y"])
def test_what_ends_before_a_delimiter_is_read_as_before(content: bytes) -> None:
    for characters, most in ((misc.PDF_WHITESPACE + misc.PDF_DELIMITERS, None), (misc.PDF_WHITESPACE, 3)):
        ours, theirs = BytesIO(content), BytesIO(content)
        assert misc._read_until_class(characters, ours, most) == quick._slow_until_class(characters, theirs, most)
        assert ours.tell() == theirs.tell()


@pytest.mark.parametrize("name", [b"A#42", b"", b"A#", b"A#4", b"A\xff", b"A B"])
def test_names_are_decoded_as_before(name: bytes) -> None:
    for _ in range(2):
        try:
            expected = quick._slow_name(name)
        except (PdfReadError, ValueError) as error:
            with pytest.raises(type(error)):
                generic._decode_name(name)
        else:
            found = generic._decode_name(name)
            assert (found, type(found)) == (expected, generic.NameObject)
            assert found is not generic._decode_name(name)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_field_is_compared_in_one_order_whatever_the_process_hashes(seed: str) -> None:
    """What was left of a field's order once made an honest file amber in one process and green in the next."""
    program = "import sys, pikepdf; from signing.validation.fields import Found, _field\n"
    program += "new = dict(Type='/Annot', FT='/Tx', T='Remark', F=4, Subtype='/Widget', Zz=1, Mk=2)\n"
    program += "print(_field(Found('Remark', pikepdf.Dictionary(**new), '/Tx', ''), {}).rest.decode())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": seed},
        cwd=ROOT,
    )
    names = [line.split()[0] for line in ast.literal_eval(done.stdout)]
    assert len(names) > 4
    assert names == sorted(names)
