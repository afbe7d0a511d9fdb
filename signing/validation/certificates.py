"""Whose signature it is and whether that certificate was good when it signed: steps 5 and 6 of validation.

The work is done by pyHanko's engine for EN 319 102-1; what counts is its sub-indication, never its own summary, which
has been seen to say yes where the sub-indication says no.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from asn1crypto import cms, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.validation import engine_quickened as engine_quickened  # it waits for nothing any more
from signing.validation.engine_mended import judged_at
from signing.validation.integrity import check_form, check_token
from signing.validation.policy import answer_containers, list_containers, timing
from signing.validation.report import REVOKED, Verdict

T = TypeVar("T")

PLAIN_DATE = re.compile(r"D:(\d{14})Z'?\Z", re.ASCII)

MEANING = {
    AdESFailure.REVOKED: REVOKED,
    AdESIndeterminate.REVOKED_NO_POE: "its certificate is revoked, and nothing proves that it was used before that",
    AdESIndeterminate.REVOKED_CA_NO_POE: "an authority above its certificate is revoked",
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "its certificate does not come from an authority that we trust",
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: "no way to a trusted root, with revocation data, was found",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "its certificate may not be used for this",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "its certificate is not valid now, and nothing proves when it was used",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "its certificate has expired",
    AdESIndeterminate.NO_POE: "nothing proves that it was made while its certificate was good",
    AdESIndeterminate.TRY_LATER: "there is no fresh revocation data about its certificate",
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: "there is no usable revocation data about its certificate",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "it uses an algorithm that is not accepted any more",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "it uses an algorithm that is not accepted any more",
    AdESIndeterminate.TIMESTAMP_ORDER_FAILURE: "its timestamps contradict each other",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "its certificate is missing, or is not the one it names",
}


@dataclasses.dataclass(frozen=True)
class Opinion:
    """What steps 5 and 6 say: `why` completes "the signature counts for less because …".

    `chain` are the SHA-256 digests (hex) of the certificates from the signer's to the trusted root's.
    """

    weight: Verdict
    indication: str
    time: datetime | None = None
    timestamped: bool = False
    anchor: str | None = None
    why: str | None = None
    anchor_certificate: bytes | None = None
    chain: tuple[str, ...] = ()


def signature_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The earliest time stated by its signature timestamps; raises Malformed when one is not over this signature."""
    return _stamped_time(embedded.signer_info)


def _stamped_time(signer: cms.SignerInfo) -> datetime | None:
    times = []
    for token in extract_tst_data_iter(signer, signed=False):
        check_form(token, "tst_info")
        check_token(token, signed_value=signer["signature"].native)
        times.append(token["encap_content_info"]["content"].parsed["gen_time"].native)
    return min(times, default=None)


def claimed_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    """When its signer says that it was made; None where that is said in no way that can be read."""
    try:
        claimed: datetime | None = embedded.self_reported_timestamp
    except (PdfError, ValueError, TypeError):
        found = PLAIN_DATE.match(str(embedded.sig_object.get("/M")))  # LibreOffice writes an apostrophe too many
        return None if found is None else _dated(found[1])
    return claimed


def _dated(digits: str) -> datetime | None:
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def tokens(embedded: EmbeddedPdfSignature) -> list[cms.SignedData]:
    """The signature timestamps of a signature."""
    return list(extract_tst_data_iter(embedded.signer_info, signed=False))


def judge_signature(
    embedded: EmbeddedPdfSignature, spec: SignatureValidationSpec, knowing: SignatureValidationSpec, at: datetime
) -> Opinion:
    """Certificate path and revocation at signing time; `knowing` is `spec` with the document's own data."""
    time = signature_time(embedded)
    if time is None:
        result: Any = run(
            ades_basic_validation(
                embedded.signed_data,
                knowing,
                timing_info=timing(at),
                raw_digest=embedded.compute_digest(),
                validation_data_handlers=_handlers(knowing, at),
            ),
            at,
        )
        return _opinion(result, embedded.signer_cert, claimed_time(embedded), timestamped=False)
    result = run(
        ades_with_time_validation(
            embedded.signed_data,
            knowing,
            timing_info=timing(at),
            raw_digest=embedded.compute_digest(),
            validation_data_handlers=_handlers(knowing, at),
        ),
        at,
    )
    if result.ades_subindic is not AdESPassed.OK:
        # Not good as of now: what the document timestamps prove may still make it good as of then.
        embedded.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call] # the engine insists on it
        whole = PdfSignatureValidationSpec(spec, diff_policy=None)
        result = run(ades_lta_validation(embedded, whole, timing_info=timing(at)), at)
    return _translate(_opinion(result, embedded.signer_cert, time, timestamped=True), result, embedded, time)


def stated_time(signer: cms.SignerInfo) -> tuple[datetime | None, bool]:
    """When a CMS was signed, and whether by its timestamp; else by the signer's own claim. Raises Malformed."""
    stamped = _stamped_time(signer)
    if stamped is not None:
        return stamped, True
    claimed = (one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "signing_time")
    return next(claimed, None), False


def judge_cms(single: cms.SignedData, digest: bytes, spec: SignatureValidationSpec, at: datetime) -> Opinion:
    """As `judge_signature`, of a detached CMS with one signer over what has this digest. Raises Malformed."""
    time, stamped = stated_time(single["signer_infos"][0])
    judge: Any = ades_with_time_validation if stamped else ades_basic_validation
    handlers = _handlers(spec, at)
    work = judge(single, spec, timing_info=timing(at), raw_digest=digest, validation_data_handlers=handlers)
    signer = extract_certificate_info(single).signer_cert
    return _opinion(run(work, at), signer, time, timestamped=stamped)


def judge_timestamp(embedded: EmbeddedPdfSignature, knowing: SignatureValidationSpec, at: datetime) -> Opinion:
    """Whether the authority of a document timestamp is trusted as of `at`; `knowing` as above."""
    digest = embedded.compute_digest()
    result = run(
        ades_timestamp_validation(
            embedded.signed_data,
            knowing,
            lambda _: digest,
            timing_info=timing(at),
            validation_data_handlers=_handlers(knowing, at),
        ),
        at,
    )
    stated = embedded.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return _opinion(result, embedded.signer_cert, stated, timestamped=True)


def run(work: Coroutine[Any, Any, T], at: datetime) -> T:
    """Runs pyHanko's coroutine to its end as of `at`. It never waits, since nothing is fetched: no loop is needed."""
    judged = judged_at(at, work)
    try:
        judged.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    judged.close()
    raise RuntimeError("The engine waits for something, though there is nothing that it may fetch.")


def _opinion(result: Any, signer: x509.Certificate, time: datetime | None, timestamped: bool) -> Opinion:
    found = result.ades_subindic
    if found is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE and signer.self_signed != "no":
        found = AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND  # it may sign; but nobody vouches for who it is
    path = getattr(result.api_status, "validation_path", None)
    anchor = path.trust_anchor.authority.name.human_friendly if path is not None else None
    certificate = path.trust_anchor.certificate.dump() if path is not None else None
    chain = tuple(one.sha256.hex() for one in reversed(list(path.iter_certs(include_root=True)))) if path else ()
    if found is AdESPassed.OK:
        return Opinion(Verdict.VALID, "PASSED", time, timestamped, anchor, None, certificate, chain)
    weight = Verdict.INVALID if isinstance(found, AdESFailure) else Verdict.INDETERMINATE
    name = found.standard_name if found is not None else "GENERIC"
    why = MEANING.get(found, f"it could not be judged ({name})")
    return Opinion(weight, name, time, timestamped, anchor, why, certificate, chain)


def _translate(opinion: Opinion, result: Any, embedded: EmbeddedPdfSignature, time: datetime) -> Opinion:
    """Where a timestamp proves the time, some open questions have an answer after all."""
    body = embedded.signer_cert["tbs_certificate"]["validity"]
    if not body["not_before"].native <= time <= body["not_after"].native:
        why = "its certificate was not valid at the time of signing"
        return dataclasses.replace(opinion, weight=Verdict.INVALID, why=why)
    details = getattr(result.api_status, "revocation_details", None)
    if opinion.weight is not Verdict.VALID and details is not None and details.revocation_date <= time:
        why = REVOKED
        return dataclasses.replace(opinion, weight=Verdict.INVALID, why=why)
    return opinion


def _handlers(spec: SignatureValidationSpec, at: datetime) -> Any:
    """The engine's workspace, in which "now" is `at`."""
    return bootstrap_validation_data_handlers(spec, timing(at), poe_manager_override=POEManager(at))


def with_document(spec: SignatureValidationSpec, reader: PdfFileReader) -> SignatureValidationSpec:
    """`spec` with the revocation data and certificates of the document; its authority signed each item."""
    try:
        lists, answers, certificates = evidence_of(reader)
    except NoDSSFoundError:
        return spec
    knowledge = spec.local_knowledge
    more = dataclasses.replace(
        knowledge,
        known_crls=[*knowledge.known_crls, *lists],
        known_ocsps=[*knowledge.known_ocsps, *answers],
        known_certs=[*knowledge.known_certs, *certificates],
    )
    return dataclasses.replace(spec, local_knowledge=more)


def evidence_of(reader: PdfFileReader) -> tuple[list[CRLContainer], list[OCSPContainer], list[Any]]:
    """Revocation lists, OCSP responses and certificates that a document brings.

    Raises NoDSSFoundError, and whatever a hostile document provokes.
    """
    store = DocumentSecurityStore.read_dss(reader)
    lists = [one.get_object().read_data(DecodePurpose.CRL) for one in store.crls]
    answers = [one.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for one in store.ocsps]
    return list_containers(lists), answer_containers(answers), list(store.load_certs())
