"""Who may decide what, and what a refusal must say. The persons are told apart by their accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from config.sentences import say
from licensing.catalogue.package import Definition
from licensing.catalogue.steps import Step
from licensing.catalogue.terms import Outcome, Provision
from licensing.decisions.errors import (
    ApplicantMayNotDecide,
    OutcomeNotForeseen,
    RecommendationAgainst,
    RecommenderMayNotDecide,
)


def check_separate(decider: UUID, recommenders: Collection[UUID], applicant: UUID) -> None:
    """The decider is neither anybody who ever recommended on this application, nor its applicant."""
    if decider == applicant:
        raise ApplicantMayNotDecide("This is your own application.")
    if decider in recommenders:
        raise RecommenderMayNotDecide("You recommended on this application; somebody else must decide.")


def check_follows(outcome: str, recommended: str) -> None:
    """A grant needs two who want it, who recommends and who decides. A refusal needs no more than one."""
    if outcome == Outcome.GRANTED and recommended != Outcome.GRANTED:
        raise RecommendationAgainst("The recommendation is to refuse; send it back with your reasons.")


def proposing(step: Step, outcome: str) -> str:
    """The action of a `recommend` step that proposes this outcome."""
    return _action(step, [name for name, action in step.actions.items() if action.proposes == outcome])


def deciding(step: Step, outcome: str) -> str:
    """The action of a `decide` step that decides this outcome."""
    return _action(step, [name for name, action in step.actions.items() if action.decides == outcome])


def returning(step: Step) -> str:
    """The action of a step that sends back."""
    return _action(step, [name for name, action in step.actions.items() if action.back_to is not None])


def _action(step: Step, found: Sequence[str]) -> str:
    if not found:
        raise OutcomeNotForeseen(say("The step {step} of the procedure does not foresee this.", step=step.id))
    return found[0]


def remedies_of(definition: Definition, grounds: Sequence[str]) -> list[dict[str, Any]]:
    """For each ground its words, its provision and its remedy, in the order given; then the appeal that is always open.

    Each is `{id, text: {vi, en}, provision, remedy: {vi, en}}`; unknown grounds were refused before.
    """
    known = {ground.id: ground for ground in definition.refusal.grounds}
    found = [
        {
            "id": ground_id,
            "text": _both(known[ground_id].text),
            "provision": provision_text(definition, known[ground_id].provision),
            "remedy": _both(known[ground_id].remedy),
        }
        for ground_id in grounds
    ]
    appeal = definition.refusal
    last = {
        "id": "appeal",
        "text": _both(appeal.appeal),
        "provision": provision_text(definition, appeal.appeal_provision),
    }
    return [*found, last]


def provision_text(definition: Definition, provision: Provision) -> str:
    """A provision as a paper cites it: article, law, number."""
    basis = {item.id: item for item in definition.legal_basis}.get(provision.basis)
    return f"{provision.article}, {basis.title.vi} ({basis.number})" if basis else provision.article


def _both(text: Any) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
