"""The XML report has the structure of ETSI TS 119 102-2, says what the report says, and never more good than that."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from asn1crypto import cms

from signing.trust.anchors import TrustStore
from signing.validation.checks import CheckName, Status
from signing.validation.etsi import to_etsi_xml
from signing.validation.etsi_words import NAMESPACES, Constraint
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate
from tests.documents import altered, written_over
from tests.signing.pades.build import LATER, fresh, issued, trust
from tests.signing.validation.attacks import ATTACKS, gap_of
from tests.signing.validation.etsi_schema import faults, parts

PASSED, FAILED, OPEN = (f"urn:etsi:019102:mainindication:{word}" for word in ("passed", "failed", "indeterminate"))
ANYBODY = TrustStore(()).for_any_issuer()


def _xml(pdf: bytes, report: Report | None = None, **options: tuple[Constraint, ...]) -> bytes:
    report = report or validate(pdf, trust(), LATER, fresh())
    return to_etsi_xml(report, hashlib.sha256(pdf).hexdigest(), **options)


def _root(pdf: bytes, report: Report | None = None) -> ET.Element:
    return ET.fromstring(_xml(pdf, report))


def _texts(node: ET.Element, path: str) -> list[str]:
    return [one.text or "" for one in node.findall(path, NAMESPACES)]


def _digest(node: ET.Element, path: str) -> str:
    (found,) = _texts(node, f"{path}/vr:DigestAlgAndValue/ds:DigestValue")
    return base64.b64decode(found).hex()


STATES = ("base", "official", "sealed", "preserved")


@pytest.mark.parametrize("name", [*STATES, *ATTACKS])
def test_every_report_has_the_structure_of_the_schema_and_no_forgery_passes(name: str) -> None:
    pdf: bytes = ATTACKS[name]() if name in ATTACKS else getattr(issued(), name)
    report = validate(pdf, trust(), LATER, fresh())
    xml = _xml(pdf, report)
    assert faults(xml) == []
    path = "vr:SignatureValidationReport/vr:SignatureValidationStatus/vr:MainIndication"
    main = _texts(ET.fromstring(xml), path)
    assert main
    if report.verdict is Verdict.INVALID:
        assert any(text.endswith("total-failed") for text in main)
    assert (name in ATTACKS) <= (report.verdict is not Verdict.VALID)


@pytest.mark.parametrize("name", [*STATES, "bytes_appended", "signature_zeroed"])
def test_without_trust_the_structure_is_the_same(name: str) -> None:
    pdf: bytes = ATTACKS[name]() if name in ATTACKS else getattr(issued(), name)
    assert faults(_xml(pdf, validate(pdf, ANYBODY, LATER))) == []


def test_the_guard_sees_what_is_missing_unknown_or_in_the_wrong_place() -> None:
    good = _xml(issued().preserved)
    assert len(parts("SignatureValidationReportType")) > 5
    for old, new in (
        (b"<vr:HashOnly>false</vr:HashOnly>", b""),
        (b"vr:DAIdentifier>", b"vr:Nickname>"),
        (b"<vr:POETime>", b"<vr:TypeOfProof>x</vr:TypeOfProof><vr:POETime>"),
        (b'VOReference="C-', b'VOReference="X-'),
        (b'id="S-2"', b'id="S-1"'),
        (b'id="S-2"', b'name="S-2"'),
        (b"vr:ValidationReport ", b"vr:Report "),
        (b"http://uri.etsi.org/01903/v1.3.2#", b"urn:another"),
    ):
        assert old in good
        bad = (
            good.replace(old, new)
            if b"ValidationReport " not in old
            else good.replace(b"ValidationReport xm", b"Report xm")
        )
        with contextlib.suppress(ET.ParseError):
            assert faults(bad) != [], old


def test_a_good_licence_is_told_with_everything_that_proves_it() -> None:
    pdf = issued().preserved
    report = validate(pdf, trust(), LATER, fresh())
    root = _root(pdf, report)
    official, seal = root.findall("vr:SignatureValidationReport", NAMESPACES)
    for one, told in ((official, report.of("Official")), (seal, report.of("Seal"))):
        assert told is not None
        status = one.find("vr:SignatureValidationStatus", NAMESPACES)
        assert status is not None
        assert _texts(status, "vr:MainIndication") == ["urn:etsi:019102:mainindication:total-passed"]
        assert _texts(status, "vr:SubIndication") == []
        assert _texts(one, "vr:SignerInformation/vr:Signer") == [told.signer]
        start, first, second, length = told.byte_range
        covered = hashlib.sha256(pdf[start : start + first] + pdf[second : second + length]).hexdigest()
        assert _digest(one, "vr:SignersDocument") == covered
        assert _texts(one, "vr:ValidationTimeInfo/vr:BestSignatureTime/vr:POETime") == ["2026-03-02T03:00:00Z"]
        constraints = _texts(one, "vr:ValidationConstraintsEvaluationReport/vr:ValidationConstraint/*")
        names = [text.removeprefix("urn:x-antin:decree-23-2025:") for text in constraints if "decree" in text]
        assert names == [name.replace("_", "-") for name in CheckName]
    kinds = _texts(root, ".//vr:ObjectType")
    short = [kind.rpartition(":")[2] for kind in kinds]
    assert {kind: short.count(kind) for kind in short} == {"certificate": 5, "timestamp": 3, "CRL": 2, "other": 1}
    stamp = root.find(".//vr:ValidationObject/vr:ValidationReport", NAMESPACES)
    assert stamp is not None  # of the time stamp over the document
    assert _texts(stamp, "vr:SignatureIdentifier/vr:DAIdentifier") == ["Timestamp-1"]


def test_digests_are_those_of_what_stands_in_the_file() -> None:
    pdf = issued().preserved
    report = validate(pdf, trust(), LATER, fresh())
    start, end = gap_of(pdf, "Timestamp-1").start, gap_of(pdf, "Timestamp-1").end
    contents = bytes.fromhex(pdf[start:end].strip(b"<>").decode())
    token = cms.ContentInfo.load(contents)
    digests = {one.sha256 for one in report.objects if one.kind == "timestamp" and one.field == "Timestamp-1"}
    assert digests == {hashlib.sha256(token.dump()).hexdigest()}
    signed = cms.ContentInfo.load(bytes.fromhex(_between(pdf, "Seal")))["content"]["signer_infos"][0]
    seal = report.of("Seal")
    assert seal is not None
    assert seal.attributes_sha256 == hashlib.sha256(signed["signed_attrs"].untag().dump()).hexdigest()
    assert seal.chain[0] == seal.certificate_sha256


def _between(pdf: bytes, field: str) -> str:
    gap = gap_of(pdf, field)
    return pdf[gap.start : gap.end].strip(b"<>").decode()


def test_what_was_altered_later_bounds_every_signature() -> None:
    root = _root(written_over(issued().preserved))
    path = "vr:SignatureValidationReport/vr:SignatureValidationStatus"
    assert set(_texts(root, f"{path}/vr:MainIndication")) == {"urn:etsi:019102:mainindication:total-failed"}
    assert set(_texts(root, f"{path}/vr:SubIndication")) == {"urn:etsi:019102:subindication:FORMAT_FAILURE"}
    root = _root(issued().preserved + b"\n% more")
    assert set(_texts(root, f"{path}/vr:MainIndication")) == {"urn:etsi:019102:mainindication:total-failed"}
    broken = _root(altered(issued().preserved))
    assert "urn:etsi:019102:subindication:HASH_FAILURE" in _texts(broken, f"{path}/vr:SubIndication")


def test_what_was_not_asked_is_told_as_disabled() -> None:
    root = _root(issued().preserved, validate(issued().preserved, ANYBODY, LATER))
    told = {
        _texts(one, "vr:ValidationConstraintIdentifier")[0].rpartition(":")[2]: _texts(
            one, "vr:ConstraintStatus/vr:Status"
        )[0]
        for one in root.findall(".//vr:ValidationConstraint", NAMESPACES)
    }
    assert told["chain"] == told["revocation-at-signing"] == "urn:etsi:019102:constraintStatus:disabled"
    assert told["integrity"] == "urn:etsi:019102:constraintStatus:applied"


def test_names_are_text_and_what_xml_cannot_hold_is_replaced() -> None:
    report = validate(issued().preserved, trust(), LATER)
    hostile = "</vr:Signer>&<!--\x00\x0b\ud800\ufffe"
    report.signatures[0].signer = hostile
    mine = Constraint("urn:test", Status.FAIL, hostile)
    xml = to_etsi_xml(replace(report, reasons=(hostile,)), "00" * 32, (mine,))
    assert faults(xml) == []
    root = ET.fromstring(xml)
    assert _texts(root, "vr:SignatureValidationReport/vr:SignerInformation/vr:Signer")[0] == "</vr:Signer>&<!--����"
    assert FAILED in _texts(root, ".//vr:ValidationStatus/vr:MainIndication")
