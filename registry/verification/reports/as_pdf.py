"""The report on a checked file as PDF/A for people to file, typeset by a template that prints data as data."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from config.languages import in_language, language, number, translated
from config.sentences import later
from config.settings import Settings
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from registry.verification.detailed import moment_of, shown_changes, shown_history
from registry.verification.drawn import told_comparison
from registry.verification.errors import TooManyDocuments
from registry.verification.reports.as_xml import xml_report
from registry.verification.reports.ticket import Ticket
from registry.verification.shown import last_day, paper_rows, shown_signatures
from registry.verification.words import ADVICE, STATUS_WORDS, WORDS

TEMPLATES = Path(__file__).parent / "typst"
FONT = "Tinos_400Regular.ttf"
LONGEST = 400  # characters of one text; a hostile file has names of any length
MOST_NOTES = 40
PATIENCE = 5.0  # seconds that one waits for the report before
one_at_a_time = threading.BoundedSemaphore(1)  # of one process: the typesetter is there for licences first

TRIAL = later("Trial: all data is invented, nothing here has legal value.")
TITLE = later("Report on a checked file")
CLOSING = later(
    "This report was made by software from the check of the file with the digest above. It counts for the moment of "
    "the check; the status of a licence may change later. The file itself was not kept."
)


ATTACHED = later("The same report for programs (ETSI TS 119 102-2)")
SIGNED = later(
    "This service signs this report with its own key, and an authority proves the time. It is no act of an agency."
)


def pdf_report(unit: UnitOfWork, ticket: Ticket, *, to_be_signed: bool = False) -> bytes:
    """The report in the language of the request, with the XML for programs inside (and so under its signature).

    Raises TooManyDocuments, TypesetterUnavailable.
    """
    settings = unit.tools[Settings]
    data = _printable(report_data(ticket, settings, to_be_signed), _characters(settings.fonts_folder / FONT))
    if not one_at_a_time.acquire(timeout=PATIENCE):
        raise TooManyDocuments(later("Other documents are being validated; try again in a few seconds."))
    try:
        return unit.tools[Typesetter].typeset(
            *(TEMPLATES, "report.typ", data),
            at=ticket.as_of.astimezone(UTC),
            files={"report.xml": xml_report(ticket.looked().result, ticket.file_sha256)},
        )
    finally:
        one_at_a_time.release()


def report_data(ticket: Ticket, settings: Settings, to_be_signed: bool = False) -> dict[str, Any]:
    """All that the template prints, in words."""
    result = ticket.looked().result
    details = result.details or {}
    told = told_comparison(ticket.comparison) if ticket.comparison else ()
    changes = shown_changes(details)[1:] if details.get("history") and result.signatures else ()
    return {
        "lang": language(),
        "title": translated(TITLE),
        "site": in_language(settings.site.name),
        "trial": translated(TRIAL) if settings.trial else None,
        "colour": str(result.verdict),
        "verdict": in_language(WORDS[result.finding]),
        "advice": in_language(ADVICE[result.finding]),
        "facts": list(_facts(ticket, settings)),
        "licence": list(_licence(result.licence)) if result.licence is not None else [],
        "signatures": [_signature(one) for one in shown_signatures(result.signatures, {})],
        "changes": [*changes, *told],
        "history": [
            {"title": one.title, "covered": one.covered, "told": list(one.told)} for one in shown_history(details)
        ],
        "notes": [*ticket.reasons, *ticket.report.notes][:MOST_NOTES],
        "basis": list(_basis(ticket, settings)),
        "words": _words(),
        "attached": translated(ATTACHED),
        "closing": [translated(CLOSING), *([translated(SIGNED)] if to_be_signed else [])],
        "footer": f"{translated(TITLE)} · SHA-256 {ticket.file_sha256[:16]}… · {moment_of(ticket.as_of)}",
    }


def _words() -> dict[str, Any]:
    columns = (later("What was checked"), later("Result"), later("Evidence"))
    return {
        "licence": translated(later("What the register says")),
        "signatures": translated(later("Signatures")),
        "nobody": translated(later("There is no signature in the file.")),
        "history": translated(later("How the file came about, step by step")),
        "notes": translated(later("For experts")),
        "basis": translated(later("What the check rests on")),
        "columns": [translated(column) for column in columns],
    }


def _facts(ticket: Ticket, settings: Settings) -> Iterator[tuple[str, str]]:
    zone = f"{ticket.as_of.astimezone(settings.time_zone):%z}"
    yield translated(later("Checked at")), f"{moment_of(ticket.as_of)} (UTC{zone[:3]}:{zone[3:]})"
    yield translated(later("Digest of the file (SHA-256)")), ticket.file_sha256
    yield translated(later("Size in bytes")), number(ticket.size)


def _licence(licence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    status = in_language(STATUS_WORDS[licence["status"]])
    yield translated(later("Status")), f"{status} {translated(last_day(licence))}"
    yield from paper_rows(licence)
    yield translated(later("Register code")), str(licence["register_code_readable"])


def _signature(one: Mapping[str, Any]) -> dict[str, Any]:
    pairs = (
        (later("Result"), one["words"]),
        (later("Capacity of the signer"), one["signed_for"]),
        (later("Time of signing"), " ".join(part for part in (one["moment"], one["proof"]) if part)),
        (later("Trusted root"), one["anchor"]),
        (later("Coverage"), one["covers"]),
        (later("ETSI EN 319 102-1"), one["indication"]),
    )
    checks = [
        {"name": check.name, "status": check.status, "colour": check.colour, "evidence": check.evidence}
        for check in one["checks"]
    ]
    facts = [(translated(label), value) for label, value in pairs if value]
    return {"title": f"{one['kind']}: {one['signer']}", "facts": facts, "checks": checks}


def _basis(ticket: Ticket, settings: Settings) -> Iterator[tuple[str, str]]:
    yield translated(later("Rules")), ticket.report.policy
    yield translated(later("Finding")), f"{ticket.finding} · recorded: {ticket.recorded}"
    yield translated(later("Checked by")), f"{in_language(settings.site.name)}, {settings.public_url}"


@cache
def _characters(font: Path) -> frozenset[int]:
    """What the font can print."""
    with TTFont(font, lazy=True) as found:
        return frozenset(found.getBestCmap())


def _printable(value: Any, known: frozenset[int]) -> Any:
    """Texts cut to what a page holds, and of characters that the font has: else nothing at all could be typeset."""
    if isinstance(value, str):
        shown = unicodedata.normalize("NFC", value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")
        return "".join(sign if ord(sign) in known else "\N{REPLACEMENT CHARACTER}" for sign in shown)
    if isinstance(value, Mapping):
        return {name: _printable(one, known) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_printable(one, known) for one in value]
    return value
