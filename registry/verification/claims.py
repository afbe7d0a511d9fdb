"""Whether a file claims to be a licence of a register like this one: then no match in the register is a forgery."""

from __future__ import annotations

from signing.validation.apart import Hearsay
from signing.validation.question import Attachment

LICENCE_JSON = "licence.json"
LICENCE_SCHEMA = "antin.licence.v1"
DATA = Attachment(LICENCE_JSON, LICENCE_SCHEMA)


def claims_to_be_ours(pdf: bytes, hearsay: Hearsay, hosts: tuple[str, ...]) -> bool:
    """True when the file carries a licence's data in our schema, or names our verification address in plain text."""
    return hearsay.carries or any(f"{host}/l/".encode() in pdf for host in hosts)
