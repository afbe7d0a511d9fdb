"""All certificates inside a document's signatures and their timestamps, for asking whether they were revoked."""

from __future__ import annotations

from collections.abc import Iterable

from asn1crypto import cms, x509

from signing.pades.digest import DOCUMENT_TIMESTAMP, UNREADABLE, SignedField, signed_fields
from signing.pades.errors import DocumentNotSuitable
from signing.pades.token import token_facts


def certificates_of(pdf: bytes) -> list[bytes]:
    """DER of each, once, in the order of the fields; raises DocumentNotSuitable when a signature cannot be read."""
    return certificates_in(signed_fields(pdf))


def certificates_in(fields: Iterable[SignedField]) -> list[bytes]:
    """The same of fields that were read already."""
    found: dict[bytes, None] = {}
    for field in fields:
        try:
            signed_data = cms.ContentInfo.load(field.contents)["content"]
            for choice in signed_data["certificates"]:
                found[choice.chosen.dump()] = None
            if field.kind == DOCUMENT_TIMESTAMP:
                continue
            for signer in signed_data["signer_infos"]:
                for unsigned in signer["unsigned_attrs"] or ():
                    if unsigned["type"].native == "signature_time_stamp_token":
                        found |= dict.fromkeys(token_facts(unsigned["values"][0].dump()).certificates)
        except UNREADABLE as error:
            raise DocumentNotSuitable(f"The signature {field.name!r} cannot be read: {error}.") from error
    return list(found)


def authorities_among(certificates: list[bytes]) -> list[bytes]:
    """Those that are authorities': signers' and timestamp servers' own stand in their signatures already."""
    return [der for der in certificates if x509.Certificate.load(der).ca]
