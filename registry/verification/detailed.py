"""The details below a verdict as people read them: the eight checks of each signature, the file's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.languages import local_moment, number, translated
from config.sentences import Sentence, later, say
from signing.validation.facts import Words

CHECKS = {
    "integrity": later("Unchanged since signing"),
    "chain": later("Authority that is trusted"),
    "cert_valid_at_signing": later("Certificate valid when it signed"),
    "revocation_at_signing": later("Certificate not revoked when it signed"),
    "key_usage": later("Certificate meant for this use"),
    "signer_matches_role": later("Capacity of the signer"),
    "timestamp_ok": later("Time of signing"),
    "limits_ok": later("Limits of the certificate"),
}
STATUSES = {
    "pass": ("✓", "green", later("passed")),
    "fail": ("✗", "red", later("failed")),
    "unknown": ("?", "amber", later("not known")),
}
CHANGES = {
    "none": ("green", later("Nothing was added after the last signature.")),
    "allowed": (
        "green",
        later("After signing came only what is allowed: signatures, time stamps, evidence, entries in fields."),
    ),
    "forbidden": ("red", later("After signing the file was altered in a way that is not allowed.")),
    "unrecognised": ("amber", later("After signing the file was changed in a way that is not recognised.")),
}
KINDS = {
    "document": later("The document"),
    "signature": later("A signature"),
    "timestamp": later("A time stamp"),
    "evidence": later("Evidence for later"),
    "change": later("A change"),
}


@dataclass(frozen=True)
class ShownCheck:
    """A line of the table: a sign and its colour, the status in a word, what was checked, and what was found."""

    sign: str
    colour: str
    status: str
    name: str
    evidence: str


@dataclass(frozen=True)
class ShownRevision:
    """A revision of the file: what it is, what it did, and what to think of it."""

    title: str
    told: Sequence[str]
    colour: str
    covered: str


def spoken(text: str) -> str:
    """A sentence in the reader's language, with its moments, numbers and words."""
    if not isinstance(text, Sentence):
        return translated(text)
    return translated(say(text.pattern, **{name: _spoken_value(value) for name, value in text.values.items()}))


def moment_of(value: datetime) -> str:
    """A moment in the installation's time zone; as it stands in the file where no calendar goes that far."""
    try:
        return local_moment(value)
    except OverflowError:
        return value.isoformat()


def _spoken_value(value: object) -> object:
    if isinstance(value, datetime):
        return moment_of(value)
    if isinstance(value, Words):
        return ", ".join(translated(one) for one in value)
    return number(value) if isinstance(value, int) else value


def shown_checks(signature: Mapping[str, Any]) -> list[ShownCheck]:
    """The eight checks of a signature, in the decree's order; none where they were not made."""
    return [_shown_check(one) for one in signature.get("checks", ())]


def _shown_check(one: Mapping[str, Any]) -> ShownCheck:
    sign, colour, status = STATUSES[one["status"]]
    return ShownCheck(sign, colour, translated(status), translated(CHECKS[one["check"]]), spoken(one["evidence"]))


def how_many(checks: Sequence[ShownCheck]) -> str:
    """The table in a line, to stand on it while it is closed."""
    count = {colour: sum(one.colour == colour for one in checks) for colour in ("green", "red", "amber")}
    return translated(
        say(
            later("{all} checks: {good} passed, {bad} failed, {open} not known"),
            **{"all": len(checks), "good": count["green"], "bad": count["red"], "open": count["amber"]},
        )
    )


def shown_history(details: Mapping[str, Any]) -> list[ShownRevision]:
    """Every revision of the file, the first one first."""
    forbidden = details["changes_after_signing"] == "forbidden"
    return [_shown_revision(one, forbidden) for one in details["history"]]


def _shown_revision(one: Mapping[str, Any], forbidden: bool) -> ShownRevision:
    changed = any(one[part] for part in ("pages", "annotations", "metadata", "other"))  # entries in fields may be
    strange = one["kind"] == "change" or changed or not one["readable"]
    covered = later("covered by a signature or time stamp") if one["covered"] else later("covered by no signature")
    colour = ("red" if forbidden and not one["covered"] else "amber") if strange else "green"
    told = [spoken(text) for text in one["told"]]
    return ShownRevision(translated(KINDS[one["kind"]]), told, colour, translated(covered))


def shown_changes(details: Mapping[str, Any]) -> tuple[str, str]:
    """Colour and sentence for what happened after signing, with bytes that belong to no revision."""
    colour, sentence = CHANGES[details["changes_after_signing"]]
    more = details["trailing_bytes"]
    appended = say(later("{bytes} bytes were appended behind its end."), bytes=more) if more else ""
    return colour, " ".join(part for part in (translated(sentence), spoken(appended) if appended else "") if part)
