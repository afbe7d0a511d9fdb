"""The bytes on record before a key is touched."""

import hashlib
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms

from signing.pades.byte_range import digest_around, is_empty, last_gap
from signing.pades.errors import CertificateNotSuitable, DocumentNotSuitable, SignatureTooLarge, StampNotSuitable
from signing.pades.prepare import prepare
from tests.pki.build import pki
from tests.signing.pades.build import AT, base_document, issued, prepared_for, stamp


def test_the_revision_is_the_document_plus_an_empty_signature() -> None:
    prepared = prepared_for(issued().fields, "Official", pki().official)
    assert prepared.revision.startswith(issued().fields)
    gap = last_gap(prepared.revision)
    assert is_empty(prepared.revision, gap)
    assert gap.room == 16_384 // 2
    assert prepared.digest == digest_around(prepared.revision, gap)


def test_the_same_preparation_gives_the_same_bytes() -> None:
    first = prepared_for(issued().fields, "Official", pki().official)
    assert first == prepared_for(issued().fields, "Official", pki().official)


def test_the_signed_attributes_are_exactly_the_three_of_pades() -> None:
    prepared = prepared_for(issued().fields, "Official", pki().official)
    attributes = {one["type"].native: one["values"] for one in cms.CMSAttributes.load(prepared.attributes)}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert attributes["message_digest"].native == [prepared.digest]
    bound = attributes["signing_certificate_v2"][0]["certs"][0]
    assert bound["cert_hash"].native == hashlib.sha256(pki().official.certificate_der).digest()
    assert cms.CMSAttributes.load(prepared.attributes).dump(force=True) == prepared.attributes


def test_the_official_certifies_and_the_seal_locks_all() -> None:
    sealing = prepared_for(issued().official, "Seal", pki().seal)
    with pikepdf.open(BytesIO(sealing.revision)) as document:
        official, seal = (field.V for field in document.Root.AcroForm.Fields)
        (docmdp,) = official.Reference
        (fieldmdp,) = seal.Reference
        assert [str(docmdp.TransformMethod), int(docmdp.TransformParams.P)] == ["/DocMDP", 2]
        assert [str(fieldmdp.TransformMethod), str(fieldmdp.TransformParams.Action)] == ["/FieldMDP", "/All"]
        assert document.Root.Perms.DocMDP.objgen == document.Root.AcroForm.Fields[0].V.objgen
        assert {str(official.SubFilter), str(seal.SubFilter)} == {"/ETSI.CAdES.detached"}
        assert str(official.M) == "D:20260302030000Z"
        assert last_gap(sealing.revision).room == 32_768 // 2


def test_description_and_info_are_not_touched() -> None:
    prepared = prepared_for(issued().fields, "Official", pki().official)
    with pikepdf.open(BytesIO(issued().fields)) as before, pikepdf.open(BytesIO(prepared.revision)) as after:
        assert before.Root.Metadata.read_raw_bytes() == after.Root.Metadata.read_raw_bytes()
        assert dict(before.docinfo) == dict(after.docinfo)


def test_a_document_that_cannot_be_signed_is_refused() -> None:
    for document in (b"", b"%PDF-1.7 cut", base_document(), issued().fields[:-700]):
        with pytest.raises(DocumentNotSuitable):
            prepared_for(document, "Official", pki().official)


def test_a_field_signed_before_is_refused() -> None:
    with pytest.raises(DocumentNotSuitable):
        prepared_for(issued().official, "Official", pki().official)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(DocumentNotSuitable):
        prepare(issued().fields, "Other", pki().official.certificate_der, [], None, AT)


def test_a_stamp_that_is_no_small_page_is_refused() -> None:
    for wrong in (b"no PDF", issued().base + b" " * 40_000):
        with pytest.raises(StampNotSuitable):
            prepare(issued().fields, "Official", pki().official.certificate_der, [], wrong, AT)


def test_a_stamp_of_two_pages_is_refused() -> None:
    written = BytesIO()
    with pikepdf.open(BytesIO(stamp("Official"))) as document:
        document.pages.append(document.pages[0])
        document.save(written)
    with pytest.raises(StampNotSuitable):
        prepare(issued().fields, "Official", pki().official.certificate_der, [], written.getvalue(), AT)


def test_certificates_that_will_not_fit_are_refused_before_the_key_is_asked() -> None:
    chain = [bytes(3_000)] * 2
    with pytest.raises(SignatureTooLarge):
        prepare(issued().fields, "Official", pki().official.certificate_der, chain, None, AT)


def test_something_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(CertificateNotSuitable):
        prepare(issued().fields, "Official", b"no certificate", [], None, AT)
