"""Whether a file claims to be a licence of a register like this one: then no match in the register is a forgery."""

from __future__ import annotations

import json
import zlib
from io import BytesIO

import pikepdf

LICENCE_JSON = "licence.json"
LICENCE_SCHEMA = "antin.licence.v1"
LARGEST = 1_000_000  # bytes of an attachment that are looked into, unpacked
FLATE = (pikepdf.Name.FlateDecode, pikepdf.Array([pikepdf.Name.FlateDecode]))
UNREADABLE = (
    pikepdf.PdfError,
    zlib.error,
    *(ValueError, KeyError, TypeError, AttributeError, RuntimeError, RecursionError),
)


def claims_to_be_ours(pdf: bytes, hosts: tuple[str, ...]) -> bool:
    """True when the file carries a licence's data in our schema, or names our verification address."""
    if any(f"{host}/l/".encode() in pdf for host in hosts):
        return True
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
            attached = document.attachments.get(LICENCE_JSON)
            content = beginning(attached.get_file().obj) if attached is not None else b""
            if LICENCE_SCHEMA.encode() in content:
                return True
            value, _ = json.JSONDecoder().raw_decode(content.decode(errors="replace"))
            return bool(value.get("schema") == LICENCE_SCHEMA)
    except UNREADABLE:
        return False


def beginning(stream: pikepdf.Object) -> bytes:
    """The first bytes of a stream: never more is unpacked, however large it claims or turns out to be."""
    raw, packed = stream.read_raw_bytes(), stream.get("/Filter")
    if packed is None:
        return raw[:LARGEST]
    return zlib.decompressobj().decompress(raw, LARGEST) if packed in FLATE else b""
