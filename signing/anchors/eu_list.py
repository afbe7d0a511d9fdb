"""Reads a trusted list (ETSI TS 119 612) that an administrator has at hand; nothing is fetched, nothing else trusted.

Only what the list's own signature covers is read, and only under the certificate that the administrator names: a
certificate inside the list proves nothing.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from config.sentences import later
from signing.anchors.errors import TrustedListNotAccepted

LARGEST = 20_000_000  # bytes
MOST_REFERENCES = 8
TSL = "{http://uri.etsi.org/02231/v2#}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
DIGESTS: dict[str, Callable[[bytes], Any]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
SIZES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
MORE, NEWER = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2007/05/xmldsig-more#"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
SIGNATURES = {"http://uri.etsi.org/TrstSvc/Svctype/CA/QC"}
TIMESTAMPS = {"http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST", "http://uri.etsi.org/TrstSvc/Svctype/TSA"}
BROKEN = later("The list is not one that can be read, or its signature is not by the certificate that was named.")
OUTDATED = later("The list is past its own end, or from the future. Get the newest one.")


@dataclass(frozen=True)
class TrustedList:
    """What a list says: whose it is, its number, and the certificates (DER) of granted services."""

    territory: str
    number: int
    issued: datetime
    next_update: datetime
    signatures: tuple[bytes, ...]
    timestamps: tuple[bytes, ...]


def read_list(content: bytes, signer: x509.Certificate, now: datetime) -> TrustedList:
    """The list in an XML file, signed by the key of `signer`; raises TrustedListNotAccepted."""
    try:
        signed = _parsed(_signed_part(_parsed(content), signer))
        found = _said(signed)
    except TrustedListNotAccepted:
        raise
    except (etree.LxmlError, InvalidSignature, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrustedListNotAccepted(BROKEN) from error
    if not found.issued <= now <= found.next_update:
        raise TrustedListNotAccepted(OUTDATED)
    return found


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST:
        raise ValueError("it is too large")
    root = etree.fromstring(content, _parser())
    if root.getroottree().docinfo.doctype or root.tag != f"{TSL}TrustServiceStatusList":
        raise ValueError("it is no trusted list, or declares a document type")
    return root


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _signed_part(root: Any, signer: x509.Certificate) -> bytes:
    """The octets that the one signature in the list covers: the whole list without that signature."""
    (signature,) = root.iter(f"{DS}Signature")
    if signature.getparent() is not root:
        raise ValueError("the signature does not stand where it must")
    (found,) = signature.findall(f"{DS}SignedInfo")
    octets = _canonical(found)
    info = etree.fromstring(octets, _parser())  # what is signed, and not what a comment in it makes us read
    if info.find(f"{DS}CanonicalizationMethod").get("Algorithm") != EXCLUSIVE:
        raise ValueError("it is canonicalised in another way")
    method = info.find(f"{DS}SignatureMethod").get("Algorithm")
    value = base64.b64decode("".join(signature.find(f"{DS}SignatureValue").itertext()))
    _verify(signer.public_key(), method, value, octets)
    whole = None
    references = info.findall(f"{DS}Reference")
    if not 1 <= len(references) <= MOST_REFERENCES:
        raise ValueError("it signs too much or nothing")
    for reference in references:
        octets = _referred(root, signature, reference)
        digest = DIGESTS[reference.find(f"{DS}DigestMethod").get("Algorithm")](octets).digest()
        if digest != base64.b64decode("".join(reference.find(f"{DS}DigestValue").itertext())):
            raise ValueError("something was changed")
        whole = octets if reference.get("URI") == "" else whole
    if whole is None:
        raise ValueError("it does not sign the whole list")
    return whole


def _referred(root: Any, signature: Any, reference: Any) -> bytes:
    transforms = [one.get("Algorithm") for one in reference.iter(f"{DS}Transform")]
    if reference.get("URI") == "":
        if transforms != [ENVELOPED, EXCLUSIVE]:
            raise ValueError("the list is transformed in another way")
        return _canonical(_without(root, root.index(signature)))
    if transforms != [EXCLUSIVE] or not reference.get("URI", "").startswith("#"):
        raise ValueError("a part is transformed in another way, or is elsewhere")
    (part,) = [one for one in signature.iter() if one.get("Id") == reference.get("URI")[1:]]
    return _canonical(part)


def _without(root: Any, place: int) -> Any:
    """A copy of the list without the element at this place; what stands behind that stays."""
    whole = copy.deepcopy(root)
    gone = whole[place]
    if gone.tail:
        before = gone.getprevious()
        if before is None:
            whole.text = (whole.text or "") + gone.tail
        else:
            before.tail = (before.tail or "") + gone.tail
    whole.remove(gone)
    return whole


def _canonical(element: Any) -> bytes:
    octets: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)
    return octets


def _verify(key: Any, method: str, value: bytes, octets: bytes) -> None:
    size = method.removesuffix("-rsa-MGF1")[-3:]
    digest = SIZES[size]
    if method == f"{MORE}rsa-sha{size}" and isinstance(key, rsa.RSAPublicKey):
        key.verify(value, octets, padding.PKCS1v15(), digest)
    elif method == f"{NEWER}sha{size}-rsa-MGF1" and isinstance(key, rsa.RSAPublicKey):
        key.verify(value, octets, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    elif method == f"{MORE}ecdsa-sha{size}" and isinstance(key, ec.EllipticCurvePublicKey):
        half = len(value) // 2
        numbers = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
        key.verify(encode_dss_signature(*numbers), octets, ec.ECDSA(digest))
    else:
        raise ValueError("the algorithm does not fit the key")


def _said(root: Any) -> TrustedList:
    scheme = root.find(f"{TSL}SchemeInformation")
    moment = scheme.find(f"{TSL}NextUpdate/{TSL}dateTime").text
    services = list(_granted(root))
    return TrustedList(
        territory=scheme.find(f"{TSL}SchemeTerritory").text.strip()[:10],
        number=int(scheme.find(f"{TSL}TSLSequenceNumber").text),
        issued=_moment(scheme.find(f"{TSL}ListIssueDateTime").text),
        next_update=_moment(moment),
        signatures=tuple(dict.fromkeys(one for kind, one in services if kind in SIGNATURES)),
        timestamps=tuple(dict.fromkeys(one for kind, one in services if kind in TIMESTAMPS)),
    )


def _granted(root: Any) -> Iterator[tuple[str, bytes]]:
    for service in root.iter(f"{TSL}ServiceInformation"):
        if service.find(f"{TSL}ServiceStatus").text.strip() != GRANTED:
            continue
        kind = service.find(f"{TSL}ServiceTypeIdentifier").text.strip()
        for one in service.findall(f"{TSL}ServiceDigitalIdentity/{TSL}DigitalId/{TSL}X509Certificate"):
            yield kind, base64.b64decode("".join(one.text.split()), validate=True)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
