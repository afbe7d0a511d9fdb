"""A report in plain words and as JSON: what happened after signing, three verdicts, each revision.

"Changed in a way that is not recognised" and "the signature is broken" are never said with the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from config.sentences import later, say
from signing.validation.checks import checks_of, signed_for
from signing.validation.facts import Revision, Words
from signing.validation.report import Finding, Integrity, Report, SignatureReport, Verdict

CLOSED = {
    "document": later("The document as it was made."),
    "signature": later("Signed in the field {field}."),
    "timestamp": later("Time stamp over the whole document so far."),
}
MOST_TOLD = 20
APPENDED = "appended"
MISSING = "foreseen but missing"


class Changes(StrEnum):
    """What was done to a document after it was signed, the worst of it."""

    NONE = "none"
    ALLOWED = "allowed"  # further signatures, timestamps, revocation data, fields that may be filled
    FORBIDDEN = "forbidden"
    UNRECOGNISED = "unrecognised"  # it cannot be told whether they alter what was signed


def changes_after_signing(report: Report) -> Changes:
    """By what the steps 3 and 7 found; a file that could not be looked at has changes that nobody can tell."""
    if report.verdict is Verdict.UNREADABLE or (report.trailing_bytes is None and not report.signatures):
        return Changes.UNRECOGNISED
    found = [one for one in report.findings if _of_changes(one)]
    if any(one.weight is Verdict.INVALID for one in found) or (report.signatures and report.trailing_bytes):
        return Changes.FORBIDDEN
    if found or _closed_by_broken_ones(report):
        return Changes.UNRECOGNISED
    kinds = {one.later_changes for one in report.signatures if one.later_changes}
    return Changes.ALLOWED if kinds - {"none"} else Changes.NONE


def _of_changes(finding: Finding) -> bool:
    if finding.weight is Verdict.VALID or MISSING in finding.text:
        return False
    return finding.step == 7 or (finding.step == 3 and APPENDED in finding.text)


def _closed_by_broken_ones(report: Report) -> bool:
    """Whether no signature is intact, and the file goes on after the revision of the first."""
    if any(one.integrity is Integrity.INTACT for one in report.signatures) or not report.signatures:
        return False
    first = min((one.revision for one in report.signatures if one.revision), default=0)
    return 0 < first < len(report.history)


def summary(report: Report) -> str:
    """The verdict in one plain sentence."""
    if report.verdict is Verdict.INVALID:
        return _why_invalid(report)
    if report.verdict is Verdict.INDETERMINATE:
        return _why_open(report)
    if report.verdict is Verdict.NO_SIGNATURE:
        return later("Nobody signed this document.")
    if report.verdict is Verdict.UNREADABLE:
        return later("This file cannot be read as a PDF.")
    return later("The signatures are good, and the document is as it was signed.")


def _why_invalid(report: Report) -> str:
    if any(one.integrity is not Integrity.INTACT for one in report.signatures):
        return later("A signature is broken: do not rely on the document.")
    if changes_after_signing(report) is Changes.FORBIDDEN:
        return later("The document was altered after signing, in a way that the signature forbids.")
    if report.only_revoked:
        return later("A certificate was revoked before it signed: the signature does not count.")
    return later("A signature does not count: do not rely on the document.")


def _why_open(report: Report) -> str:
    if not report.signatures:
        return later("The document is too complex to be validated here.")
    if changes_after_signing(report) is Changes.UNRECOGNISED:
        return later("The signatures are intact, but the document was changed afterwards in a way that we do not know.")
    return later("The signatures are intact, but it could not be shown that they count.")


def revision_told(one: Revision) -> Iterator[str]:
    """What a revision did, a short sentence each."""
    if one.kind in CLOSED:
        yield say(CLOSED[one.kind], field=one.field)
    if one.number == 1:
        return
    if one.evidence:
        yield later("Revocation data added, so that the signatures can be checked later.")
    if not one.readable:
        yield later("What it changed cannot be told.")
    yield from _changes_told(one)
    if one.kind == "change" and one.readable and not one.changed_something:
        yield later("Changes without effect on what is seen, or of a kind that we do not know.")


def _changes_told(one: Revision) -> Iterator[str]:
    parts = (
        (later("Form fields: {parts}."), one.fields),
        (later("What these pages show: {parts}."), [str(page) for page in one.pages]),
        (later("Notes or drawings on pages (page: kind): {parts}."), one.annotations),
        (later("Description and settings of the document: {parts}."), one.metadata),
        (later("Other parts: {parts}."), one.other),
    )
    yield from (say(pattern, parts=_some(found)) for pattern, found in parts if found)


def _some(found: Sequence[str]) -> Words:
    """The first ones: a hostile file has thousands."""
    return Words([*found[:MOST_TOLD], *(["…"] if len(found) > MOST_TOLD else [])])


def signature_json(report: Report, one: SignatureReport) -> dict[str, Any]:
    """A signature with its eight checks and the capacity of its signer."""
    checks = [check.as_json() for check in checks_of(report, one)]
    return {**one.as_json(), "signed_for": signed_for(one.certificate, one.kind), "checks": checks}


def details_json(report: Report) -> dict[str, Any]:
    """All about the document but its signatures."""
    history = [{**one.as_json(), "told": list(revision_told(one))} for one in report.history]
    return {
        "summary": summary(report),
        "changes_after_signing": changes_after_signing(report),
        "trailing_bytes": report.trailing_bytes,
        "history": history,
        "objects": [one.as_json() for one in report.objects],
        "validated_at": report.validated_at.isoformat(),
        "policy": report.policy,
    }


def line_json(report: Report, file: str) -> dict[str, Any]:
    """One JSON object, the line of `antin signing validate --json`."""
    signatures = [signature_json(report, one) for one in report.signatures]
    return {**report.as_json(file), **details_json(report), "signatures": signatures}
