"""Verification in a browser: the box to ask with, and the verdict. The same for everybody; nobody is asked who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from config.access import VISITOR, current_unit, public
from config.pages import Pages, page_address
from config.secret import secret_of
from config.sentences import later
from config.settings import Settings
from registry.entries.codes import parse_register_code
from registry.entries.errors import CodeMalformed
from registry.entries.queries import code_of_published
from registry.verification.check_file import Looked, check_published, look_at_file
from registry.verification.contacts import whom_to_call
from registry.verification.detailed import shown_changes, shown_history
from registry.verification.drawn import shown_comparison
from registry.verification.errors import FileUnknown, NoDocument, TooManyDocuments
from registry.verification.evidence import NO_LICENCE, Evidence, sealed
from registry.verification.publish import to_json
from registry.verification.reports.ticket import Ticket, signed
from registry.verification.result import Colour, Finding
from registry.verification.shown import ShownPrint, digest_of, last_day, paper_rows, shown_signatures
from registry.verification.words import ADVICE, DESPITE, STATUS_WORDS, WORDS
from signing.anchors.queries import titles
from signing.trust.anchors import INSTALLATION

pages = Pages("verification", __name__, for_visitors=True)
BRIEFLY = "public, max-age=5"  # as long as the answer for programs
LONGEST_SHOWN = 60  # characters of a text that somebody typed or put into an address
# the sign in the circle beside the words, drawn in 34 × 34
ICONS = {Colour.GREEN: "M9 17.5l6 6L26 11.5", Colour.AMBER: "M17 8v11M17 25v.5", Colour.RED: "M10 10l14 14M24 10 10 24"}

CODE_MISSING = later("Type the register code that is printed on the licence.")
CODE_WRONG = later("This is no register code: a character is wrong or missing. Compare it with the paper, one by one.")
FILE_MISSING = later("Choose the PDF of the licence first.")
FILE_EMPTY = later("This file is empty. Choose the PDF of the licence.")
FILE_TOO_LARGE = later("This file is too large to be checked here. Use the register code printed on the licence.")
BUSY = later("Other files are being checked just now. Wait a few seconds and try again.")


@pages.get("/verify")
@public
def verify_form() -> Any:
    """The box to ask with; a code that was typed into it leads on to its licence."""
    typed = request.args.get("code")
    if typed is None:
        return form_page()
    try:
        code = parse_register_code(typed.rpartition("/l/")[2])  # also the whole address that a QR code holds
    except CodeMalformed:
        return form_page(422, code=typed[:LONGEST_SHOWN], code_fault=CODE_WRONG if typed.strip() else CODE_MISSING)
    return redirect(page_address("verification.look_up", code=code), 303)


@pages.post("/verify")
@public
def verify_upload() -> Any:
    """The verdict on a file that was sent. One that we handed out has an address of its own; no other is kept."""
    try:
        upload = request.files.get("file")
        content = upload.read() if upload is not None else b""
        known = _known_code(digest_of(content))
        if known is not None:
            return redirect(page_address("verification.known_file", digest=digest_of(content)), 303)
        looked = look_at_file(current_unit(), content)
    except RequestEntityTooLarge:
        return form_page(413, file_fault=FILE_TOO_LARGE)
    except NoDocument:
        chosen = upload is not None and bool(upload.filename)
        return form_page(422, file_fault=FILE_EMPTY if chosen else FILE_MISSING)
    except TooManyDocuments:
        return form_page(503, file_fault=BUSY)
    digest = digest_of(content)
    return result_page(looked, digest, _ticket(looked, digest, len(content)))


def published_page(digest: str) -> Response:
    """The verdict on a file that stayed with its holder, who named its digest."""
    try:
        result, size = check_published(current_unit(), digest)
        document = (result.licence or {}).get("document") or {}
        earlier = result.enclosure is None and document.get("sha256", digest) != digest
        file, ticket = "earlier" if earlier else "known", _ticket(Looked(result), digest, size)
        return verdict_page(to_json(result), result.as_of, file, digest=digest, ticket=ticket)
    except FileUnknown:
        return _page("verification/unknown_file.html", 404, BRIEFLY, **form_values())
    except TooManyDocuments:
        return form_page(503, file_fault=BUSY)


def result_page(looked: Looked, digest: str | None = None, ticket: str | None = None) -> Response:
    """The verdict on a file that was sent; it is nobody else's business, so its page is kept nowhere."""
    answer = to_json(looked.result)
    return verdict_page(answer, looked.result.as_of, "sent", looked=looked, digest=digest, ticket=ticket)


def verdict_page(
    answer: Mapping[str, Any],
    as_of: datetime,
    file: str | None = None,
    *,
    printed: ShownPrint | None = None,
    looked: Looked | None = None,
    digest: str | None = None,
    ticket: str | None = None,
) -> Response:
    """The verdict in words, what the paper should say, what to do; `file` tells how a file was checked.

    `printed` is the certified print whose number was asked for; `looked` has the pictures of a file's pages, `digest`
    is its SHA-256, and `ticket` is what a report on it is made of.
    """
    licence, finding = answer["licence"], Finding(answer["finding"])
    code = licence["register_code"] if licence else None
    return _page(
        "verification/verdict.html",
        200,
        "no-store" if file == "sent" else BRIEFLY,
        **_answer_shown(answer, licence, finding),
        comparison=shown_comparison(looked.comparison) if looked is not None and looked.comparison else None,
        as_of=as_of,
        zone=zone_of(as_of),
        file=file,
        printed=printed,
        **what_to_do(Evidence(finding, str(answer["verdict"]), code, digest, as_of)),
        ticket=ticket,
        signs_reports=current_app.extensions["settings"].reports_an_hour > 0,
    )


def _answer_shown(answer: Mapping[str, Any], licence: Mapping[str, Any] | None, finding: Finding) -> dict[str, Any]:
    """The answer as the page says it; one that was kept from before has no list of enclosures."""
    details, colour = answer.get("details"), Colour(answer["verdict"])
    groups = group_titles(answer["signatures"])
    return {
        "answer": answer,
        "licence": licence,
        "colour": str(colour),
        "icon": ICONS[colour],
        "words": WORDS[finding],
        "advice": ADVICE[finding],
        "status": STATUS_WORDS[licence["status"]] if licence else None,
        "until": last_day(licence) if licence else None,
        "rows": paper_rows(licence) if licence else [],
        "signatures": shown_signatures(answer["signatures"], groups, red=colour is Colour.RED),
        "despite": DESPITE.get(finding),
        "enclosure": answer.get("enclosure"),
        "enclosures": licence.get("enclosures", ()) if licence else (),
        "details": details,
        "history": shown_history(details) if details else [],
        "changes": shown_changes(details) if details and details["history"] else None,
    }


def no_licence_page(text: str, *, given: bool) -> Response:
    """Nothing has this code: red where a code could be right, a mistake of the hand where none can be."""
    now = current_unit().clock.now()
    return _page(
        "verification/no_licence.html",
        404,
        BRIEFLY,
        well_formed=given,
        as_of=now,
        zone=zone_of(now),
        **(what_to_do(Evidence(NO_LICENCE, Colour.RED, parse_register_code(text), None, now)) if given else {}),
        **form_values(text[:LONGEST_SHOWN]),
    )


def what_to_do(told: Evidence) -> dict[str, Any]:
    """Whom to call, and the evidence for a report; of a green verdict there is nothing to do."""
    if told.colour == Colour.GREEN:
        return {"evidence": None, "contact": None}
    with current_unit().begin(VISITOR) as work:
        contact = whom_to_call(work, told.register_code)
    days = current_app.extensions["settings"].report_days
    secret = str(current_app.config["SECRET_KEY"])
    return {"evidence": sealed(told, secret), "told": told, "contact": contact, "keep_days": days}


def group_titles(signatures: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """What the groups of anchors are called in which paths ended."""
    if not any(one.get("trust_group") not in (None, INSTALLATION) for one in signatures):
        return {}
    with current_unit().begin(VISITOR) as work:
        return titles(work)


def form_page(
    status: int = 200, code: str = "", code_fault: str | None = None, file_fault: str | None = None
) -> Response:
    """The box to ask with, with what is wrong with what was asked."""
    values = form_values(code, code_fault, file_fault)
    response = _page("verification/form.html", status, BRIEFLY if status == 200 else "no-store", **values)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def form_values(code: str = "", code_fault: str | None = None, file_fault: str | None = None) -> dict[str, Any]:
    """What the box is given; also on the front page."""
    limit = current_app.extensions["settings"].upload_limit
    return {"code": code, "code_fault": code_fault, "file_fault": file_fault, "limit": limit}


def zone_of(moment: datetime) -> str:
    """The installation's time zone at a moment: `UTC+7`, `UTC-3:30`."""
    settings: Settings = current_app.extensions["settings"]
    offset = f"{moment.astimezone(settings.time_zone):%z}"
    minutes = "" if offset[3:5] == "00" else f":{offset[3:5]}"
    return f"UTC{offset[0]}{int(offset[1:3])}{minutes}"


def _ticket(looked: Looked, digest: str, size: int) -> str | None:
    ticket = Ticket.of(looked, digest, size)
    return None if ticket is None else signed(ticket, secret_of(current_app.extensions["settings"]))


def _known_code(digest: str) -> str | None:
    with current_unit().begin(VISITOR) as work:
        return code_of_published(work, digest)


def _page(template: str, status: int, kept: str, /, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = kept
    return response
