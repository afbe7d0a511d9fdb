"""Timestamps copied from elsewhere, put in twice, taken away, or by strangers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from asn1crypto import cms

from signing.pades.byte_range import digest_around
from tests.attacks.cms_confusion import changed
from tests.attacks.collection import AMBER, RED, attack
from tests.attacks.edit import cms_in, gaps, with_cms
from tests.pki.build import foreign_pki
from tests.signing.pades.build import AT, LATER, preserve_now, timestamper

KIND = "copied or duplicated timestamp"
STAMPED = "licence sealed plain"


def _first_token(pdf: bytes, place: int = 0) -> cms.ContentInfo:
    info = cms.ContentInfo.load(cms_in(pdf, gaps(pdf)[place]))
    return info["content"]["signer_infos"][0]["unsigned_attrs"][0]["values"][0]


def _unsigned(make: Callable[[cms.SignerInfo], list[cms.ContentInfo]], place: int) -> Callable[[bytes], bytes]:
    def change(signed: cms.SignedData) -> None:
        signer = signed["signer_infos"][0]
        tokens = make(signer)
        attribute = {"type": "signature_time_stamp_token", "values": tokens}
        signer["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute(attribute)] if tokens else [])

    return lambda pdf: with_cms(pdf, changed(change), place)


def _value(signer: cms.SignerInfo) -> bytes:
    value: bytes = signer["signature"].native
    return value


def _own(signer: cms.SignerInfo) -> cms.ContentInfo:
    return signer["unsigned_attrs"][0]["values"][0]


def _made(digest: bytes, strangers: bool = False) -> cms.ContentInfo:
    return cms.ContentInfo.load(timestamper(AT, foreign_pki() if strangers else None)(digest))


@attack(KIND, STAMPED + " twice")
def timestamp_over_something_else(pdf: bytes) -> bytes:
    return _unsigned(lambda signer: [_made(hashlib.sha256(b"another").digest())], 0)(pdf)


@attack(KIND, "licence sealed twice")
def timestamp_of_the_next_signature(pdf: bytes) -> bytes:
    token = _first_token(pdf, 1)
    return _unsigned(lambda signer: [token], 0)(pdf)


@attack(KIND, "licence sealed twice")
def timestamp_of_the_signature_before(pdf: bytes) -> bytes:
    token = _first_token(pdf, 0)
    return _unsigned(lambda signer: [token], 1)(pdf)


@attack(KIND, STAMPED)
def timestamp_and_another_over_something_else(pdf: bytes) -> bytes:
    return _unsigned(lambda signer: [_own(signer), _made(bytes(32))], 0)(pdf)


@attack(KIND, STAMPED, AMBER, {"licence": RED, "sealed": RED}, any_issuer=False)
def timestamp_of_strangers(pdf: bytes) -> bytes:
    return _unsigned(lambda signer: [_made(hashlib.sha256(_value(signer)).digest(), strangers=True)], 0)(pdf)


@attack(KIND, "licence archived")
def document_timestamp_zeroed_out_by_a_signature_timestamp(pdf: bytes) -> bytes:
    token = _first_token(pdf).dump()
    return with_cms(pdf, lambda _: token)


@attack(KIND, "licence archived")
def document_timestamp_over_something_else(pdf: bytes) -> bytes:
    return with_cms(pdf, lambda _: timestamper(LATER)(bytes(32)))


@attack(KIND, "licence archived", AMBER, any_issuer=False)
def document_timestamp_of_strangers(pdf: bytes) -> bytes:

    digest = digest_around(pdf, gaps(pdf)[-1])
    return with_cms(pdf, lambda _: timestamper(LATER, foreign_pki())(digest))


@attack(KIND, "licence archived")
def document_timestamp_in_place_of_a_signature(pdf: bytes) -> bytes:
    token = cms_in(pdf, gaps(pdf)[-1])
    return with_cms(pdf, lambda _: token, 0)


@attack(KIND, "licence archived")
def signature_in_place_of_a_document_timestamp(pdf: bytes) -> bytes:
    other = cms_in(pdf, gaps(pdf)[0])
    return with_cms(pdf, lambda _: other)


@attack(KIND, "licence archived")
def document_timestamp_copied_to_a_second(pdf: bytes) -> bytes:
    """Two document timestamps, the token of the first in both."""
    token = cms_in(pdf, gaps(pdf)[-1])
    return with_cms(preserve_now(pdf), lambda _: token)
