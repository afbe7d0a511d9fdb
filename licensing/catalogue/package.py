"""A procedure package as values; with terms.py and steps.py this is the format (packages/README.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from licensing.catalogue.steps import End, Pause, Step
from licensing.catalogue.terms import LegalBasis, OnlineLevel, Period, Provision, Text, Unit

# When a licence gets its number and date: into the text that the official signs, or by the clerk with the seal.
BEFORE_SIGNATURE, AFTER_SIGNATURE = "before_signature", "after_signature"


@dataclass(frozen=True)
class TimeLimit:
    """How long the authority may take, counted from the acceptance of a complete application."""

    value: Decimal
    unit: Unit
    provision: Provision
    cutoff: time | None = None


@dataclass(frozen=True)
class PartialReason:
    """Why a procedure is not wholly online (Decree 224/2026, art. 14)."""

    reason: str
    explanation: Text
    provision: Provision


@dataclass(frozen=True)
class EligibilityQuestion:
    """A yes/no question asked before filing; the answer `stops_on` means: you need not, or may not, apply."""

    id: str
    question: Text
    stops_on: bool
    advice: Text
    provision: Provision


@dataclass(frozen=True)
class Case:
    """A variant of the procedure with its own list of documents: new, renewal, reissue."""

    id: str
    name: Text


@dataclass(frozen=True)
class RequiredDocument:
    """A document asked for (thành phần hồ sơ).

    One that is `issued_with_licence` goes out with the licence, in a file of its own under the agency's seal.
    """

    id: str
    name: Text
    cases: tuple[str, ...]
    provision: Provision
    required: bool = True
    original: int = 0
    copy: int = 0
    repeatable: bool = False
    formats: tuple[str, ...] = ("pdf", "png", "jpeg")
    filled_by_form: bool = False
    replaced_by: str | None = None
    issued_with_licence: bool = False
    note: Text | None = None


@dataclass(frozen=True)
class FeeRow:
    """One row of a fee table: applies when every named answer is among its values (`a..b` is a range)."""

    name: Text
    vnd: int
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fee:
    """A fee (phí) or charge (lệ phí); the first row that applies gives the amount."""

    id: str
    code: str
    kind: str
    name: Text
    unit: Text
    collect: str
    provision: Provision
    rows: tuple[FeeRow, ...]


@dataclass(frozen=True)
class RefusalGround:
    """A ground for refusing, with its provision and what the applicant can do about it."""

    id: str
    text: Text
    provision: Provision
    remedy: Text


@dataclass(frozen=True)
class LicenceField:
    """A field printed on the licence and kept in the registry, taken from an answer of the form."""

    name: str
    answer: str
    label: Text
    public: bool = True


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from the lower left corner."""

    page: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class StatusMeaning:
    """What a status of the licence means for its holder and for whoever checks it."""

    meaning: Text
    provision: Provision | None = None


@dataclass(frozen=True)
class Renewal:
    """When a holder should ask for the next licence: between these two periods before the expiry."""

    opens: Period
    closes: Period
    provision: Provision


@dataclass(frozen=True)
class Result:
    """The licence that a grant leads to: its title, number, validity, fields and layout.

    `numbering` says when number and days are fixed, of refusals as well: `before_signature` or `after_signature`.
    """

    licence_type: str
    title: Text
    register: str
    symbol: str
    numbering: str
    template: str
    validity: Period | None
    validity_provision: Provision
    fields: tuple[LicenceField, ...]
    recipients: tuple[Text, ...]
    boxes: Mapping[str, Box]
    statuses: Mapping[str, StatusMeaning]
    renewal: Renewal | None = None

    @property
    def numbered_after(self) -> bool:
        """True when the clerk numbers and dates what the official has signed (Decree 30/2020, art. 15, 32 and 33)."""
        return self.numbering == AFTER_SIGNATURE


@dataclass(frozen=True)
class Refusal:
    """What a refusal must say, and the appeal that stays open."""

    appeal: Text
    appeal_provision: Provision
    grounds: tuple[RefusalGround, ...]


@dataclass(frozen=True)
class Publication:
    """The decision that published the procedure (Decree 63/2010, art. 15)."""

    decision: str
    issued: date | None
    verified: bool
    source: str


@dataclass(frozen=True)
class Definition:
    """All that procedure.yaml says."""

    format: int
    code: str
    title: Text
    sector: Text
    agency_level: str
    competent_agency: Text
    subjects: tuple[str, ...]
    channels: tuple[str, ...]
    online_level: OnlineLevel
    publication: Publication
    legal_basis: tuple[LegalBasis, ...]
    conditions: tuple[Text, ...]
    eligibility: tuple[EligibilityQuestion, ...]
    cases: tuple[Case, ...]
    sets: int
    documents: tuple[RequiredDocument, ...]
    time_limit: TimeLimit
    steps: tuple[Step, ...]
    pauses: tuple[Pause, ...]
    ends: Mapping[str, End]
    fees: tuple[Fee, ...]
    refusal: Refusal
    result: Result
    partial: PartialReason | None = None
    effective_until: date | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class ProcedurePackage:
    """A package as read: the definition, the form with its hints, and the exact text it was read from."""

    definition: Definition
    form: Mapping[str, Any]
    files: Mapping[str, str]
    body: str
    sha256: str

    @property
    def code(self) -> str:
        """The national code of the procedure, such as 2.001827."""
        return self.definition.code

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError if there is none."""
        return {step.id: step for step in self.definition.steps}[step_id]
