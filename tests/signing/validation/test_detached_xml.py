"""XML signatures: what is signed must be what a reader takes for the document, and nothing may stand beside it."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod as Method
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

from signing.validation.detached.apart import validate_detached_apart
from signing.validation.detached.validate import validate_detached
from signing.validation.detached.xml_names import DS
from signing.validation.report import Integrity, Report, Verdict
from tests.pki.build import foreign_pki, pki
from tests.signing.pades.build import trust

AT = datetime(2026, 12, 1, tzinfo=UTC)
DOCUMENT = "<Don Id='don'><Ten>Công ty Ví Dụ</Ten><Von>5000</Von></Don>".encode()
INVOICE = b"<HDon><DL Id='dl'><Tien>700</Tien></DL><KyBan/></HDon>"
VALID, AMBER, RED = Verdict.VALID, Verdict.INDETERMINATE, Verdict.INVALID
UNREADABLE, NOBODY = Verdict.UNREADABLE, Verdict.NO_SIGNATURE


@cache
def signed(method: Method = Method.enveloped, document: bytes = DOCUMENT, uri: str | None = None) -> bytes:
    who = pki().official
    signer = XAdESSigner(method=method, signature_algorithm="ecdsa-sha256")
    chain = [who.certificate, *who.chain]
    root = signer.sign(etree.fromstring(document), key=who.key, cert=chain, reference_uri=uri)
    return bytes(etree.tostring(root))


def plain(**options: Any) -> bytes:
    who = pki().official
    signer = XMLSigner(signature_algorithm="ecdsa-sha256", **options)
    return bytes(etree.tostring(signer.sign(etree.fromstring(DOCUMENT), key=who.key, cert=[who.certificate])))


def invoice() -> bytes:
    """As tax invoices are signed: one part by its name, the signature in another part of the same file."""
    who = pki().official
    document = INVOICE.replace(
        b"<KyBan/>", b"<KyBan><ds:Signature xmlns:ds='" + DS[1:-1].encode() + b"' Id='placeholder'/></KyBan>"
    )
    signer = XAdESSigner(signature_algorithm="ecdsa-sha256")
    root = signer.sign(etree.fromstring(document), key=who.key, cert=[who.certificate], reference_uri="#dl")
    return bytes(etree.tostring(root))


def anyone(signature: bytes, content: bytes | None = None) -> Report:
    return validate_detached(signature, content, trust().for_any_issuer(), AT)


def judged(signature: bytes, content: bytes | None = None) -> Report:
    return validate_detached(signature, content, trust(), AT)


@pytest.mark.parametrize("method", [Method.enveloped, Method.enveloping])
def test_a_good_one_names_its_signer(method: Method) -> None:
    report = anyone(signed(method))
    (one,) = report.signatures
    assert (report.verdict, one.integrity, one.covers_document) == (VALID, Integrity.INTACT, True)
    assert (one.signer, one.time_source) == ("Nguyễn Thị Thử", "claimed")
    assert one.signed_at is not None


def test_it_is_open_whether_the_certificate_was_revoked() -> None:
    report = judged(signed())
    assert (report.verdict, report.signatures[0].sub_indication) == (AMBER, "TRY_LATER")
    assert report.signatures[0].trust_anchor is not None


def test_a_stranger_is_a_stranger() -> None:
    who = foreign_pki().official
    root = XAdESSigner(signature_algorithm="ecdsa-sha256").sign(
        etree.fromstring(DOCUMENT), key=who.key, cert=[who.certificate, *who.chain]
    )
    report = judged(bytes(etree.tostring(root)))
    assert (report.verdict, report.signatures[0].sub_indication) == (AMBER, "NO_CERTIFICATE_CHAIN_FOUND")
    assert report.signatures[0].trust_anchor is None


def test_one_without_its_certificates_name_is_no_xades() -> None:
    assert anyone(plain()).verdict is VALID
    assert any("no XAdES" in note for note in anyone(plain()).notes)


def test_it_may_stand_beside_its_document() -> None:
    apart = signed(Method.detached, uri="don.xml")
    assert anyone(apart, DOCUMENT).verdict is VALID
    assert anyone(apart).verdict is AMBER  # the document was not given
    assert anyone(apart, DOCUMENT.replace(b"5000", b"9000")).verdict is RED
    assert anyone(signed(), DOCUMENT).verdict is RED  # signs itself, not the file beside it


def test_a_part_that_is_signed_by_its_name() -> None:
    assert anyone(invoice()).verdict is VALID
    assert anyone(invoice().replace(b"700", b"900")).verdict is RED
    more = invoice().replace(b"</DL>", b"</DL><Giam>50</Giam>")
    assert (anyone(more).verdict, anyone(more).signatures[0].covers_document) == (AMBER, False)


def changed(change: Callable[[Any], object], start: bytes | None = None) -> bytes:
    root = etree.fromstring(start or signed())
    change(root)
    return bytes(etree.tostring(root))


def part(root: Any, path: str) -> Any:
    found = root.find(f".//{DS}{path}")
    assert found is not None
    return found


def wrapped(root: Any) -> None:
    """The signed part moves to where nobody reads it; a forged one takes its place, by another name."""
    true = root.find("DL")
    forged = copy.deepcopy(true)
    forged.find("Tien").text = "900"
    forged.set("Id", "other")
    root.replace(true, forged)
    etree.SubElement(root, "Kho").append(true)


def twice(root: Any) -> None:
    forged = copy.deepcopy(root.find("DL"))
    forged.find("Tien").text = "900"
    root.insert(0, forged)


def filtered(root: Any) -> None:
    transforms = part(root, "Transforms")
    etree.SubElement(transforms, f"{DS}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")


def another_certificate(root: Any) -> None:
    part(root, "X509Certificate").text = foreign_certificate()


def foreign_certificate() -> str:
    return base64.b64encode(foreign_pki().official.certificate_der).decode()


OBJECT = f"<ds:Object xmlns:ds='{DS[1:-1]}'><Von>9000</Von></ds:Object>"
BOMB = b"<!DOCTYPE Don [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"


FORGED: dict[str, tuple[Callable[[], bytes], Verdict]] = {
    "a value": (lambda: signed().replace(b"5000", b"9000"), RED),
    "an element more": (lambda: signed().replace(b"</Von>", b"</Von><Von>9000</Von>"), RED),
    "the signer's time": (lambda: signed().replace(b"SigningTime>2", b"SigningTime>1"), RED),
    "wrapped": (lambda: changed(wrapped, invoice()), AMBER),
    "the same name twice": (lambda: changed(twice, invoice()), RED),
    "a filter": (lambda: changed(filtered), RED),
    "another certificate": (lambda: changed(another_certificate), RED),
    "without certificate": (lambda: changed(lambda root: part(root, "KeyInfo").clear()), RED),
    "without signature": (lambda: changed(lambda root: root.remove(part(root, "Signature"))), NOBODY),
    "two signatures": (lambda: changed(lambda root: root.append(copy.deepcopy(part(root, "Signature")))), AMBER),
    "an unsigned object": (
        lambda: changed(lambda root: part(root, "Signature").append(etree.fromstring(OBJECT))),
        AMBER,
    ),
    "a style sheet": (lambda: b"<?xml-stylesheet href='x.xsl'?>" + signed(), AMBER),
    "a document type": (lambda: b"<!DOCTYPE Don [<!ENTITY a 'b'>]>" + signed(), UNREADABLE),
    "a bomb": (lambda: BOMB + signed(), UNREADABLE),
    "an external entity": (lambda: b"<!DOCTYPE Don SYSTEM 'file:///etc/passwd'>" + signed(), UNREADABLE),
    "SHA-1": (lambda: signed().replace(b"ecdsa-sha256", b"ecdsa-sha1"), AMBER),
    "a secret instead of a key": (
        lambda: signed().replace(b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256"),
        RED,
    ),
    "cut": (lambda: signed()[:-20], UNREADABLE),
}


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_one_is_valid(name: str) -> None:
    make, wanted = FORGED[name]
    assert anyone(make()).verdict is wanted
    assert judged(make()).verdict is wanted


def test_the_child_says_the_same() -> None:
    for signature, content in ((signed(), None), (signed().replace(b"5000", b"1"), None), (signed(), DOCUMENT)):
        assert validate_detached_apart(signature, content, trust(), AT) == judged(signature, content)


@settings(max_examples=80, deadline=None)
@given(st.integers(0), st.integers(1, 127))
def test_one_changed_byte_is_never_good(place: int, by: int) -> None:
    """What is not signed may change (spaces between, the copy of the issuer's certificate): never what is read."""
    octets = bytearray(signed())
    octets[place % len(octets)] ^= by
    report = anyone(bytes(octets))
    if report.verdict is VALID:
        assert report.signatures[0].certificate_sha256 == anyone(signed()).signatures[0].certificate_sha256
        assert etree.fromstring(bytes(octets)).findtext("Von") == "5000"
