"""Makes signatures outlive their certificates: revocation data and a document timestamp (PAdES B-LTA,
issuance step 8).

One revision holds both, so the last timestamp covers the whole file. No VRI dictionaries: EN 319 142-1 asks
for none, and they would cost a third of the size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.pades.byte_range import digest_around, fill, last_gap
from signing.pades.digest import DOCUMENT_TIMESTAMP, SignedField, signed_fields, signer_certificate
from signing.pades.errors import DocumentNotSuitable, EvidenceMissing, EvidenceTooOld, TimestampWrong
from signing.pades.token import token_facts
from signing.pades.writer import UNREADABLE, QuietWriter, writing

RESERVED = 16_384  # hex digits of /Contents for the document timestamp

Timestamper = Callable[[bytes], bytes]
"""From a SHA-256 digest to DER of a verified RFC 3161 token over it."""

WITHOUT_PICTURE = InvisSigSettings(box_out_of_bounds=True)
"""No area and off the page: a field that is added after signing cannot be tagged, and PDF/UA asks for no
tag there.
"""


@dataclass(frozen=True)
class Signed:
    """A signer's certificate and the time of its signature timestamp."""

    certificate: x509.Certificate
    at: datetime


@dataclass(frozen=True)
class Evidence:
    """What a document is given to prove its signatures by (DER each): certificates, CRLs, OCSP responses."""

    certificates: list[bytes]
    crls: list[bytes]
    ocsps: list[bytes]


def preserve(
    pdf: bytes, certificates: list[bytes], crls: list[bytes], ocsps: list[bytes], timestamper: Timestamper
) -> bytes:
    """`pdf` with one more revision: certificates, CRLs and OCSP responses (DER each) and a timestamp over
    it all (B-LTA).

    Used for the first preservation and for every renewal. Raises EvidenceMissing or EvidenceTooOld when what
    is to be proved lacks revocation data issued after its own timestamp (both are worth another try later),
    TimestampWrong, DocumentNotSuitable; whatever `timestamper` raises passes through. Nothing of `pdf`
    itself is changed.
    """
    return stamp_revision(evidence_revision(pdf, Evidence(certificates, crls, ocsps)), timestamper)


def evidence_revision(pdf: bytes, evidence: Evidence) -> bytes:
    """`pdf` with one more revision: evidence, and a document timestamp that is still zeros; raises as `preserve`."""
    fields = signed_fields(pdf)
    with writing(pdf) as writer:
        try:
            _supply(writer, fields, evidence)
            _, output = _write(writer, {field.name for field in fields})
        except UNREADABLE as error:
            raise DocumentNotSuitable(f"The document cannot be preserved: {error}.") from error
        revision: bytes = output.getvalue()
    return revision


def stamp_revision(revision: bytes, timestamper: Timestamper) -> bytes:
    """The revision with its timestamp; nothing of the document is read but where the timestamp belongs."""
    gap = last_gap(revision)
    digest = digest_around(revision, gap)
    token = timestamper(digest)
    if token_facts(token).imprint != digest:
        raise TimestampWrong("The timestamp is not over this document.")
    return fill(revision, gap, token)


def add_evidence(pdf: bytes, evidence: Evidence) -> bytes:
    """`pdf` with one more revision that holds the evidence and no timestamp (B-LT); raises as `preserve` does."""
    fields = signed_fields(pdf)
    output = BytesIO()
    with writing(pdf) as writer:
        try:
            _supply(writer, fields, evidence)
            writer.write(output)  # type: ignore[no-untyped-call]
        except UNREADABLE as error:
            raise DocumentNotSuitable(f"The document cannot be given its evidence: {error}.") from error
    return output.getvalue()


def _supply(writer: QuietWriter, fields: list[SignedField], evidence: Evidence) -> None:
    """Check that the evidence speaks about what it should, and put it beside what the document has of it."""
    lists = [crl.CertificateList.load(one, strict=True) for one in evidence.crls]
    answers = [ocsp.OCSPResponse.load(one, strict=True) for one in evidence.ocsps]
    check_evidence(_to_prove(fields), lists, answers)
    known = [x509.Certificate.load(one, strict=True) for one in evidence.certificates]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=known, crls=lists, ocsps=answers)


def _to_prove(fields: list[SignedField]) -> list[Signed]:
    """Every signature, or in a document that was preserved before the last timestamp alone.

    That timestamp covers the evidence for what stands before it. Only its own authority must be asked again: those
    above the signatures may answer no more, years after the signers' certificates have expired.
    """
    stamps = [field for field in fields if field.kind == DOCUMENT_TIMESTAMP]
    if not stamps:
        return [_signed(one) for one in fields]
    return [_stamped(newest(stamps))]


def newest(fields: list[SignedField]) -> SignedField:
    """The one that covers most of the document."""
    return max(fields, key=lambda field: sum(field.byte_range[2:]))


def _stamped(field: SignedField) -> Signed:
    signed_data = cms.ContentInfo.load(field.contents)["content"]
    (signer,) = signed_data["signer_infos"]
    at = signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return Signed(x509.Certificate.load(signer_certificate(signed_data, signer)), at)


def check_evidence(
    signatures: list[Signed], lists: list[crl.CertificateList], answers: list[ocsp.OCSPResponse]
) -> None:
    """Each signer (or timestamp's authority) needs a list or answer about its certificate that is not older than
    the signature's timestamp.

    Older data could not know of a revocation on the eve of signing (EN 319 102-1, 5.2.5). All times are
    whole seconds.
    """
    singles = [single for answer in answers for single in _singles(answer)]
    for signed in signatures:
        known = [one["tbs_cert_list"]["this_update"].native for one in lists if one.issuer == signed.certificate.issuer]
        known += [
            single["this_update"].native
            for single in singles
            if single["cert_id"]["serial_number"].native == signed.certificate.serial_number
        ]
        if not known:
            raise EvidenceMissing("There is no revocation data about a signer's certificate.")
        if min(known) < signed.at.replace(microsecond=0):
            raise EvidenceTooOld("Revocation data is older than the signature it should speak about.")


def _signed(field: SignedField) -> Signed:
    signed_data = cms.ContentInfo.load(field.contents)["content"]
    (signer,) = signed_data["signer_infos"]
    certificate = x509.Certificate.load(signer_certificate(signed_data, signer))
    for unsigned in signer["unsigned_attrs"] or ():
        if unsigned["type"].native == "signature_time_stamp_token":
            return Signed(certificate, token_facts(unsigned["values"][0].dump()).time)
    raise DocumentNotSuitable("A signature has no timestamp; it cannot be preserved.")


def _singles(answer: ocsp.OCSPResponse) -> Any:
    if answer["response_status"].native != "successful":
        raise EvidenceMissing("An OCSP answer is a refusal.")
    return answer.basic_ocsp_response["tbs_response_data"]["responses"]


def _write(writer: QuietWriter, taken: set[str]) -> tuple[Any, Any]:
    number = next(n for n in range(1, len(taken) + 2) if f"Timestamp-{n}" not in taken)
    spec = SigFieldSpec(f"Timestamp-{number}", on_page=0, invis_sig_settings=WITHOUT_PICTURE)
    embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(spec.sig_field_name, writer)
    next(embedding)
    placeholder = DocumentTimestamp(bytes_reserved=RESERVED)  # type: ignore[no-untyped-call]
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    written: tuple[Any, Any] = embedding.send(SigIOSetup(md_algorithm="sha256"))
    return written
