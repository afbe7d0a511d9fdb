"""Filling an application in: begin, the questions before the form, and the form page by page. Every step is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request

from config.access import begin_work, requires
from config.errors import RuleBroken
from config.languages import in_language, language, translated
from config.pages import Pages, page_address
from config.sentences import later
from config.unit_of_work import Work
from licensing.accounts.queries import address_state, agencies, organisations_of
from licensing.accounts.roles import APPLY
from licensing.applications import form as forms
from licensing.applications.draft import Draft, draft_of
from licensing.applications.queries import own_drafts
from licensing.applications.rules import eligibility_faults
from licensing.applications.save_draft import DraftChanges, save_draft
from licensing.applications.start import NewApplication, start_application
from licensing.catalogue.queries import Offer, offer_on

pages = Pages("applications", __name__)
ONE = "/applications/<uuid:application_id>"
CHOOSE = later("Choose one.")
HANDED_IN = later("This application was handed in before; it cannot be changed now.")
MYSELF = "-"


@pages.get("/procedures/<code>/apply")
@requires(APPLY)
def begin(code: str) -> Any:
    """Which case, for whom, at which agency; or go on with a draft."""
    with begin_work() as work:
        return _begin_page(work, offer_on(work, code, work.clock.today()))


@pages.post("/procedures/<code>/apply")
@requires(APPLY)
def begin_draft(code: str) -> Any:
    """Begin a draft."""
    given = request.form
    with begin_work() as work:
        offer = offer_on(work, code, work.clock.today())
        faults = {name: CHOOSE for name in ("kind", "agency", "applicant") if not given.get(name)}
        if faults:
            return make_response(_begin_page(work, offer, given, faults), 422)
        applicant = given["applicant"]
        organisation = None if applicant == MYSELF else next(
            (item.id for item in organisations_of(work, work.actor.account_id) if str(item.id) == applicant), None
        )  # fmt: skip
        if organisation is None and applicant != MYSELF:
            return make_response(_begin_page(work, offer, given, {"applicant": CHOOSE}), 422)
        new = NewApplication(code, given["agency"], given["kind"], organisation)
        address = page_address("applications_pages.resume", application_id=start_application(work, new).id)
    return redirect(address, 303)


def _begin_page(
    work: Work, offer: Offer, given: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "applications/begin.html",
        offer=offer,
        definition=offer.package.definition,
        address=address_state(work, work.actor.account_id),
        drafts=own_drafts(work, offer.procedure.code),
        organisations=organisations_of(work, work.actor.account_id),
        agencies=agencies(work),
        given=given or {},
        faults=faults or {},
        myself=MYSELF,
    )


@pages.get(f"{ONE}/continue")
@requires(APPLY)
def resume(application_id: UUID) -> Any:
    """Go on where something is still open."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        address = _first_open(draft) if draft.editable else progress_address(application_id)
    return redirect(address, 303)


def _first_open(draft: Draft) -> str:
    if eligibility_faults(draft.definition.eligibility, draft.application.eligibility) or draft.advice_against():
        return page_address("applications_pages.questions", application_id=draft.id)
    if page := forms.first_open_page(draft.package, draft.application.answers):
        return page_address("applications_pages.form_page", application_id=draft.id, page_id=page.id)
    endpoint = "applications_pages.documents" if draft.faults() else "applications_pages.check"
    return page_address(endpoint, application_id=draft.id)


def progress_address(application_id: UUID) -> str:
    """The page of one application, whatever its state."""
    return page_address("tracking_pages.progress", application_id=application_id)


def closed_to_changes(application_id: UUID) -> Any:
    """To the application as it is: it was handed in, perhaps in another tab."""
    flash(HANDED_IN, "warning")
    return redirect(progress_address(application_id), 303)


def summary(faults: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Faults for the summary on top of a page: each names its field and leads to it."""
    return [
        {
            "text": f"{labels[name]}: {translated(text)}" if name in labels else translated(text),
            "href": f"#{name}" if name else "",
        }
        for name, text in faults.items()
    ]


@pages.get(f"{ONE}/questions")
@requires(APPLY)
def questions(application_id: UUID) -> Any:
    """Whether this licence is needed at all, and possible."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if not draft.editable:
            return closed_to_changes(application_id)
        return _questions_page(draft, {})


@pages.post(f"{ONE}/questions")
@requires(APPLY)
def answer_questions(application_id: UUID) -> Any:
    """Keep what was answered; a wrong version is no harm, for each answer is whole in itself."""
    with begin_work() as work:
        draft = draft_of(work, application_id, lock=True)
        if not draft.editable:
            return closed_to_changes(application_id)
        asked = draft.definition.eligibility
        given = {
            item.id: request.form[item.id] == "yes" for item in asked if request.form.get(item.id) in ("yes", "no")
        }
        save_draft(work, application_id, draft.application.version, DraftChanges(eligibility=given))
        if faults := forms.by_place(eligibility_faults(asked, given)):
            return make_response(_questions_page(draft, dict.fromkeys(faults, CHOOSE)), 422)
        if draft.advice_against():
            address = page_address("applications_pages.questions", application_id=application_id)
        else:
            address = _after(draft, None)
    return redirect(address, 303)


def _questions_page(draft: Draft, faults: Mapping[str, str]) -> str:
    labels = {item.id: in_language(item.question) for item in draft.definition.eligibility}
    return render_template("applications/questions.html", draft=draft, faults=faults, summary=summary(faults, labels))


def _after(draft: Draft, page: forms.FormPage | None) -> str:
    """The page behind this one; behind the last, the documents; back to the check when one came from there."""
    if _from_check():
        return page_address("applications_pages.check", application_id=draft.id)
    ids = [item.id for item in draft.pages]
    number = ids.index(page.id) + 1 if page is not None else 0
    if number < len(ids):
        return page_address("applications_pages.form_page", application_id=draft.id, page_id=ids[number])
    return page_address("applications_pages.documents", application_id=draft.id)


@pages.get(f"{ONE}/form/<page_id>")
@requires(APPLY)
def form_page(application_id: UUID, page_id: str) -> Any:
    """One page of the form, with what was kept."""
    with begin_work() as work:
        draft = draft_of(work, application_id)
        if not draft.editable:
            return closed_to_changes(application_id)
        page = _page(draft, page_id)
        known = forms.faults_of_page(draft.package, page, draft.application.answers) if _from_check() else []
        return _form_page(draft, page, forms.by_place(known), {})


@pages.post(f"{ONE}/form/<page_id>")
@requires(APPLY)
def save_form_page(application_id: UUID, page_id: str) -> Any:
    """Keep what was typed, right or wrong; then say what is wrong, or go on."""
    with begin_work() as work:
        draft = draft_of(work, application_id, lock=True)
        if not draft.editable:
            return closed_to_changes(application_id)
        page, application = _page(draft, page_id), draft.application
        answers, faults = forms.read_page(page, request.form, application.answers, language())
        if request.form.get("version") != str(application.version) and answers != application.answers:
            return make_response(_stale_page(draft, page, answers), 409)
        try:
            save_draft(work, application_id, application.version, DraftChanges(answers=answers))
        except RuleBroken as refusal:  # too much to keep at all
            return make_response(_form_page(draft, page, {"": refusal.detail}, request.form), 422)
        faults += forms.faults_of_page(draft.package, page, answers)
        if faults and request.form.get("then") != "later":
            return make_response(_form_page(draft, page, forms.by_place(faults), request.form), 422)
        address = _after(draft, page)
    return redirect(progress_address(application_id) if request.form.get("then") == "later" else address, 303)


def _from_check() -> bool:
    """Whether one came to change something that was seen on the check page."""
    return request.values.get("from") == "check"


def _page(draft: Draft, page_id: str) -> forms.FormPage:
    for page in draft.pages:
        if page.id == page_id:
            return page
    abort(404)


def _form_page(draft: Draft, page: forms.FormPage, faults: Mapping[str, str], given: Mapping[str, str]) -> str:
    labels = {field.name: in_language(field.label) for field in page.fields}
    answers = draft.application.answers
    values = {field.name: forms.typed(field, answers, language()) for field in page.fields}
    for name in labels if "" in faults else faults:  # what could not be kept is shown as it was typed
        values[name] = given.get(name, values.get(name, ""))
    return render_template(
        "applications/form_page.html",
        draft=draft,
        page=page,
        values=values,
        faults={name: translated(text) for name, text in faults.items()},
        summary=summary(faults, labels),
        came_from=request.values.get("from", ""),
    )


def _stale_page(draft: Draft, page: forms.FormPage, answers: Mapping[str, Any]) -> str:
    """The draft was saved somewhere else: both versions, and the choice."""
    return render_template(
        "applications/stale.html",
        draft=draft,
        page=page,
        rows=forms.differences(page.fields, draft.application.answers, answers, language()),
        typed=[(field.name, request.form.get(field.name, "")) for field in page.fields],
        came_from=request.form.get("from", ""),
    )
