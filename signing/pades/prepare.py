"""Makes the exact bytes that will be signed, and the attributes over them, before any key is touched.

Both go on record; signing is then one operation over the attributes, and a repeat signs the very same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.pades.appearance import draw_stamp
from signing.pades.attributes import signed_attributes
from signing.pades.errors import DocumentNotSuitable, SignatureTooLarge
from signing.pades.extend import WITHOUT_PICTURE
from signing.pades.fields import OFFICIAL, RECEIPT, SEAL
from signing.pades.fill import fill_blanks
from signing.pades.writer import UNREADABLE, QuietWriter, open_writer

# Hex digits kept for /Contents. The seal's has room for the registry's proof, which is added later
# (issuance step 7).
RESERVED = {OFFICIAL: 16_384, SEAL: 32_768, RECEIPT: 16_384}
ROOM_FOR_TIMESTAMP = 4_500  # bytes: value, timestamp token with its certificates, framing

PROTECTION = {
    # The official certifies: after that only form filling and signing (DocMDP 2, ISO 32000-1, 12.8.2.2).
    OFFICIAL: SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS),
    # The seal closes every field (FieldMDP All, 12.8.2.4), as its field's /Lock already says.
    SEAL: SigMDPSetup(md_algorithm="sha256", field_lock=FieldMDPSpec(FieldMDPAction.ALL)),
    # The service certifies what it says: nothing may follow but evidence (DocMDP 1).
    RECEIPT: SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES),
}


@dataclass(frozen=True)
class PreparedRevision:
    """A whole PDF whose last signature is still zeros, SHA-256 of what it covers, and DER of the signed
    attributes.
    """

    revision: bytes
    digest: bytes
    attributes: bytes


def prepare(
    pdf: bytes,
    field: str,
    certificate: bytes,
    chain: list[bytes],
    appearance_pdf: bytes | None,
    at: datetime,
    filled: Mapping[str, str] | None = None,
) -> PreparedRevision:
    """The revision of `pdf` in which `field` ("Official", "Seal" or "Receipt") will be signed under `certificate`
    (DER) at `at`. The field "Receipt" is made here, without a picture; the others are there.

    `chain` are the certificates that will be embedded besides (DER); `filled` are the texts of the document's blanks,
    which the seal's revision must fill, all of them. The same arguments give the same
    bytes. Raises DocumentNotSuitable, StampNotSuitable, CertificateNotSuitable or SignatureTooLarge;
    nothing was signed then.
    """
    if field not in RESERVED:
        raise DocumentNotSuitable(f"There is no signature field {field!r}.")
    if len(certificate) + sum(map(len, chain)) + ROOM_FOR_TIMESTAMP > RESERVED[field] // 2:
        raise SignatureTooLarge("The certificates do not fit into the space that is kept for a signature.")
    writer = open_writer(pdf)
    embedding = _embedding(field, writer)
    try:
        if field == SEAL:
            fill_blanks(writer, filled or {})
        prepared, output = _write(writer, embedding, field, appearance_pdf, at)
    except SigningError as error:
        raise DocumentNotSuitable(f"The field {field!r} cannot be signed: {error}.") from error
    except UNREADABLE as error:
        raise DocumentNotSuitable(f"The document cannot be signed: {error}.") from error
    digest = prepared.document_digest
    return PreparedRevision(output.getvalue(), digest, signed_attributes(digest, certificate))


def _embedding(field: str, writer: QuietWriter) -> Any:
    if field != RECEIPT:
        return PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    spec = SigFieldSpec(RECEIPT, on_page=0, invis_sig_settings=WITHOUT_PICTURE)
    return PdfCMSEmbedder(new_field_spec=spec).write_cms(RECEIPT, writer)


def _write(
    writer: QuietWriter, embedding: Any, field: str, appearance_pdf: bytes | None, at: datetime
) -> tuple[Any, Any]:
    widget = next(embedding).get_object()
    if appearance_pdf is not None:
        draw_stamp(writer, widget, appearance_pdf)
    signature = PdfSignedData(
        obj_type=pdf_name("/Sig"),
        subfilter=SigSeedSubFilter.PADES,
        timestamp=at.replace(microsecond=0),
        bytes_reserved=RESERVED[field],
    )
    embedding.send(SigObjSetup(sig_placeholder=signature, mdp_setup=PROTECTION[field]))
    written: tuple[Any, Any] = embedding.send(SigIOSetup(md_algorithm="sha256"))
    return written
