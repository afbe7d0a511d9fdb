"""Whether a file claims to be a licence of a register like this one: then no match in the register is a forgery."""

from __future__ import annotations

import zlib
from io import BytesIO

import pikepdf

LICENCE_JSON = "licence.json"
LICENCE_SCHEMA = "antin.licence.v1"
LARGEST = 1_000_000  # bytes of an attachment that is looked into
UNREADABLE = (pikepdf.PdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, zlib.error)


def beginning(stream: pikepdf.Object) -> bytes:
    """The first bytes of a stream, at most LARGEST whatever it would unpack to."""
    raw = stream.read_raw_bytes()[:LARGEST]
    return zlib.decompressobj().decompress(raw, LARGEST) if stream.get("/Filter") == "/FlateDecode" else raw


def claims_to_be_ours(pdf: bytes, hosts: tuple[str, ...]) -> bool:
    """True when the file carries a licence's data in our schema, or names our verification address."""
    if any(f"{host}/l/".encode() in pdf for host in hosts):
        return True
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
            attached = document.attachments.get(LICENCE_JSON)
            return attached is not None and LICENCE_SCHEMA.encode() in beginning(attached.obj.EF.F)
    except UNREADABLE:
        return False
