"""The document of `build.issued`, but numbered after the official's signature, and seals that fill it otherwise."""

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from signing.pades.attributes import signed_attributes
from signing.pades.blanks import DATE, EXPIRY, NUMBER, Blank
from signing.pades.complete import complete
from signing.pades.fields import OFFICIAL, SEAL, add_signature_fields
from signing.pades.prepare import PreparedRevision, prepare
from signing.pades.writer import QuietWriter, open_writer
from tests.pki.build import pki
from tests.signing.pades.build import (
    AT,
    HERE,
    LABELS,
    OFFICIAL_BOX,
    SEAL_BOX,
    preserve_now,
    sign,
    sign_value,
    stamp,
    timestamper,
    typeset,
)

LONGEST_DAY = "ngày 00 tháng 00 năm 0000"
BLANKS = {
    NUMBER: Blank("Số, ký hiệu", "000000/2026/GP-SYT"),
    DATE: Blank("Ngày cấp", LONGEST_DAY),
    EXPIRY: Blank("Có hiệu lực đến hết", LONGEST_DAY),
}
FILLED = {
    NUMBER: "123/2026/GP-SYT",
    DATE: "ngày 02 tháng 3 năm 2026",
    EXPIRY: "ngày 02 tháng 3 năm 2029",
}


@dataclass(frozen=True)
class Numbered:
    """One document in each state of its making."""

    fields: bytes
    official: bytes
    sealed: bytes
    preserved: bytes


@functools.cache
def numbered() -> Numbered:
    """Signed while empty, then numbered and sealed in one revision, then preserved."""
    fields = with_blanks()
    official = sign(fields, OFFICIAL, pki().official)
    sealed = sealed_with(official, prepared_to_seal(official))
    return Numbered(fields, official, sealed, preserve_now(sealed))


@functools.cache
def with_blanks() -> bytes:
    base = typeset(HERE / "numbered.typ", "a-3a,ua-1", {})
    return add_signature_fields(base, OFFICIAL_BOX, SEAL_BOX, LABELS, BLANKS)


def prepared_to_seal(pdf: bytes, filled: Mapping[str, str] = FILLED) -> PreparedRevision:
    seal = pki().seal
    return prepare(pdf, SEAL, seal.certificate_der, seal.chain_der, stamp(SEAL), AT, filled)


def sealed_with(pdf: bytes, prepared: PreparedRevision) -> bytes:
    """Complete a prepared revision with the agency's key, whatever it says."""
    seal = pki().seal
    value = sign_value(seal, prepared.attributes)
    token = timestamper(AT)(hashlib.sha256(value).digest())
    return complete(prepared.revision, prepared.attributes, value, seal.certificate_der, seal.chain_der, token)


def prepared_otherwise(pdf: bytes, change: Callable[[QuietWriter], None]) -> PreparedRevision:
    """The seal's revision of somebody who writes what they like into it, with the agency's own certificate."""
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import PdfSignedData

    from signing.pades.appearance import draw_stamp
    from signing.pades.prepare import PROTECTION, RESERVED

    writer = open_writer(pdf)
    change(writer)
    embedding: Any = PdfCMSEmbedder().write_cms(SEAL, writer, existing_fields_only=True)
    draw_stamp(writer, next(embedding).get_object(), stamp(SEAL))
    holder = PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, AT, bytes_reserved=RESERVED[SEAL])
    embedding.send(SigObjSetup(sig_placeholder=holder, mdp_setup=PROTECTION[SEAL]))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    digest = prepared.document_digest
    return PreparedRevision(output.getvalue(), digest, signed_attributes(digest, pki().seal.certificate_der))
