"""What a document carries to prove its signatures, as digests: for reports that programs read. It decides nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.validation.census import Census
from signing.validation.certificates import tokens
from signing.validation.facts import ValidationObject
from signing.validation.integrity import Checked
from signing.validation.report import Kind, SignatureReport

MOST_TOLD = 200  # ours has about ten; a hostile file has as many as it likes
STORED = {
    "certificate": ("/Certs", DecodePurpose.CERTIFICATE),
    "crl": ("/CRLs", DecodePurpose.CRL),
    "ocsp": ("/OCSPs", DecodePurpose.OCSP_RESPONSE),
}


def add_digests(report: SignatureReport, embedded: EmbeddedPdfSignature) -> None:
    """What names this signature beyond doubt, good or not, as far as it can be read."""
    try:
        report.digest_algorithm = embedded.md_algorithm
        report.covered_digest = embedded.compute_digest().hex()
        report.attributes_sha256 = _sha256(embedded.signer_info["signed_attrs"].untag().dump())
        claimed = embedded.self_reported_timestamp
        report.claimed_at = claimed if claimed is not None and claimed.tzinfo is not None else None
    except Exception:  # asn1crypto and pyHanko raise whatever a hostile signature provokes
        return


def objects_of(census: Census, all_checked: list[Checked]) -> tuple[ValidationObject, ...]:
    """Each once: of the signatures in their order, then of the document's own store (/DSS)."""
    found: dict[tuple[str, str], ValidationObject] = {}
    try:
        for one in _all(census, all_checked):
            found.setdefault((one.kind, one.sha256), one)
            if len(found) >= MOST_TOLD:
                break
    except Exception:  # as above: what was found so far is told
        return tuple(found.values())
    return tuple(found.values())


def _all(census: Census, all_checked: list[Checked]) -> Iterator[ValidationObject]:
    for one in all_checked:
        if one.embedded is not None:
            yield from _carried(one, one.embedded)
    store = _at(census.reader.root, "/DSS")
    for kind, (key, purpose) in STORED.items():
        for stream in _at(store, key) or ():
            yield ValidationObject(kind, _sha256(stream.get_object().read_data(purpose)))


def _at(dictionary: Any, key: str) -> Any:
    return dictionary[key] if dictionary is not None and key in dictionary else None


def _carried(checked: Checked, embedded: EmbeddedPdfSignature) -> Iterator[ValidationObject]:
    name = checked.entry.name
    if checked.kind is Kind.TIMESTAMP:
        yield ValidationObject("timestamp", _token_sha256(embedded.signed_data), name, _time(embedded.signed_data))
    yield from _certificates(embedded.signed_data)
    for token in tokens(embedded) if checked.kind is Kind.SIGNATURE else ():
        yield ValidationObject("timestamp", _token_sha256(token), name, _time(token))
        yield from _certificates(token)


def _certificates(signed_data: cms.SignedData) -> Iterator[ValidationObject]:
    for choice in signed_data["certificates"]:
        yield ValidationObject("certificate", _sha256(choice.chosen.dump()))


def _token_sha256(signed_data: cms.SignedData) -> str:
    """Of the token as it stands in the file: a ContentInfo (RFC 3161, 2.4.2)."""
    return _sha256(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())


def _time(signed_data: cms.SignedData) -> Any:
    """The token's time; None for one that says no zone."""
    time = signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return time if time.tzinfo is not None else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
