"""The verdict on a file as the XML of ETSI TS 119 102-2: validation's report, and what the register says of it."""

from __future__ import annotations

from collections.abc import Mapping

from registry.verification.result import Colour, Result
from registry.verification.words import WORDS
from signing.validation.checks import Status
from signing.validation.etsi import to_etsi_xml
from signing.validation.etsi_words import Constraint
from signing.validation.report import Report, Verdict

REGISTER = "urn:x-antin:register:finding"
STATUSES: Mapping[Colour, Status] = {
    Colour.GREEN: Status.PASS,
    Colour.AMBER: Status.UNKNOWN,
    Colour.RED: Status.FAIL,
}
XML_HEADERS = {"Content-Type": "application/xml; charset=utf-8", "Cache-Control": "no-store", "Vary": "Accept"}


def xml_report(result: Result, file_sha256: str) -> bytes:
    """The report; the register's finding is a constraint of each signature, so that no program misses it."""
    told = f"{result.finding}: {WORDS[result.finding]['en']}"
    report = result.report or Report(Verdict.INDETERMINATE, result.as_of)
    return to_etsi_xml(report, file_sha256, (Constraint(REGISTER, STATUSES[result.verdict], told),))
