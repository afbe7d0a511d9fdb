"""The page of preservation: whether every licence will prove itself in years to come, for who runs the installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from config.access import begin_work, current_unit, requires
from config.pages import Pages
from config.sentences import later
from config.settings import Settings
from registry.entries.codes import readable
from registry.preservation.health import Health, Year, health
from signing.requests.endings import ends_soon
from signing.trust.endings import Ending, What, soon

SEE_PRESERVATION = "see_preservation"  # licensing/accounts/roles.py gives it to people by the same word

pages = Pages("preservation", __name__)

KINDS = {
    What.ROOT: later("Root"),
    What.ISSUING: later("Issuing authority"),
    What.TSA: later("Time stamps"),
    What.OCSP: later("Answers about revocation (OCSP)"),
    What.RECEIPT: later("Key of receipts"),
    What.SEAL: later("Seal"),
    What.OFFICIAL: later("Official"),
    What.LIST: later("List of revoked certificates"),
    What.ALGORITHM: later("Algorithm"),
}
WIDTH, ROW, LABEL, NUMBER = 340, 40, 64, 76  # of the chart, in CSS pixels: it is drawn at its own size, on a phone too
REASONS = {
    "NothingGained": later("A new time stamp would not last longer than the present one."),
    "TooManyTimestamps": later("The file has as many time stamps as can be validated."),
    "FileMissing": later("The stored file is missing."),
    "FileDamaged": later("The stored file has been changed or damaged."),
    "NotTheLeafs": later("The stored file does not carry the seal that is on record."),
    "RevocationNotTrusted": later("The certificate authority's answer must not be relied on."),
    "EvidenceMissing": later("The certificate authority says nothing about a certificate."),
    "EvidenceTooOld": later("The certificate authority's answer is too old."),
    "DocumentNotSuitable": later("The file cannot be read."),
    "TimestampUnavailable": later("The time-stamping authority did not answer."),
    "TimestampNotTrusted": later("The time-stamping authority's answer must not be relied on."),
    "AuthorityDistrusted": later("The time-stamping authority in use is not relied on any more."),
    "RevocationUnavailable": later("The certificate authority did not answer."),
}


@dataclass(frozen=True)
class Bar:
    """One year of the chart: where it stands and how long it is, in pixels."""

    year: int
    count: int
    colour: str
    y: int
    length: int


def bars(years: Sequence[Year]) -> list[Bar]:
    """The years as bars, the largest as long as there is room; red when something is overdue, amber when due."""
    room, most = WIDTH - LABEL - NUMBER, max((year.count for year in years), default=1)
    return [
        Bar(
            year.year,
            year.count,
            "red" if year.overdue else "amber" if year.due else "green",
            place * ROW,
            max(2, round(room * year.count / most)),
        )
        for place, year in enumerate(years)
    ]


def timestamps_ending(found: Health, others: Sequence[Ending]) -> Sequence[Ending]:
    """The newest certificate that timestamps rest on, where it ends soon and is not our own authority's."""
    if not found.authorities:
        return ()
    last = max(found.authorities, key=lambda one: one.until)
    unit, known = current_unit(), {one.until for one in others if one.what is What.TSA}
    ending = soon(
        [Ending(What.TSA, last.subject, last.until)], unit.clock.now(), unit.tools[Settings].evidence.warn_days
    )
    return [one for one in ending if one.until not in known]


@pages.get("/desk/preservation")
@requires(SEE_PRESERVATION)
def overview() -> str:
    """Counts, the chart and its table, what failed, what ran and what runs next; on top, what ends soon."""
    ending = ends_soon(current_unit())  # the signer is asked before any transaction begins
    with begin_work() as work:
        found = health(work)
        return render_template(
            "preservation/overview.html",
            found=found,
            bars=bars(found.years),
            chart={"width": WIDTH, "height": max(ROW, ROW * len(found.years)), "label": LABEL, "row": ROW},
            reasons=REASONS,
            ending=None if ending is None else [*ending, *timestamps_ending(found, ending)],
            kinds=KINDS,
            now=current_unit().clock.now(),
            warn_days=current_unit().tools[Settings].evidence.warn_days,
            readable=readable,
        )
