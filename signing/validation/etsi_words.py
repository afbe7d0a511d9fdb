"""The names of ETSI TS 119 102-2: namespaces, URIs, and how its small elements are written."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from signing.validation.checks import Status
from signing.validation.report import Verdict

NAMESPACES = {
    "vr": "http://uri.etsi.org/19102/v1.2.1#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
DIGESTS = {  # RFC 6931
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha224": "http://www.w3.org/2001/04/xmldsig-more#sha224",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
    "sha3_256": "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
    "sha3_384": "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
    "sha3_512": "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
}
MAIN = {  # 4.3.4.2
    "TOTAL-PASSED": "urn:etsi:019102:mainindication:total-passed",
    "TOTAL-FAILED": "urn:etsi:019102:mainindication:total-failed",
    "INDETERMINATE": "urn:etsi:019102:mainindication:indeterminate",
}
OF_CONSTRAINT = {
    Status.PASS: "urn:etsi:019102:mainindication:passed",
    Status.FAIL: "urn:etsi:019102:mainindication:failed",
    Status.UNKNOWN: "urn:etsi:019102:mainindication:indeterminate",
}
SUB = "urn:etsi:019102:subindication:"
CONSTRAINT_STATUS = {name: f"urn:etsi:019102:constraintStatus:{name}" for name in ("applied", "disabled")}  # 4.3.5.4.2
PROCESS = {  # 4.3.11
    "timestamp": "urn:etsi:019102:validationprocess:LTA",
    "claimed": "urn:etsi:019102:validationprocess:Basic",
}
PROOF = "urn:etsi:019102:poetype:validation"  # 4.4.6.2
OBJECTS = {  # 4.4.4
    "certificate": "urn:etsi:019102:validationObject:certificate",
    "timestamp": "urn:etsi:019102:validationObject:timestamp",
    "crl": "urn:etsi:019102:validationObject:CRL",
    "ocsp": "urn:etsi:019102:validationObject:OCSPResponse",
    "file": "urn:etsi:019102:validationObject:other",
}
# What is said of a good signature over a document that was altered, or changed in a way that is not recognised.
OVER_CHANGED = {Verdict.INVALID: "FORMAT_FAILURE", Verdict.INDETERMINATE: "SIG_CONSTRAINTS_FAILURE"}
DECREE = "urn:x-antin:decree-23-2025:"
DOCUMENT = "urn:x-antin:document:"
ADDITIONAL = "urn:x-antin:finding"
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2

for prefix, namespace in NAMESPACES.items():
    ET.register_namespace(prefix, namespace)


@dataclass(frozen=True)
class Constraint:
    """A constraint (a URI), what became of it, and the evidence in words; `applied` is one of CONSTRAINT_STATUS."""

    identifier: str
    status: Status
    evidence: str
    applied: str = CONSTRAINT_STATUS["applied"]


def element(name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """`name` is of the standard's own namespace unless it says another: "ds:DigestValue"."""
    prefix, _, local = name.rpartition(":")
    made = ET.Element(f"{{{NAMESPACES[prefix or 'vr']}}}{local}", attributes)
    made.text = None if text is None else NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return made


def add(into: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """The same as the last part of another element."""
    made = element(name, text, **attributes)
    into.append(made)
    return made


def reference(identity: str) -> dict[str, str]:
    """The attribute of an element that refers to a validation object."""
    return {"VOReference": identity}


def digest(into: ET.Element, algorithm: str, value: str, wrapped: bool = True) -> None:
    """A digest (hex), as DigestAlgAndValue or, where an element is one itself, as its two parts."""
    place = add(into, "DigestAlgAndValue") if wrapped else into
    add(place, "ds:DigestMethod", Algorithm=DIGESTS.get(algorithm, f"urn:x-antin:digest:{algorithm}"))
    add(place, "ds:DigestValue", base64.b64encode(bytes.fromhex(value)).decode())


def reported(into: ET.Element, constraint: Constraint) -> None:
    """One ValidationConstraint (4.3.5.4) with its evidence."""
    found = add(into, "ValidationConstraint")
    add(found, "ValidationConstraintIdentifier", constraint.identifier)
    add(add(found, "ConstraintStatus"), "Status", constraint.applied)
    status = add(found, "ValidationStatus")
    add(status, "MainIndication", OF_CONSTRAINT[constraint.status])
    data = add(add(status, "AssociatedValidationReportData"), "AdditionalValidationReportData")
    said = add(data, "ReportData")
    add(said, "Type", ADDITIONAL)
    add(said, "Value", constraint.evidence)
