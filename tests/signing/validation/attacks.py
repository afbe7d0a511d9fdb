"""Forgeries of a good document, one function for each known class; what each does is in its name."""

import functools
import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.pades.appearance import draw_stamp
from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import BYTE_RANGE, Gap, digest_around, fill
from signing.pades.complete import complete
from signing.pades.digest import signed_fields
from signing.pades.writer import QuietWriter
from tests.pki.build import foreign_pki, pki
from tests.signing.pades.build import LATER, issued, prepared_for, sign_value, stamp, timestamper

ATTACKS: dict[str, Callable[[], bytes]] = {}


def attack(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Puts a forgery on the list of all."""
    ATTACKS[make.__name__] = functools.cache(make)
    return ATTACKS[make.__name__]


def gap_of(pdf: bytes, field: str) -> Gap:
    _, first, second, _ = next(one.byte_range for one in signed_fields(pdf) if one.name == field)
    return Gap(first, second)


def updated(pdf: bytes, change: Callable[[Any], None], quiet: bool = True) -> bytes:
    """`pdf` with one more revision in which `change` was made."""
    kind: Any = QuietWriter if quiet else IncrementalPdfFileWriter
    writer, written = kind(BytesIO(pdf)), BytesIO()
    change(writer)
    writer.write(written)
    return written.getvalue()


@attack
def bytes_appended() -> bytes:
    return issued().preserved + b"PK\x03\x04 an archive that readers do not show"


@attack
def line_break_appended() -> bytes:
    return issued().preserved + b"\n"


@attack
def end_of_file_repeated() -> bytes:
    last = issued().preserved.rindex(b"startxref")
    return issued().preserved + issued().preserved[last:]


@attack
def bytes_before_the_document() -> bytes:
    return b"<html>" + issued().preserved


@attack
def cut_in_the_middle() -> bytes:
    return issued().preserved[: len(issued().preserved) // 2]


@attack
def cut_at_the_end() -> bytes:
    return issued().preserved[:-2]


@attack
def signature_zeroed() -> bytes:
    gap = gap_of(issued().preserved, "Seal")
    return fill(issued().preserved, gap, b"")


@attack
def last_timestamp_zeroed() -> bytes:
    return fill(issued().preserved, gap_of(issued().preserved, "Timestamp-1"), b"")


@attack
def foreign_signature_over_our_bytes() -> bytes:
    """The seal of an authority with the same names as ours, made over the very same bytes."""
    seal = foreign_pki().seal
    prepared = prepared_for(issued().official, "Seal", pki().seal)
    blank = fill(issued().sealed, gap_of(issued().sealed, "Seal"), b"")
    assert digest_around(blank, gap_of(blank, "Seal")) == prepared.digest
    attributes = prepared_for(issued().official, "Seal", seal).attributes
    value = sign_value(seal, attributes)
    return complete(blank, attributes, value, seal.certificate_der, seal.chain_der, None)


@attack
def signature_of_another_document() -> bytes:
    gap, other = gap_of(issued().preserved, "Seal"), gap_of(issued().preserved, "Official")
    return fill(issued().preserved, gap, bytes.fromhex(issued().preserved[other.start + 1 : other.end - 1].decode()))


@attack
def bytes_hidden_behind_a_signature() -> bytes:
    gap = gap_of(issued().preserved, "Timestamp-1")
    content = bytes.fromhex(issued().preserved[gap.start + 1 : gap.end - 1].decode())
    return fill(issued().preserved, gap, content[:-8] + b"hidden!!")


@attack
def byte_range_shortened() -> bytes:
    """The last signature leaves out more than itself (SWA)."""
    *_, last = BYTE_RANGE.finditer(issued().preserved)
    first, second, length = (int(number) for number in last.groups())
    text = b"/ByteRange [0 %d %d %d]" % (first, second + 20, length - 20)
    return issued().preserved[: last.start()] + text.ljust(len(last[0])) + issued().preserved[last.end() :]


@attack
def update_without_an_end() -> bytes:
    """ISA, variant 3: objects appended without table and trailer; some readers rebuild the file and show them."""
    page = b"\n4 0 obj\n<< /Type /Page /Contents 99 0 R >>\nendobj\n"
    return issued().preserved + page + b"99 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n"


@attack
def update_that_changes_the_page() -> bytes:
    def change(writer: Any) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        stream = generic.StreamObject(stream_data=b"BT (Manipulated now) Tj ET")
        page[pdf_name("/Contents")] = writer.add_object(stream)
        writer.update_container(page)

    return updated(issued().preserved, change)


@attack
def annotation_over_the_text() -> bytes:
    def change(writer: Any) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        note = generic.DictionaryObject(  # type: ignore[no-untyped-call]
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])

    return updated(issued().preserved, change)


@attack
def description_replaced() -> bytes:
    """XMP swapped after the seal; the signing library itself counts this as harmless."""

    def change(writer: Any) -> None:
        stream = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        stream[pdf_name("/Type")], stream[pdf_name("/Subtype")] = pdf_name("/Metadata"), pdf_name("/XML")
        writer.root[pdf_name("/Metadata")] = writer.add_object(stream)
        writer.update_root()

    return updated(issued().preserved, change)


@attack
def description_updated_by_the_library() -> bytes:
    def change(writer: Any) -> None:
        writer.update_root()

    return updated(issued().preserved, change, quiet=False)


@attack
def description_pointed_at_an_older_object() -> bytes:
    def change(writer: Any) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        writer.root[pdf_name("/Metadata")] = page.raw_get("/Contents")
        writer.update_root()

    return updated(issued().preserved, change)


@attack
def certification_removed() -> bytes:
    def change(writer: Any) -> None:
        del writer.root["/Perms"]
        writer.update_root()

    return updated(issued().preserved, change)


@attack
def attachment_replaced() -> bytes:
    def change(writer: Any) -> None:
        file = writer.root["/AF"][0]
        file["/EF"][pdf_name("/F")] = writer.add_object(generic.StreamObject(stream_data=b'{"register_code":"FAKE"}'))
        writer.update_container(file["/EF"])

    return updated(issued().preserved, change)


@attack
def third_signature_over_the_whole_page() -> bytes:
    return _third(box=(0, 0, 595, 842))


@attack
def third_signature_without_area() -> bytes:
    return _third(box=None)


@attack
def signature_field_removed() -> bytes:
    """The form forgets the seal; its bytes are still there."""

    def change(writer: Any) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        del fields[1]
        writer.update_container(fields)

    return updated(issued().preserved, change)


@attack
def everything_saved_anew() -> bytes:
    written = BytesIO()
    with pikepdf.open(BytesIO(issued().preserved)) as document:
        document.save(written)
    return written.getvalue()


def _third(box: tuple[int, int, int, int] | None) -> bytes:
    """Somebody trusted signs once more, over the finished seal (SSA)."""
    spec = SigFieldSpec("Third", on_page=0, box=box)
    return _signed_freely(updated(issued().preserved, lambda writer: append_signature_field(writer, spec)))


def _signed_freely(pdf: bytes) -> bytes:
    """Like prepare and complete, for a field that they do not know."""
    who, writer = pki().deputy, QuietWriter(BytesIO(pdf))
    embedding = PdfCMSEmbedder().write_cms("Third", writer, existing_fields_only=True)
    draw_stamp(writer, next(embedding).get_object(), stamp("Official"))
    holder = PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, LATER, bytes_reserved=16_384)
    embedding.send(SigObjSetup(sig_placeholder=holder))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    attributes = signed_attributes(prepared.document_digest, who.certificate_der)
    value = sign_value(who, attributes)
    token = timestamper(LATER)(hashlib.sha256(value).digest())
    return complete(output.getvalue(), attributes, value, who.certificate_der, who.chain_der, token)
