"""A trusted list counts under the certificate that an administrator names, unchanged, complete and in time.

The lists are made and canonicalised here by Python's own XML library, not by the one that reads them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import canonicalize

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import signing.reactions
from config.access import SYSTEM
from config.events import Reactor
from config.unit_of_work import UnitOfWork
from signing.anchors.change import Purposes, open_group, take_out
from signing.anchors.errors import TrustedListNotAccepted
from signing.anchors.eu_list import EXCLUSIVE, GRANTED, read_list
from signing.anchors.queries import group_by_key
from signing.anchors.take_list import Taken, take_list
from tests.pki.build import pki
from tests.signing.anchors.build import others

NOW = datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
QC, QTST = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC", "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GONE = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256, ECDSA = "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
DS = "http://www.w3.org/2000/09/xmldsig#"
Services = tuple[tuple[str, str, bytes], ...]
DEFAULT: Services = (
    (QC, GRANTED, others().root.der),
    (QC, GONE, others().issuing.der),
    (QTST, GRANTED, others().issuing.der),
    (QTST, GRANTED, others().signer.der),
)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS])


def made(
    services: Services = DEFAULT,
    number: int = 7,
    until: datetime = NOW + timedelta(days=100),
    before: Callable[[str], str] = lambda text: text,
) -> bytes:
    """A list, signed by the signer of the other authority; `before` changes what is signed."""
    parts = "".join(
        f"<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{base64.b64encode(der).decode()}</X509Certificate>"
        f"</DigitalId></ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus></ServiceInformation></TSPService>"
        for kind, status, der in services
    )
    text = before(
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list">\n <SchemeInformation>'
        f"<TSLSequenceNumber>{number}</TSLSequenceNumber><SchemeTerritory>XX</SchemeTerritory>"
        f"<ListIssueDateTime>{NOW - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}</ListIssueDateTime>"
        f"<NextUpdate><dateTime>{until:%Y-%m-%dT%H:%M:%SZ}</dateTime></NextUpdate></SchemeInformation>\n"
        f" <TrustServiceProviderList>{parts}</TrustServiceProviderList>\n@</TrustServiceStatusList>"
    )
    digest = base64.b64encode(hashlib.sha256(canonicalize(text.replace("@", "\n")).encode()).digest()).decode()
    return text.replace("@", signature(digest)).encode()


def signature(digest: str) -> str:
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{ECDSA}"/><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{digest}</ds:DigestValue>'
        "</ds:Reference></ds:SignedInfo>"
    )
    value = others().signer.key.sign(canonicalize(info).encode(), ec.ECDSA(hashes.SHA256()))
    raw = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(value))
    encoded = base64.b64encode(raw).decode()
    return f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{encoded}</ds:SignatureValue></ds:Signature>\n'


def read(content: bytes, signer: x509.Certificate | None = None) -> object:
    return read_list(content, signer or others().signer.certificate, NOW)


def test_granted_services_are_read() -> None:
    found = read_list(made(), others().signer.certificate, NOW)
    assert (found.territory, found.number) == ("XX", 7)
    assert found.signatures == (others().root.der,)
    assert found.timestamps == (others().issuing.der, others().signer.der)


GOOD = made()
BAD: dict[str, bytes] = {
    "one service more": GOOD.replace(GONE.encode(), GRANTED.encode()),
    "a comment that splits a value": GOOD.replace(b">7<", b">7<!-- -->8<"),
    "not XML": b"{}",
    "a document type": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + GOOD,
    "no signature": GOOD.replace(b"ds:Signature>", b"ds:Sign>").replace(b"<ds:Signature ", b"<ds:Sign "),
    "another canonicalisation": GOOD.replace(f'Method Algorithm="{EXCLUSIVE}'.encode(), b'Method Algorithm="x'),
    "a part only": GOOD.replace(b'URI=""', b'URI="#list"'),
    "no transform": GOOD.replace(f'<ds:Transform Algorithm="{ENVELOPED}"/>'.encode(), b""),
    "something else": made(before=lambda text: text.replace("TrustServiceStatusList", "Another")),
    "past its end": made(until=NOW - timedelta(hours=1)),
    "no end": made(before=lambda text: text.replace("NextUpdate", "Never")),
    "an end without a zone": made(before=lambda text: text.replace("Z</dateTime>", "</dateTime>")),
    "two signatures": GOOD.replace(b"<ds:Signature ", signature("AAAA").encode() + b"<ds:Signature ", 1),
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(TrustedListNotAccepted):
        read(BAD[name])


def test_a_certificate_inside_proves_nothing() -> None:
    for signer in (others().root.certificate, pki().root):
        with pytest.raises(TrustedListNotAccepted):
            read(made(), signer)


def test_a_newer_list_brings_takes_out_and_leaves_alone(unit: UnitOfWork) -> None:
    keys = ("eu", "eu-stamps")
    signer = others().signer.certificate
    with unit.begin(SYSTEM) as work:
        for key in keys:
            open_group(work, key, {"vi": key, "en": key}, Purposes(signatures=True, timestamps=True))
        assert take_list(work, keys, made(), signer) == (Taken(1, 0, 0, 0), Taken(1, 0, 0, 1))
        assert take_list(work, keys, made(), signer) == (Taken(0, 1, 0, 0), Taken(0, 1, 0, 1))
        newer = ((QC, GRANTED, others().issuing.der),)
        assert take_list(work, keys, made(newer, 8), signer) == (Taken(1, 0, 1, 0), Taken(0, 0, 1, 0))
        with pytest.raises(TrustedListNotAccepted):
            take_list(work, keys, made(), signer)
        (anchor,) = group_by_key(work, "eu").in_force(work.clock.now())
        take_out(work, "eu", anchor.sha256, "we do not trust it")
        assert take_list(work, keys, made(newer, 9), signer)[0] == Taken(0, 0, 0, 1)
