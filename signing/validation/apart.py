"""Validates strangers' files outside this process: each in a confined child of its own, whose answer is not believed.

A child that reads a hostile file may be the file's: it can lie about what it was asked, so a report says no more than
what the bytes of its own document could have made it say. It cannot reach this process, another document or the house.

Nothing of a file is parsed here. What identifies a sealed document (covered bytes, signature value, certificate) is cut
out of it where the child says that it stands, and hashed here.
"""

from __future__ import annotations

import binascii
import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.confinement import Limits
from config.fortress import Fortress
from config.plain import Malformed, from_bytes
from signing.pades.blanks import NAMES
from signing.pades.digest import SealFacts
from signing.trust.anchors import INSTALLATION, TrustStore
from signing.trust.revocation import Revocation, RevocationSource
from signing.validation.fresh import NOTHING, Messenger
from signing.validation.policy import LARGEST_FILE, MOST_MEMORY, MOST_SECONDS
from signing.validation.question import Answer, Attachment, Meanwhile, Place, Question, SealPlaces, Seen
from signing.validation.report import ANY_ISSUER, POLICY, TOO_COMPLEX, Integrity, Kind, Report, Verdict

SECONDS_TO_WAIT = 25  # more, in which a child may wait for what our own responder says
LARGEST_PART = 64 * 1024  # bytes of a signature value or certificate
LONGEST_TEXT = 200  # characters in a blank
fortress = Fortress("signing.validation.child", Limits(MOST_MEMORY, MOST_SECONDS, SECONDS_TO_WAIT))  # one a process


@dataclass(frozen=True)
class Hearsay:
    """A report, and what else was said of a document, as far as it can be believed.

    `seal` are the facts of its seal, hashed here; `carries` says that it has the attachment that was asked about;
    `from_our_roots` are SHA-256 of certificates in it that come from our roots. The last two are the child's word.
    """

    report: Report
    seal: SealFacts | None = None
    carries: bool = False
    from_our_roots: frozenset[bytes] = field(default_factory=frozenset)


def validate_apart(
    pdf: bytes,
    trust: TrustStore,
    at: datetime,
    revocation: Revocation | None = None,
    may_be_unsigned: frozenset[str] = frozenset(),
) -> Report:
    """What `signing.validation.validate.validate` says, asked of a confined child.

    What is larger, takes longer or needs more than the policy allows is too complex: indeterminate, within
    MOST_SECONDS. Raises `FortressUnavailable` where no child can be confined: nothing is validated without that.
    """
    return _asked(pdf, Question(trust, at, revocation, may_be_unsigned), None).report


def validate_freshly(
    pdf: bytes, trust: TrustStore, at: datetime, source: RevocationSource, lists: Revocation | None = None
) -> Report:
    """The same with fresh revocation data of the responder behind `source`, as far as it answers, beside `lists`."""
    return _asked(pdf, Question(trust, at, lists, fetch=True), Messenger(source)).report


def examine(pdf: bytes, trust: TrustStore, at: datetime, source: RevocationSource, attachment: Attachment) -> Hearsay:
    """The same, and all else that anybody may want to know of the file; a child that does not end still said some."""
    return _asked(pdf, Question(trust, at, fetch=True, attachment=attachment), Messenger(source))


def _asked(pdf: bytes, question: Question, messenger: Messenger | None) -> Hearsay:
    at = question.at
    if len(pdf) > LARGEST_FILE:
        return Hearsay(too_complex(at))
    seen = Seen()

    def hear(message: bytes) -> bytes:
        nonlocal seen
        try:
            meanwhile = from_bytes(Meanwhile, message)
        except Malformed:
            return NOTHING
        seen = meanwhile.seen or seen
        return messenger.bring(meanwhile.wanted) if messenger and meanwhile.wanted else NOTHING

    answer = _believed(fortress.ask(question.about(pdf), hear), len(pdf), question)
    policy = POLICY + ANY_ISSUER if question.trust.any_issuer else POLICY
    report = dataclasses.replace(answer.report, validated_at=at, policy=policy)
    return Hearsay(report, _cut_out(pdf, seen.seal), seen.carries or answer.carries, answer.from_our_roots)


def too_complex(at: datetime) -> Report:
    """The verdict on what cannot be looked at within the limits."""
    return Report(Verdict.INDETERMINATE, at, (TOO_COMPLEX,))


def _believed(said: bytes | None, size: int, question: Question) -> Answer:
    nothing = Answer(too_complex(question.at))
    try:
        answer = from_bytes(Answer, said or b"")
    except Malformed:
        return nothing
    believable = _coherent(answer.report, size) and _of_our_groups(answer.report, question.trust)
    return answer if believable else nothing


def _of_our_groups(report: Report, trust: TrustStore) -> bool:
    """Whether each group that is named is one that was asked about."""
    known = {None, INSTALLATION, *(one.key for one in trust.groups)}
    return all(one.trust_group in known for one in report.signatures)


def _coherent(report: Report, size: int) -> bool:
    """Whether validation could have said this: a valid document has a signature, and nothing that is not valid."""
    if any(number > size for one in report.signatures for number in one.byte_range):
        return report.verdict is Verdict.INVALID
    if report.verdict is not Verdict.VALID:
        return True
    good = all(one.verdict is Verdict.VALID and one.integrity is Integrity.INTACT for one in report.signatures)
    return good and not report.reasons and any(one.kind is Kind.SIGNATURE for one in report.signatures)


def _cut_out(pdf: bytes, places: SealPlaces | None) -> SealFacts | None:
    """The facts of a seal, hashed from the parts of the file itself; None for places that make no sense."""
    if places is None or len(places.byte_range) != 4 or not _are_blanks(places.filled):
        return None
    start, first, second, length = places.byte_range
    end = second + length
    if start != 0 or not 0 < first < second < end <= len(pdf):
        return None
    parts = [_octets(pdf, first, place, second) for place in (places.value, places.certificate)]
    if not all(parts):
        return None
    covered = hashlib.sha256(memoryview(pdf)[:first])
    covered.update(memoryview(pdf)[second:end])
    value, certificate = (hashlib.sha256(part).digest() for part in parts)
    return SealFacts(covered.digest(), value, certificate, pdf[:end], places.filled)


def _octets(pdf: bytes, first: int, place: Place, second: int) -> bytes:
    """What is written in hexadecimal at a place in the gap of a byte range; nothing for another place."""
    if not first <= place.start < place.end <= second or place.end - place.start > 2 * LARGEST_PART:
        return b""
    try:
        return binascii.unhexlify(pdf[place.start : place.end])
    except ValueError:
        return b""


def _are_blanks(filled: Mapping[str, str | None]) -> bool:
    return all(name in NAMES and len(text or "") <= LONGEST_TEXT for name, text in filled.items())
