"""What forgers do to a file: another revision, other bytes, another signature."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.fields import append_signature_field as append_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.pades.appearance import draw_stamp
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import BYTE_RANGE, Gap, fill
from signing.pades.complete import complete
from signing.pades.writer import QuietWriter
from tests.pki.build import Identity
from tests.signing.pades.build import AT, sign_value, stamp, timestamper

Change = Callable[[Any], None]


@dataclass(frozen=True)
class Freedom:
    """How somebody signs: where it is seen, what it forbids, and what else the same revision changes."""

    box: tuple[int, int, int, int] | None = None
    certify: MDPPerm | None = None
    lock: bool = False
    change: Change | None = None


def updated(pdf: bytes, change: Change) -> bytes:
    """`pdf` with one more well-formed revision in which `change` was made."""
    writer, written = QuietWriter(BytesIO(pdf)), BytesIO()
    change(writer)
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


def sign_freely(pdf: bytes, field: str, who: Identity, freedom: Freedom = Freedom()) -> bytes:
    """One more signature with its timestamp in a new field; none of our rules is asked."""
    writer = QuietWriter(BytesIO(pdf))
    if freedom.change is not None:
        freedom.change(writer)
    append_field(writer, SigFieldSpec(field, on_page=0, box=freedom.box))
    embedding: Any = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    widget = next(embedding).get_object()
    if freedom.box is not None:
        draw_stamp(writer, widget, stamp("Official"))
    holder = PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, AT, bytes_reserved=16_384)
    embedding.send(SigObjSetup(sig_placeholder=holder, mdp_setup=_protection(freedom)))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    attributes = signed_attributes(prepared.document_digest, who.certificate_der)
    value = sign_value(who, attributes)
    token = timestamper(AT)(hashlib.sha256(value).digest())
    return complete(output.getvalue(), attributes, value, who.certificate_der, who.chain_der, token)


def _protection(freedom: Freedom) -> SigMDPSetup | None:
    if freedom.certify is not None:
        return SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=freedom.certify)
    if freedom.lock:
        return SigMDPSetup(md_algorithm="sha256", field_lock=FieldMDPSpec(FieldMDPAction.ALL))
    return None


def gaps(pdf: bytes) -> list[Gap]:
    """The places of the signatures, in the order of the file."""
    found = (tuple(map(int, match.groups())) for match in BYTE_RANGE.finditer(pdf))
    return [Gap(start, end) for start, end, _ in found]


def cms_in(pdf: bytes, gap: Gap) -> bytes:
    """What stands in a gap, its padding included."""
    return bytes.fromhex(pdf[gap.start + 1 : gap.end - 1].decode())


def with_cms(pdf: bytes, change: Callable[[bytes], bytes], place: int = -1) -> bytes:
    """`pdf` with another CMS in one of its gaps; nothing that is covered changes."""
    gap = gaps(pdf)[place]
    return fill(pdf, gap, change(cms_in(pdf, gap)).rstrip(b"\0")[: gap.room])


def with_range(pdf: bytes, numbers: Callable[[int, int, int, int], bytes], place: int = -1) -> bytes:
    """`pdf` with another text for the four numbers, in as many bytes."""
    match = list(re.finditer(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf))[place]
    text = numbers(*(int(number) for number in match.groups()))
    assert len(text) <= len(match[0])
    return pdf[: match.start()] + text.ljust(len(match[0])) + pdf[match.end() :]


def swap(pdf: bytes, old: bytes, new: bytes, last: bool = True) -> bytes:
    """One occurrence of `old` replaced by `new` and, where shorter, spaces: offsets stay."""
    place = pdf.rindex(old) if last else pdf.index(old)
    assert len(new) <= len(old)
    return pdf[:place] + new.ljust(len(old)) + pdf[place + len(old) :]


def stream(data: bytes, **entries: Any) -> Any:
    """A stream object; entries as keyword arguments."""
    return generic.StreamObject({pdf_name(f"/{key}"): value for key, value in entries.items()}, stream_data=data)


def dictionary(**entries: Any) -> Any:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})  # type: ignore[no-untyped-call]


def array(*values: float) -> Any:
    return generic.ArrayObject(map(generic.NumberObject, values))


def text(value: str) -> Any:
    return generic.TextStringObject(value)


def page_of(writer: Any) -> Any:
    return writer.find_page_for_modification(0)[0].get_object()


def field_of(writer: Any, name: str) -> Any:
    """The reference to a field of the form."""
    return next(one for one in writer.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == name)


def end_of(pdf: bytes) -> int:
    """The offset of the last revision's cross-reference, as the file says."""
    return int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
