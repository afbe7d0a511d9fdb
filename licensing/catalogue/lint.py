"""Whether a package may be published: every fault with its place. The steps are judged by the workflow's own lint."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from config.errors import Fault
from licensing.catalogue.lint_fees import fee_faults
from licensing.catalogue.lint_form import form_faults
from licensing.catalogue.lint_layout import layout_faults
from licensing.catalogue.package import Definition, ProcedurePackage, TimeLimit
from licensing.catalogue.rules import is_code
from licensing.catalogue.terms import LegalBasis, OnlineLevel, Period, Provision, StepKind, Unit

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
LEVELS = {"ministry", "province", "commune"}
CHANNELS = {"online", "in_person", "post"}
CLOCKS = {"restart", "resume"}
DOCUMENTS = {"licence", "refusal"}
QUARTER = Decimal("0.25")
# Longer than any law gives, and short enough to be counted.
LONGEST = {Unit.HOUR: 1000, Unit.WORKING_DAY: 250, Unit.CALENDAR_DAY: 366, Unit.MONTH: 12, Unit.YEAR: 1}
LONGEST_VALIDITY = {Unit.CALENDAR_DAY: 36_525, Unit.MONTH: 1200, Unit.YEAR: 100}


def lint(package: ProcedurePackage, effective_from: date) -> list[Fault]:
    """All faults of a package that is to be in force from a day on; an empty list means that it may be published."""
    definition = package.definition
    form = list(form_faults(package.form))
    return [
        *_identity(definition),
        *_doubled(definition),
        *_law(definition, effective_from),
        *_documents(definition),
        *_times(definition),
        *_steps(definition),
        *_pauses(definition),
        # What looks into the form waits until the form is sound.
        *(form or [*fee_faults(definition.fees, package.form), *layout_faults(package)]),
    ]


def unverified(definition: Definition) -> list[str]:
    """Every statement of law that nobody has read in the text itself: what a lawyer must look at."""
    laws = [item.number for item in definition.legal_basis if not item.verified]
    found = {f"{item.basis}: {item.article}" for _, item in walk(definition, Provision) if not item.verified}
    return [*laws, *sorted(found)]


def walk(value: Any, kind: type[Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a dataclass `kind` inside a definition, with its place."""
    if isinstance(value, kind):
        yield place, value
    if dataclasses.is_dataclass(value):
        value = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, kind, f"{place}/{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, kind, f"{place}/{index}")


def _identity(definition: Definition) -> Iterator[Fault]:
    if definition.format != FORMAT:
        yield _fault("/format", f"must be {FORMAT}")
    if not is_code(definition.code):
        yield _fault("/code", "must look like 2.001827")
    if definition.agency_level not in LEVELS:
        yield _fault("/agency_level", f"must be one of {', '.join(sorted(LEVELS))}")
    if not definition.channels or set(definition.channels) - CHANNELS:
        yield _fault("/channels", f"must be some of {', '.join(sorted(CHANNELS))}")
    yield from _mandatory(definition)


def _mandatory(definition: Definition) -> Iterator[Fault]:
    """What every procedure must say (Decree 63/2010, art. 8.2)."""
    for name in ("subjects", "legal_basis", "documents", "steps"):
        if not getattr(definition, name):
            yield _fault(f"/{name}", "must not be empty")
    if (definition.partial is None) == (definition.online_level is OnlineLevel.PARTIAL):
        yield _fault("/partial", "must be given exactly when the online level is partial (Decree 224/2026, art. 14)")
    if definition.sets < 1:
        yield _fault("/sets", "must be 1 or more")


def _doubled(definition: Definition) -> Iterator[Fault]:
    for name in ("legal_basis", "eligibility", "cases", "documents", "steps", "pauses", "fees"):
        yield from _names(f"/{name}", [item.id for item in getattr(definition, name)], dashes=name == "legal_basis")
    yield from _names("/refusal/grounds", [item.id for item in definition.refusal.grounds])
    yield from _names("/result/fields", [item.name for item in definition.result.fields])


def _names(place: str, ids: list[str], *, dashes: bool = False) -> Iterator[Fault]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield _fault(place, f"{name!r} is there twice")
        if not NAME.fullmatch(name.replace("-", "_") if dashes else name):
            yield _fault(place, f"{name!r} must be small letters, digits and underscores")


def _law(definition: Definition, effective_from: date) -> Iterator[Fault]:
    bases = {item.id: item for item in definition.legal_basis}
    for place, basis in walk(definition, LegalBasis):
        if basis.in_force_until is not None and basis.in_force_until < effective_from:
            yield _fault(place, f"{basis.number} is in force only until {basis.in_force_until}")
    for place, provision in walk(definition, Provision):
        if provision.basis not in bases:
            yield _fault(place, f"there is no legal basis {provision.basis!r}")
    if definition.effective_until is not None and definition.effective_until < effective_from:
        yield _fault("/effective_until", "is before the package would be in force")


def _documents(definition: Definition) -> Iterator[Fault]:
    cases = {case.id for case in definition.cases}
    if not cases:
        yield _fault("/cases", "must not be empty")
    for document in definition.documents:
        place = f"/documents/{document.id}"
        if not document.cases or set(document.cases) - cases:
            yield _fault(place, "must name the cases in which it is asked for")
        if document.original + document.copy < 1 or min(document.original, document.copy) < 0:
            yield _fault(place, "must say how many originals or copies")
        if document.issued_with_licence and (document.formats != ("pdf",) or document.filled_by_form):
            yield _fault(place, "goes out with the licence, so it must be a file, and its formats must be [pdf]")
    for case in sorted(cases - {case for document in definition.documents for case in document.cases}):
        yield _fault(f"/cases/{case}", "no document is asked for in this case")


def _times(definition: Definition) -> Iterator[Fault]:
    if not _countable(definition.time_limit, LONGEST):
        yield _fault(
            "/time_limit", "must be more than 0, whole when it is not in working time, and no longer than a year"
        )
    for step in definition.steps:
        if step.days <= 0 or step.days % QUARTER:
            yield _fault(f"/steps/{step.id}/days", "must be quarters of working days, more than 0")
    for pause in definition.pauses:
        asked = [period for period in (pause.answer_within, pause.ask_within) if period is not None]
        if pause.at_most < 1 or not all(_countable(period, LONGEST) for period in asked):
            yield _fault(f"/pauses/{pause.id}", "must give time to ask and to answer, at least once, up to a year")
    validity, renewal = definition.result.validity, definition.result.renewal
    if validity is not None and not _countable(validity, LONGEST_VALIDITY):
        yield _fault("/result/validity", "must be whole calendar days, months or years, up to 100 years")
    if renewal is not None and (
        renewal.opens.unit != renewal.closes.unit or renewal.opens.value <= renewal.closes.value
    ):
        yield _fault("/result/renewal", "must open before it closes, both in the same unit")


def _countable(period: Period | TimeLimit, longest: Mapping[Unit, int]) -> bool:
    """True when the period is of an allowed unit, neither nothing nor endless, and whole unless in working time."""
    whole = period.value % 1 == 0 or period.unit in (Unit.HOUR, Unit.WORKING_DAY)
    return whole and 0 < period.value <= longest.get(period.unit, 0)


def _steps(definition: Definition) -> Iterator[Fault]:
    """What a step must carry for its kind; whether the steps lead anywhere is the workflow's question."""
    grounds = definition.refusal.grounds
    for step in definition.steps:
        place = f"/steps/{step.id}"
        signs = step.kind in (StepKind.SIGN, StepKind.SEAL)
        if signs and step.document not in DOCUMENTS:
            yield _fault(place, "must name its document: licence or refusal")
        if not signs and step.document is not None:
            yield _fault(place, "only steps that sign or seal name a document")
        done = {StepKind.SIGN: "signed", StepKind.SEAL: "sealed"}.get(step.kind)
        if done is not None and done not in step.actions:
            yield _fault(place, f"must have the action {done}")
    if not grounds:
        yield _fault("/refusal/grounds", "must not be empty: a refusal cites one")


def _pauses(definition: Definition) -> Iterator[Fault]:
    steps = {step.id for step in definition.steps}
    for pause in definition.pauses:
        place = f"/pauses/{pause.id}"
        if not pause.asked_in or set(pause.asked_in) - steps:
            yield _fault(place, "must name the steps in which it may be asked for")
        if pause.clock not in CLOCKS:
            yield _fault(f"{place}/clock", "must be restart or resume")
        if pause.unanswered not in steps | definition.ends.keys():
            yield _fault(f"{place}/unanswered", f"there is no step or end {pause.unanswered!r}")


def _fault(pointer: str, detail: str) -> Fault:
    return Fault(pointer=pointer, detail=detail)
