"""The levels of a PAdES signature (ETSI EN 319 142-1, 5.2), and which of them a document has reached."""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import cms

from signing.pades.digest import DOCUMENT_TIMESTAMP, UNREADABLE, SignedField, signed_fields
from signing.pades.errors import DocumentNotSuitable


class Level(StrEnum):
    """From a bare signature to one that outlives its certificates; each includes those before it."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    def reaches(self, wanted: Level) -> bool:
        """Whether this level is at least `wanted`."""
        order = list(Level)
        return order.index(self) >= order.index(wanted)


def level_of(pdf: bytes) -> Level:
    """The level that the whole document has by its form; says nothing about validity. Raises DocumentNotSuitable."""
    fields = signed_fields(pdf)
    signatures = [field for field in fields if field.kind != DOCUMENT_TIMESTAMP]
    if not signatures:
        raise DocumentNotSuitable("The document has no signature.")
    try:
        if not all(has_timestamp(field) for field in signatures):
            return Level.B_B
        if not _has_revocation_data(pdf):
            return Level.B_T
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The level of the document cannot be told: {error}.") from error
    whole = any(sum(field.byte_range[2:]) == len(pdf) for field in fields if field.kind == DOCUMENT_TIMESTAMP)
    return Level.B_LTA if whole else Level.B_LT


def has_timestamp(field: SignedField) -> bool:
    """Whether a signature carries a signature timestamp."""
    signed_data = cms.ContentInfo.load(field.contents)["content"]
    return all(
        any(unsigned["type"].native == "signature_time_stamp_token" for unsigned in signer["unsigned_attrs"] or ())
        for signer in signed_data["signer_infos"]
    )


def _has_revocation_data(pdf: bytes) -> bool:
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        store: Any = document.Root.get("/DSS", {})
        return any(len(store.get(kind, ())) > 0 for kind in ("/CRLs", "/OCSPs"))
