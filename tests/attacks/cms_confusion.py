"""CMS structures that verifiers read differently, and signatures that are not the ones that were made."""

from __future__ import annotations

from collections.abc import Callable

from asn1crypto import algos, cms

from signing.pades.attributes import signed_attributes
from signing.pades.byte_range import digest_around, fill
from signing.pades.complete import complete
from tests.attacks.collection import AMBER, RED, attack, attacks
from tests.attacks.edit import cms_in, gaps, with_cms
from tests.pki.build import Identity, foreign_pki, pki
from tests.signing.pades.build import sign_value

KIND, FOREIGN = "CMS confusion", "foreign or zeroed CMS over our bytes"
ON = "sealed plain"
Change = Callable[[cms.SignedData], None]


def changed(change: Change) -> Callable[[bytes], bytes]:
    """Decodes a CMS, lets `change` do something to its SignedData, and encodes it anew."""

    def of(contents: bytes) -> bytes:
        info = cms.ContentInfo.load(contents)
        change(info["content"])
        encoded: bytes = info.dump()
        return encoded

    return of


def _first(change: Callable[[cms.SignerInfo], None]) -> Change:
    return lambda signed: change(signed["signer_infos"][0])


def _content(signed: cms.SignedData) -> None:
    signed["encap_content_info"] = cms.ContentInfo({"content_type": "data", "content": b"another document"})


def _two_signers(signed: cms.SignedData) -> None:
    signer = signed["signer_infos"][0].copy()
    signed["signer_infos"].append(signer)


def _no_signers(signed: cms.SignedData) -> None:
    signed["signer_infos"] = cms.SignerInfos([])


def _no_certificates(signed: cms.SignedData) -> None:
    signed["certificates"] = cms.CertificateSet([])


def _strangers_certificate(signed: cms.SignedData) -> None:
    other = cms.CertificateChoices.load(foreign_pki().official.certificate_der)
    signed["certificates"] = cms.CertificateSet([other])


def _one_more_certificate(signed: cms.SignedData) -> None:
    other = cms.CertificateChoices.load(foreign_pki().official.certificate_der)
    signed["certificates"].append(other)


def _no_attributes(signer: cms.SignerInfo) -> None:
    signer["signed_attrs"] = cms.CMSAttributes([])


def _fewer(kind: str) -> Callable[[cms.SignerInfo], None]:
    def change(signer: cms.SignerInfo) -> None:
        kept = [one for one in signer["signed_attrs"] if one["type"].native != kind]
        signer["signed_attrs"] = cms.CMSAttributes(kept)

    return change


def _another_digest(signer: cms.SignerInfo) -> None:
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})


def _listed_digest(signed: cms.SignedData) -> None:
    signed["digest_algorithms"] = cms.DigestAlgorithms([algos.DigestAlgorithm({"algorithm": "sha512"})])


def _no_listed_digest(signed: cms.SignedData) -> None:
    signed["digest_algorithms"] = cms.DigestAlgorithms([])


def _value(signer: cms.SignerInfo) -> None:
    signer["signature"] = bytes(256)


def _version(signed: cms.SignedData) -> None:
    signed["version"] = "v4"


def _unsigned_attribute(signer: cms.SignerInfo) -> None:
    attribute = cms.CMSAttribute({"type": "1.2.3.4", "values": []})
    signer["unsigned_attrs"] = cms.CMSAttributes([*(signer["unsigned_attrs"] or ()), attribute])


def _message_digest(signer: cms.SignerInfo) -> None:
    for one in signer["signed_attrs"]:
        if one["type"].native == "message_digest":
            one["values"] = [bytes(32)]


def _algorithm(signer: cms.SignerInfo) -> None:
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha512_rsa"})


CHANGES: dict[str, Change] = {
    "content_of_its_own": _content,
    "two_signers": _two_signers,
    "no_signers": _no_signers,
    "no_certificates": _no_certificates,
    "certificate_of_a_stranger": _strangers_certificate,
    "no_signed_attributes": _first(_no_attributes),
    "no_content_type": _first(_fewer("content_type")),
    "no_message_digest": _first(_fewer("message_digest")),
    "certificate_not_bound": _first(_fewer("signing_certificate_v2")),
    "another_digest_algorithm": _first(_another_digest),
    "another_listed_digest": _listed_digest,
    "no_listed_digest": _no_listed_digest,
    "value_zeroed": _first(_value),
    "another_version": _version,
    "unknown_unsigned_attribute": _first(_unsigned_attribute),
    "message_digest_replaced": _first(_message_digest),
    "another_signature_algorithm": _first(_algorithm),
}
attacks(KIND, ON, RED, [(name, lambda pdf, c=change: with_cms(pdf, changed(c), 0)) for name, change in CHANGES.items()])  # type: ignore[misc]


@attack(KIND, ON, AMBER, {"sealed": RED}, any_issuer=False)
def certificate_of_a_stranger_besides(pdf: bytes) -> bytes:
    return with_cms(pdf, changed(_one_more_certificate), 0)


@attack(KIND, "licence archived", RED)
def timestamp_with_two_signers(pdf: bytes) -> bytes:
    return with_cms(pdf, changed(_two_signers))


@attack(KIND, ON)
def no_cms_at_all(pdf: bytes) -> bytes:
    return with_cms(pdf, lambda _: b"\x30\x03\x02\x01\x05", 0)


@attack(KIND, ON)
def nested_without_end(pdf: bytes) -> bytes:
    return with_cms(pdf, lambda contents: b"\x30\x80" * 2_000, 0)


@attack(KIND, ON)
def of_indefinite_length(pdf: bytes) -> bytes:
    return with_cms(pdf, lambda contents: b"\x30\x80" + contents[4:2000], 0)


@attack(KIND, ON)
def longer_than_its_place(pdf: bytes) -> bytes:
    return with_cms(pdf, lambda contents: b"\x30\x84\x7f\xff\xff\xff" + contents[4:2000], 0)


def _signed_by(who: Identity) -> Callable[[bytes], bytes]:
    """A good signature of somebody else over the very same bytes."""

    def forge(pdf: bytes) -> bytes:
        gap = gaps(pdf)[-1]
        blank = fill(pdf, gap, b"")
        attributes = signed_attributes(digest_around(blank, gap), who.certificate_der)
        value = sign_value(who, attributes)
        return complete(blank, attributes, value, who.certificate_der, who.chain_der, None)

    return forge


@attack(FOREIGN, "sealed plain twice certified2", AMBER, any_issuer=False)
def signed_by_a_stranger_with_our_names(pdf: bytes) -> bytes:
    return _signed_by(foreign_pki().seal)(pdf)


@attack(FOREIGN, "sealed plain", AMBER, any_issuer=False)
def signed_by_a_strangers_official(pdf: bytes) -> bytes:
    return _signed_by(foreign_pki().official)(pdf)


@attack(FOREIGN, "licence archived")
def signed_in_place_of_the_document_timestamp(pdf: bytes) -> bytes:
    return _signed_by(pki().seal)(pdf)


@attack(FOREIGN, "licence sealed twice")
def signature_of_the_field_before(pdf: bytes) -> bytes:
    first = cms_in(pdf, gaps(pdf)[0])
    return with_cms(pdf, lambda _: first, 1)


@attack(FOREIGN, "licence sealed numbered plain twice")
def signature_zeroed(pdf: bytes) -> bytes:
    return fill(pdf, gaps(pdf)[0], b"")


@attack(FOREIGN, "licence sealed plain")
def signature_of_ones(pdf: bytes) -> bytes:
    gap = gaps(pdf)[0]
    return fill(pdf, gap, b"\xff" * gap.room)
