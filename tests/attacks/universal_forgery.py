"""USF: the signature is there, but what would be verified is taken away or garbled."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.pades.byte_range import fill
from tests.attacks.collection import RED, UNREADABLE, attack, attacks
from tests.attacks.edit import Change, array, field_of, gaps, swap, updated, with_range
from tests.attacks.raw import raw_revision

KIND = "universal forgery"
ON = "licence plain"


@attack(KIND, "licence sealed numbered plain archived twice certified2")
def contents_zeroed(pdf: bytes) -> bytes:
    return fill(pdf, gaps(pdf)[-1], b"")


@attack(KIND, "licence sealed plain twice")
def contents_of_the_first_signature_zeroed(pdf: bytes) -> bytes:
    return fill(pdf, gaps(pdf)[0], b"")


@attack(KIND, ON)
def contents_of_random_bytes(pdf: bytes) -> bytes:
    return fill(pdf, gaps(pdf)[-1], bytes(range(256)) * 8)


@attack(KIND, ON)
def contents_key_renamed(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    place = pdf.rindex(b"/Contents", 0, gap.start)
    return pdf[:place] + b"/Kontents" + pdf[place + 9 :]


@attack(KIND, ON)
def contents_emptied(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    return pdf[: gap.start] + b"<>" + b" " * (gap.end - gap.start - 2) + pdf[gap.end :]


@attack(KIND, ON)
def contents_twice(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    inside = b"00> /Contents <"
    return pdf[: gap.start + 1] + inside + pdf[gap.start + 1 + len(inside) :]


@attack(KIND, ON)
def byte_range_key_renamed(pdf: bytes) -> bytes:
    return swap(pdf, b"/ByteRange", b"/ByteRangf")


attacks(
    KIND,
    ON,
    RED,
    [
        ("byte_range_null", lambda pdf: with_range(pdf, lambda *_: b"/ByteRange null")),
        ("byte_range_empty", lambda pdf: with_range(pdf, lambda *_: b"/ByteRange []")),
        ("byte_range_of_reals", lambda pdf: with_range(pdf, lambda *_: b"/ByteRange [.0 .1 .2 .3]")),
        ("subfilter_unknown", lambda pdf: swap(pdf, b"/ETSI.", b"/ETSJ.")),
        ("subfilter_as_of_sha1", lambda pdf: swap(pdf, b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1")),
    ],
)


attacks(
    KIND,
    ON,
    UNREADABLE,
    [("byte_range_of_names", lambda pdf: with_range(pdf, lambda *_: b"/ByteRange [/a /b /c /d]"))],
)


def _last_signature(writer: Any) -> Any:
    fields = [one for one in writer.root["/AcroForm"]["/Fields"] if "/V" in one.get_object()]
    return next(one for one in reversed(fields) if one.get_object()["/FT"] == "/Sig")


def _overwritten(change: Change) -> Any:
    """The signature's dictionary defined anew in a later revision."""

    def forge(pdf: bytes) -> bytes:
        def rewrite(writer: Any) -> None:
            value = _last_signature(writer).get_object().raw_get("/V")
            change(value.get_object())
            writer.mark_update(value)

        return updated(pdf, rewrite)

    return forge


def _without(*keys: str) -> Any:
    def change(value: Any) -> None:
        for key in keys:
            del value[key]

    return _overwritten(change)


def _with(key: str, new: Any) -> Any:
    def change(value: Any) -> None:
        value[pdf_name(key)] = new

    return _overwritten(change)


attacks(
    KIND,
    ON,
    RED,
    [
        ("update_without_contents", _without("/Contents")),
        ("update_without_byte_range", _without("/ByteRange")),
        ("update_without_both", _without("/Contents", "/ByteRange")),
        ("update_without_subfilter", _without("/SubFilter")),
        ("update_with_contents_null", _with("/Contents", generic.NullObject())),
        ("update_with_contents_empty", _with("/Contents", generic.ByteStringObject(b""))),
        ("update_with_contents_zero", _with("/Contents", generic.ByteStringObject(bytes(64)))),
        ("update_with_byte_range_null", _with("/ByteRange", generic.NullObject())),
        ("update_with_negative_byte_range", _with("/ByteRange", array(0, -1, -1, 0))),
        ("update_with_short_byte_range", _with("/ByteRange", array(0, 100))),
        ("update_with_byte_range_of_nothing", _with("/ByteRange", array(0, 0, 0, 0))),
    ],
)


@attack(KIND, ON)
def value_removed(pdf: bytes) -> bytes:
    """A field that was signed is empty again."""

    def change(writer: Any) -> None:
        reference = _last_signature(writer)
        del reference.get_object()["/V"]
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(KIND, ON)
def field_turned_into_text(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        reference = _last_signature(writer)
        reference.get_object()[pdf_name("/FT")] = pdf_name("/Tx")
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(KIND, "licence plain twice")
def form_removed(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return updated(pdf, change)


@attack(KIND, "licence numbered")
def seal_forgotten_by_the_form(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.remove(field_of(writer, "Seal"))
        writer.update_container(fields)

    return updated(pdf, change)


@attack(KIND, ON, UNREADABLE)
def said_to_be_encrypted(pdf: bytes) -> bytes:
    return raw_revision(pdf, {}, trailer=b"/Encrypt << /Filter /Standard /V 4 /R 4 /O () /U () /P 0 >>")
