"""What the register is told of a licence: all facts for its paper, the public ones for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.unit_of_work import Work
from licensing.accounts.queries import agency_by_code
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.decisions.models import Decision
from licensing.licences.errors import LicenceNotReady
from licensing.licences.models import Licence
from registry.entries.enter import NewEntry
from signing.pades.digest import SealFacts


def entry_of(
    work: Work, licence: Licence, decision: Decision, sealed_sha256: str, seal: SealFacts, official: SealFacts
) -> NewEntry:
    """The new entry of a sealed licence; fields that the procedure does not call public stay with the paper."""
    if licence.number is None or licence.issued_on is None:
        raise LicenceNotReady("The licence has no number yet.")
    package = package_of(work, licence.revision_id)
    definition = package.definition
    agency = agency_by_code(work, licence.agency)
    answers = application_by_id(work, licence.application_id).answers
    fields = {field.name: answers.get(field.answer, "") for field in definition.result.fields}
    public = [
        {
            "name": field.name,
            "label": {"vi": field.label.vi, "en": field.label.en},
            "value": _in_words(package.form, field.answer, fields[field.name]),
        }
        for field in definition.result.fields
        if field.public
    ]
    return NewEntry(
        owner_key=str(decision.id),
        kind=definition.result.licence_type,
        title={"vi": definition.result.title.vi, "en": definition.result.title.en},
        agency=agency.code,
        agency_name={"vi": agency.name_vi, "en": agency.name_en},
        number=licence.number,
        issued_on=licence.issued_on,
        valid_until=licence.valid_until,
        facts=fields | {"decision_evidence": decision.evidence_sha256},
        public_facts=public,
        actors=[str(decision.recommended_by), str(decision.decided_by)],
        sealed_sha256=sealed_sha256,
        pdf=seal.byte_range_digest,
        sv=seal.signature_value_sha256,
        sk=seal.certificate_sha256,
        auth=official.signature_value_sha256,
    )


def _in_words(form: Mapping[str, Any], answer: str, value: Any) -> Any:
    """A choice as the form words it in each language; anything else as it was answered."""
    options = form["properties"].get(answer, {}).get("x-ui", {}).get("options", {})
    return dict(options[value]) if isinstance(value, str) and value in options else value
