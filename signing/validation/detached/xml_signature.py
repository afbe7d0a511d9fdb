"""An XML signature: XAdES (ETSI EN 319 132-1), or a plain one (W3C XML Signature 1.1).

The library checks digests and the value. What it leaves to its caller is here: which certificate, and whether what is
signed is what a reader of the file takes for the document (`xml_coverage`).
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from signing.trust.anchors import TrustStore
from signing.trust.path import path_to_anchor
from signing.validation.certificates import MEANING, Opinion
from signing.validation.detached.signer import describe_signer, note_opinion
from signing.validation.detached.verdict import Unreadable, report_of
from signing.validation.detached.xml_coverage import OnlyPart, coverage_of
from signing.validation.detached.xml_names import DS, XADES
from signing.validation.policy import MOST_SIGNATURES
from signing.validation.report import TOO_COMPLEX, Finding, Integrity, Kind, Report, SignatureReport, Verdict

NAME = "1"
ALONE = "The signature stands beside its document, which was not given: nothing can be said of it."
OTHER = "The signature does not sign the document that was given with it."
SEVERAL = "The XML has several signatures; only one can be judged here."
MOST_CERTIFICATES = 10
MAY_SIGN = ("digital_signature", "content_commitment")


class NotAccepted(Exception):
    """The signature uses an algorithm that is not accepted any more."""


def validate_xml(octets: bytes, content: bytes | None, trust: TrustStore, at: datetime) -> Report:
    """The verdict on the one signature of an XML, over itself or over `content`."""
    root = _parsed(octets)
    found = list(root.iter(f"{DS}Signature"))
    if len(found) > MOST_SIGNATURES:
        return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))
    if not found:
        return report_of(trust, at, [], [], len(octets))
    if len(found) > 1:
        return Report(Verdict.INDETERMINATE, at, (SEVERAL,))
    findings: list[Finding] = []
    try:
        covered = coverage_of(root, found[0])
    except OnlyPart as error:
        findings.append(Finding(3, error.weight, str(error)))
        covered = error.coverage
    if covered.external and content is None:
        return Report(Verdict.INDETERMINATE, at, (ALONE,))
    if content is not None and not covered.external:
        findings.append(Finding(3, Verdict.INVALID, OTHER))
    report = _judge(octets, found[0], content, trust, at, findings)
    report.covers_document = report.integrity is Integrity.INTACT and covered.whole
    size = len(content) if content is not None and covered.external else len(octets)
    return report_of(trust, at, [report], findings, size)


def _parser() -> Any:
    """Fetches nothing and replaces no entities; a fresh one, because one parser serves one thread."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parsed(octets: bytes) -> Any:
    try:
        tree = etree.fromstring(octets, parser=_parser()).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("The XML cannot be read.") from error
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise Unreadable("The XML has a document type, whose entities could change what is read.")
    return tree.getroot()


def _judge(
    octets: bytes, signature: Any, content: bytes | None, trust: TrustStore, at: datetime, findings: list[Finding]
) -> SignatureReport:
    report = SignatureReport(NAME, Kind.SIGNATURE)
    certificates = _certificates(signature)
    if not certificates:
        report.indication, report.sub_indication = "INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND"
        findings.append(Finding(4, Verdict.INVALID, "the signer's certificate is missing", NAME))
        return report
    advanced = next(signature.iter(f"{XADES}SignedProperties"), None) is not None
    if not advanced:
        text = "it does not name the certificate it was made with: no XAdES"
        findings.append(Finding(4, Verdict.VALID, text, NAME))
    try:
        signer, properties = _verified(octets, content, certificates, advanced)
    except (SignXMLException, NotAccepted) as error:
        return _broken(report, findings, certificates[0], signature, error)
    describe_signer(report, findings, _loaded(signer), _value(signature))
    report.integrity = Integrity.INTACT
    note_opinion(report, findings, _opinion(signer, certificates, trust, at, _claimed(properties)))
    return report


def _verified(
    octets: bytes, content: bytes | None, certificates: list[x509.Certificate], advanced: bool
) -> tuple[x509.Certificate, Any]:
    """The certificate among those in the signature under which it verifies, and the signed properties, if any."""
    first: SignXMLException | None = None
    for certificate in certificates:
        try:
            return certificate, _verify(octets, content, certificate, advanced)
        except SignXMLException as error:
            if "forbidden by configuration" in str(error):
                raise NotAccepted from error
            first = first or error
        except Exception as error:  # the library and lxml raise whatever a hostile file provokes
            first = first or InvalidSignature(str(error))
    raise first or InvalidSignature("there is no certificate")


def _verify(octets: bytes, content: bytes | None, certificate: x509.Certificate, advanced: bool) -> Any:
    # How long the certificate lives is judged apart.
    options: dict[str, Any] = {"verification_time": certificate.not_valid_before_utc, "expect_references": True}
    options["default_reference_c14n_method"] = CanonicalizationMethod.CANONICAL_XML_1_0  # XML Signature 1.1, 4.4.3.2
    call: dict[str, Any] = {
        "x509_cert": certificate,
        "parser": _parser(),
        "uri_resolver": lambda uri: _beside(octets, content),
    }
    if not advanced:
        XMLVerifier().verify(octets, expect_config=SignatureConfiguration(**options), **call)
        return None
    results = XAdESVerifier().verify(octets, expect_config=XAdESSignatureConfiguration(**options), **call)
    return next((one.signed_properties for one in results if hasattr(one, "signed_properties")), None)


def _beside(octets: bytes, content: bytes | None) -> Any:
    """The document beside the signature: its octets, or its tree where the signature asks for canonical XML."""
    references = _parsed(octets).iter(f"{DS}Reference")
    external = [one for one in references if not (one.get("URI") or "#").startswith("#")]
    canonical = any("c14n" in (how.get("Algorithm") or "") for one in external for how in one.iter(f"{DS}Transform"))
    return _parsed(content or b"") if canonical else content


def _broken(
    report: SignatureReport, findings: list[Finding], certificate: x509.Certificate, signature: Any, error: Exception
) -> SignatureReport:
    describe_signer(report, findings, _loaded(certificate), _value(signature))
    if isinstance(error, NotAccepted):
        report.indication, report.sub_indication = "INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"
        text = "the signature uses an algorithm that is not accepted any more"
        findings.append(Finding(4, Verdict.INDETERMINATE, text, NAME))
        return report
    report.integrity, report.indication = Integrity.BROKEN, "TOTAL-FAILED"
    changed = isinstance(error, InvalidDigest) and "reference" in str(error)
    report.sub_indication = "HASH_FAILURE" if changed else "SIG_CRYPTO_FAILURE"
    why = "does not fit the document: what was signed was changed" if changed else "does not verify"
    findings.append(Finding(4, Verdict.INVALID, f"the signature {why}", NAME))
    return report


def _opinion(
    signer: x509.Certificate, others: list[x509.Certificate], trust: TrustStore, at: datetime, time: datetime | None
) -> Opinion:
    """Step 6. There is no revocation data for an XML here, so a good path is not the end of the question."""
    if trust.any_issuer:
        return Opinion(Verdict.VALID, "NOT_CHECKED", time)
    anchors = [x509.load_der_x509_certificate(one) for one in trust.for_signatures]
    above = [*others, *(x509.load_der_x509_certificate(one) for one in trust.intermediates)]
    path = path_to_anchor(signer, above, anchors, at)
    found = "NO_CERTIFICATE_CHAIN_FOUND"
    if path is not None:
        found = "TRY_LATER" if _may_sign(signer) else "CHAIN_CONSTRAINTS_FAILURE"
    meaning = {kind.standard_name: why for kind, why in MEANING.items()}
    anchor = _loaded(path[-1]).subject.human_friendly if path else None
    return Opinion(Verdict.INDETERMINATE, found, time, anchor=anchor, why=meaning[found])


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(getattr(usage, one) for one in MAY_SIGN)


def _certificates(signature: Any) -> list[x509.Certificate]:
    """Those in KeyInfo, the signer's own before authorities'."""
    found = []
    for one in list(signature.iterfind(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"))[:MOST_CERTIFICATES]:
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode(one.text or "")))
        except (ValueError, binascii.Error):
            continue
    return sorted(found, key=_is_authority)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _value(signature: Any) -> bytes:
    try:
        return base64.b64decode(signature.findtext(f"{DS}SignatureValue") or "")
    except binascii.Error:
        return b""


def _claimed(properties: Any) -> datetime | None:
    """The signer's own time, where it is one; without a zone it says nothing."""
    text = properties.findtext(f".//{XADES}SigningTime") if properties is not None else None
    try:
        time = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo is not None else None


def _loaded(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
