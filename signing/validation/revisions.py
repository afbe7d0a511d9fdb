"""What was done to a document after it was signed: step 7 of validation.

A later revision leaves every signature intact and can still show another document. After our seal only revocation
data and timestamps may follow; in foreign files what cannot be classified is said to be so, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis.policies import DEFAULT_DIFF_POLICY
from pyhanko.sign.diff_analysis.policy_api import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.pades.fields import OFFICIAL, SEAL
from signing.validation.census import Census
from signing.validation.certificates import evidence_of
from signing.validation.description import told_and_shown
from signing.validation.filled_later import filled_later
from signing.validation.integrity import Checked
from signing.validation.our_changes import OUR_CHANGES
from signing.validation.report import Kind, Verdict
from signing.validation.structure import covered_until

CLOSED = (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS)  # certifications under which what is no form stays as it is


@dataclass(frozen=True)
class Changes:
    """What came after one signature: `kind` is none, preservation, signing or other; `why` is a finding's text."""

    kind: str
    weight: Verdict = Verdict.VALID
    why: str | None = None


def changes_after(pdf: bytes, checked: Checked, ours: bool, answered_until: int) -> Changes:
    """Judges every revision after the one that a signature covers; `ours` asks for our own, stricter profile.

    `answered_until` is the offset up to which the last good signature of a person or an agency covers the file.
    """
    try:
        changes = _changes_after(pdf, checked, ours)
        if ours or changes.kind == "none" or changes.weight is not Verdict.VALID:
            return changes
        wrong = filled_later(pdf, covered_until(checked.entry), answered_until)
        return changes if wrong is None else Changes("other", Verdict.INDETERMINATE, wrong)
    except Exception:  # both parsers raise whatever a hostile revision provokes
        return Changes("other", Verdict.INDETERMINATE, "what was changed after signing cannot be told")


def _changes_after(pdf: bytes, checked: Checked, ours: bool) -> Changes:
    embedded = checked.embedded
    assert embedded is not None  # noqa: S101 - callers pass only what could be read
    coverage = embedded.evaluate_signature_coverage()
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return Changes("other", Verdict.INVALID, "it does not cover the whole revision that it closes")
    if coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Changes("none")
    told, pages = told_and_shown(pdf[: covered_until(checked.entry)], exact=ours)
    told_now, pages_now = told_and_shown(pdf, exact=ours)
    if (told, pages) != (told_now, pages_now):
        forbidden = ours or (pages != pages_now and embedded.docmdp_level in CLOSED)
        weight = Verdict.INVALID if forbidden else Verdict.INDETERMINATE
        return Changes("other", weight, "the document's pages or its description were replaced after signing")
    policy = OUR_CHANGES if ours else DEFAULT_DIFF_POLICY
    result = policy.review_file(
        embedded.reader, embedded.signed_revision, field_mdp_spec=embedded.fieldmdp, doc_mdp=embedded.docmdp_level
    )
    if not isinstance(result, DiffResult) or result.modification_level is ModificationLevel.OTHER:
        return _unclassified(embedded, ours)
    return _classified(result, embedded, checked.entry.name, ours)


def is_ours(census: Census) -> bool:
    """True for a document with our two fields: it gets the strict rules, whoever wrote it."""
    names = {entry.name for entry in census.entries} | set(census.empty)
    return {OFFICIAL, SEAL} <= names


def signed_after_seal(all_checked: list[Checked]) -> Iterator[str]:
    """Names of signatures of people or agencies that stand over a finished seal; timestamps may."""
    readable = [(one, one.embedded.signed_revision) for one in all_checked if one.embedded is not None]
    sealed = min((revision for one, revision in readable if one.entry.name == SEAL), default=None)
    for one, revision in readable:
        if sealed is not None and revision > sealed and one.kind is Kind.SIGNATURE:
            yield one.entry.name


def follows_without_reason(census: Census, all_checked: list[Checked]) -> bool:
    """Whether a revision that nobody signed follows the last signature and brings no revocation data either."""
    last = max((one.embedded.signed_revision for one in all_checked if one.embedded is not None), default=None)
    if last is None:
        return False
    later = range(last + 1, int(census.reader.xrefs.total_revisions))
    try:
        if later:
            evidence_of(census.reader)  # raises where it cannot be read: then it is no revocation data
        return not all(_brought(census.reader, one) for one in later)
    except Exception:  # as above
        return True


def describe(census: Census, all_checked: list[Checked]) -> tuple[str, ...]:
    """One line for each revision: what closed it or what it brought; nothing where a revision cannot be read."""
    try:
        return _describe(census, all_checked)
    except Exception:  # as above
        return ()


def _describe(census: Census, all_checked: list[Checked]) -> tuple[str, ...]:
    closed = {one.embedded.signed_revision: one for one in all_checked if one.embedded is not None}
    reader = census.reader
    lines = []
    for number in range(int(reader.xrefs.total_revisions)):
        if number in closed:
            one = closed[number]
            what = f"{one.kind} in the field {one.entry.name}"
            if _brought(reader, number):
                what = f"revocation data, {what}"
        elif number == 0:
            what = "the document"
        else:
            what = "revocation data" if _brought(reader, number) else "other changes, not signed"
        lines.append(f"{number + 1}: {what}")
    return tuple(lines)


def _unclassified(embedded: EmbeddedPdfSignature, ours: bool) -> Changes:
    """A certification forbids what it does not allow; an approval signature of somebody else leaves it open.

    So does a certification that allows notes: what is no form is not told apart from them here.
    """
    if ours or embedded.docmdp_level in CLOSED or embedded.fieldmdp is not None:
        return Changes("other", Verdict.INVALID, "the document was changed after signing in a way that is forbidden")
    return Changes("other", Verdict.INDETERMINATE, "the document was changed after signing; how cannot be told")


def _classified(result: DiffResult, embedded: EmbeddedPdfSignature, name: str, ours: bool) -> Changes:
    level = result.modification_level
    if level <= ModificationLevel.LTA_UPDATES:
        return Changes("preservation")
    if ours and name == SEAL:
        return Changes("other", Verdict.INVALID, "after the seal something else than preservation was added")
    allowed = embedded.docmdp_level or MDPPerm.ANNOTATE
    if level.value > allowed.value:
        return Changes("other", Verdict.INVALID, "the document was changed after signing in a way that is forbidden")
    if ours:
        return Changes("signing")
    changed = ", ".join(sorted(result.changed_form_fields))
    return Changes(
        "signing", Verdict.VALID, f"form fields were filled in after signing: {changed}" if changed else None
    )


def _brought(reader: PdfFileReader, revision: int) -> bool:
    """True when the revision added or replaced revocation data."""
    return revision > 0 and _evidence(reader, revision) != _evidence(reader, revision - 1)


def _evidence(reader: PdfFileReader, revision: int) -> str:
    return repr(_value(reader.get_historical_resolver(revision).root, "/DSS"))


def _value(dictionary: Any, key: str) -> Any:
    return dictionary[key] if key in dictionary else None  # noqa: SIM401 - get() does not follow references
