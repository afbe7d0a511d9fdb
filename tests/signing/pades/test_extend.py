"""Preservation: revocation data and a document timestamp in one revision."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.pades.digest import signed_fields
from signing.pades.errors import DocumentNotSuitable, EvidenceMissing, EvidenceTooOld, TimestampWrong
from signing.pades.extend import preserve
from signing.timestamps.errors import TimestampUnavailable
from tests.pki.build import pki
from tests.signing.pades.build import AT, LATER, issued, preserve_now, sign, timestamper


def test_one_revision_holds_the_evidence_and_a_timestamp_over_the_whole_file() -> None:
    whole = issued().preserved
    assert whole.startswith(issued().sealed)
    timestamp = signed_fields(whole)[-1]
    assert (timestamp.name, timestamp.kind) == ("Timestamp-1", "/ETSI.RFC3161")
    assert timestamp.byte_range[2] + timestamp.byte_range[3] == len(whole)
    with pikepdf.open(BytesIO(whole)) as document:
        store = document.Root.DSS
        assert "/VRI" not in store
        assert [one.read_bytes() for one in store.CRLs] == pki().crls(LATER)
        assert [one.read_bytes() for one in store.Certs] == [pki().issuing.public_bytes(Encoding.DER)]


def test_the_timestamp_field_has_no_area_and_lies_off_the_page() -> None:
    with pikepdf.open(BytesIO(issued().preserved)) as document:
        left, bottom, right, top = (float(edge) for edge in document.Root.AcroForm.Fields[2].Rect)
        assert (left, bottom) == (right, top)
        assert left < 0
        assert bottom < 0


def test_a_renewal_adds_another_timestamp_and_keeps_the_first() -> None:
    renewed = preserve_now(issued().preserved, LATER + timedelta(days=300))
    assert renewed.startswith(issued().preserved)
    assert [field.name for field in signed_fields(renewed)] == ["Official", "Seal", "Timestamp-1", "Timestamp-2"]
    assert len(renewed) - len(issued().preserved) < 25_000


def test_ocsp_answers_serve_as_evidence_as_well() -> None:
    answers = [pki().ocsp(who.certificate, LATER) for who in (pki().official, pki().seal, pki().tsa)]
    whole = preserve(issued().sealed, [], [], answers, timestamper(LATER))
    with pikepdf.open(BytesIO(whole)) as document:
        assert [one.read_bytes() for one in document.Root.DSS.OCSPs] == answers


def test_evidence_older_than_a_signature_is_refused() -> None:
    before = AT - timedelta(seconds=1)
    for crls, answers in ((pki().crls(before), []), ([], [pki().ocsp(pki().official.certificate, before)])):
        with pytest.raises(EvidenceTooOld):
            preserve(issued().official, [], crls, answers, timestamper(LATER))


def test_evidence_about_somebody_else_is_missing() -> None:
    with pytest.raises(EvidenceMissing):
        preserve(issued().sealed, [], [], [pki().ocsp(pki().official.certificate, LATER)], timestamper(LATER))
    with pytest.raises(EvidenceMissing):
        preserve(issued().sealed, [], [], [], timestamper(LATER))


def test_a_refusal_of_the_responder_is_no_evidence() -> None:
    status = ocsp.OCSPResponseStatus.TRY_LATER
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    with pytest.raises(EvidenceMissing):
        preserve(issued().sealed, [], [], [refusal], timestamper(LATER))


def test_a_signature_without_timestamp_is_not_preserved() -> None:
    plain = sign(issued().fields, "Official", pki().official, timestamped=False)
    with pytest.raises(DocumentNotSuitable):
        preserve(plain, [], pki().crls(LATER), [], timestamper(LATER))


def test_a_timestamp_over_another_document_is_refused() -> None:
    with pytest.raises(TimestampWrong):
        preserve(issued().sealed, [], pki().crls(LATER), [], lambda _: timestamper(LATER)(bytes(32)))


def test_a_timestamp_server_that_is_down_loses_nothing() -> None:
    def down(digest: bytes) -> bytes:
        raise TimestampUnavailable("down")

    with pytest.raises(TimestampUnavailable):
        preserve(issued().sealed, [], pki().crls(LATER), [], down)


def test_what_is_no_signed_document_is_refused() -> None:
    for wrong in (b"", b"%PDF-1.7", issued().sealed[:-900], issued().base):
        with pytest.raises(DocumentNotSuitable):
            preserve(wrong, [], pki().crls(LATER), [], timestamper(LATER))
