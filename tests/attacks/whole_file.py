"""Attacks on the file as a whole: polyglots, earlier revisions, objects defined twice, and files that cost too much."""

from __future__ import annotations

import zlib

from tests.attacks.collection import AMBER, RED, UNREADABLE, attack, attacks
from tests.attacks.edit import Freedom, sign_freely
from tests.attacks.raw import content_number, raw_revision, size_of, stream_body
from tests.pki.build import pki

POLYGLOT, ROLLBACK, DUPLICATE, COST = "polyglot", "rollback", "duplicate objects", "costly file"
FORMS = {
    "zip": b"PK\x05\x06" + bytes(18),
    "html": b"<html><script>alert(1)</script></html>",
    "script": b"#!/bin/sh\nexit 0\n",
    "image": b"\x89PNG\r\n\x1a\n",
    "nothing": bytes(8),
}
for _name, _bytes in FORMS.items():
    attacks(POLYGLOT, "licence plain", RED, [(f"{_name}_behind", lambda pdf, b=_bytes: pdf + b)])  # type: ignore[misc]
    attacks(POLYGLOT, "licence plain", UNREADABLE, [(f"{_name}_before", lambda pdf, b=_bytes: b + pdf)])  # type: ignore[misc]


def _until(pdf: bytes, revision: int) -> bytes:
    place = -1
    for _ in range(revision):
        place = pdf.index(b"%%EOF", place + 1)
    return pdf[: place + 6]


@attack(ROLLBACK, "licence numbered", AMBER)
def back_to_the_officials_signature(pdf: bytes) -> bytes:
    return _until(pdf, 2)


@attack(ROLLBACK, "licence numbered", UNREADABLE)
def cut_in_the_middle(pdf: bytes) -> bytes:
    return pdf[: len(pdf) // 2]


@attack(DUPLICATE, "licence plain", UNREADABLE)
def content_defined_twice_without_table(pdf: bytes) -> bytes:
    body = b"%d 0 obj\n%s\nendobj\n" % (content_number(pdf), stream_body(b"BT (Two) Tj ET"))
    last = pdf.rindex(b"startxref")
    return pdf[:last] + body + pdf[last:-7]


@attack(DUPLICATE, "licence plain", AMBER, {"licence": RED})
def content_defined_three_times(pdf: bytes) -> bytes:
    for words in (b"BT (One) Tj ET", b"BT (Two) Tj ET"):
        pdf = raw_revision(pdf, {content_number(pdf): stream_body(words)})
    return pdf


@attack(COST, "licence plain", AMBER)
def forty_revisions(pdf: bytes) -> bytes:
    for _ in range(40):
        pdf = raw_revision(pdf, {})
    return pdf


@attack(COST, "unsigned", AMBER)
def twenty_four_signatures(pdf: bytes) -> bytes:
    for number in range(24):
        pdf = sign_freely(pdf, f"Signature{number}", pki().deputy, Freedom())
    return pdf


@attack(COST, "licence plain", AMBER, {"licence": RED})
def deflate_bomb(pdf: bytes) -> bytes:
    packed = zlib.compress(bytes(60_000_000), 9)
    body = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    return raw_revision(pdf, {content_number(pdf): body})


@attack(COST, "licence plain", AMBER, {"licence": RED})
def object_that_refers_to_itself(pdf: bytes) -> bytes:
    number = size_of(pdf)
    return raw_revision(pdf, {number: b"<< /Title %d 0 R >>" % number}, trailer=b"/Info %d 0 R" % number)
