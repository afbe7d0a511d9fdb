"""Files for the tests: honest ones, and ones that are not what they seem."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: object) -> bytes:
    """A PDF of blank pages, changed before it is saved."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    output = io.BytesIO()
    document.save(output, **options)  # type: ignore[arg-type]
    return output.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, "white").save(output, kind)
    return output.getvalue()


def archive() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as files:
        files.writestr("page.html", "<script>alert(1)</script>")
    return output.getvalue()


def pixel_bomb(width: int, height: int) -> bytes:
    """A small PNG that claims and has `width` × `height` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def stream_bomb(megabytes: int) -> bytes:
    """A PDF whose object stream, which a reader must unpack to open it, grows to `megabytes`."""
    body = b"1 0 2 33 " + b"<</Type/Catalog/Pages 2 0 R>>".ljust(33) + b"<</Type/Pages/Kids[]/Count 0>>"
    packer = zlib.compressobj(9)
    packed = packer.compress(body)
    packed += packer.flush(zlib.Z_FULL_FLUSH)  # from here on each block unpacks by itself, so one may be repeated
    packed += (packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    head = b"%PDF-1.7\n"
    stream = (
        b"3 0 obj\n<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )
    place = len(head) + len(stream)
    rows = [(0, 0, 65535), (2, 3, 0), (2, 3, 1), (1, len(head), 0), (1, place, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    table = zlib.compress(table)
    cross = (
        b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(table)
        + table
        + b"\nendstream\nendobj\n"
    )
    return head + stream + cross + b"startxref\n%d\n%%%%EOF\n" % place


def with_action(kind: str, **more: pikepdf.Object) -> bytes:
    """A PDF that does something when it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Dictionary(
            {"/S": Name(f"/{kind}")} | {f"/{key}": value for key, value in more.items()}
        )

    return pdf(change)


def with_hidden_script() -> bytes:
    """A script deep inside direct objects, behind an action that is harmless itself, its name written in hex."""

    def change(document: pikepdf.Pdf) -> None:
        script = Dictionary(S=Name("/JavaScript"), JS=String("start    "))
        harmless = Dictionary(S=Name("/GoTo"), D=Array([document.pages[0].obj, Name("/Fit")]), Next=Array([script]))
        document.pages[0].AA = Dictionary(O=harmless)

    content = pdf(change)
    disguised = (
        content.replace(b"/JavaScript", b"/JavaScrip#74").replace(b"/JS ", b"/J#53 ").replace(b"start    ", b"start")
    )
    assert len(disguised) == len(content)  # or the table of places would be wrong
    return disguised


def carrying(name: str) -> bytes:
    """A PDF with another file inside."""

    def change(document: pikepdf.Pdf) -> None:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, b"<a/>", filename=name)

    return pdf(change)
