"""Whether a file claims to be a licence of a register like this one: then no match in the register is a forgery."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf

LICENCE_JSON = "licence.json"
LICENCE_SCHEMA = "antin.licence.v1"
LARGEST = 1_000_000  # bytes of an attachment that is looked into
UNREADABLE = (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, RecursionError)


def claims_to_be_ours(pdf: bytes, hosts: tuple[str, ...]) -> bool:
    """True when the file carries a licence's data in our schema, or names our verification address."""
    if any(f"{host}/l/".encode() in pdf for host in hosts):
        return True
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as document:
            attached = document.attachments.get(LICENCE_JSON)
            content = attached.get_file().read_bytes() if attached is not None else b""
            if LICENCE_SCHEMA.encode() in content[:LARGEST]:
                return True
            return bool(content) and json.loads(content[:LARGEST]).get("schema") == LICENCE_SCHEMA
    except UNREADABLE:
        return False
