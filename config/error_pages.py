"""Refusals as pages: what happened, what was kept, what to do next; in the language of the reader.

Problem documents (`problems.py`) stay what programs get. What was typed is offered again where a session or a
form's token had ended.
"""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from config.access import SignInNeeded
from config.errors import Conflict, NotAllowed, NotFound, Refused, RuleBroken, Unavailable
from config.forms import FormTokenWrong, here, token_to_send_again, typed_fields
from config.languages import catalogue, language
from config.security import SAFE_METHODS, CrossSiteRequest
from config.sentences import Sentence, later

# For a reader whose language has no translation of the very sentence: what kind of refusal it is.
GENERAL: dict[type[Refused], str] = {
    NotFound: later("There is no such thing here, or you may not see it."),
    NotAllowed: later("You are not allowed to do this."),
    Conflict: later("It does not fit what is on record now. Nothing was changed."),
    RuleBroken: later("A rule says no. Nothing was changed."),
    Unavailable: later("Another part of the service did not answer. Nothing was lost; try again in a few minutes."),
}
TITLES = {
    400: later("The request cannot be understood"),
    401: later("Your session has ended"),
    403: later("You may not do this"),
    404: later("This page does not exist"),
    405: later("This page cannot be used this way"),
    409: later("Somebody was faster, or it is done already"),
    413: later("The file is too large"),
    415: later("This kind of file is not accepted"),
    422: later("Something is not right yet"),
    429: later("Too many attempts"),
    500: later("Something went wrong on our side"),
    503: later("The service is busy or being repaired"),
}
ADVICE = {
    400: later("Go back and try again."),
    403: later("If you think this is a mistake, call us."),
    404: later("Check the address, or begin at the front page."),
    405: later("Go back and try again."),
    409: later("Load the page again to see how things stand now."),
    413: later("Choose a smaller file: a scan at 150 dots per inch is enough. What you sent before is kept."),
    415: later("Choose a PDF, PNG or JPEG."),
    422: later("Go back, change what is named, and send it again."),
    429: later("Wait a few minutes and try again."),
    500: later("Nothing was changed. Try again; if it happens again, call us and name the time."),
    503: later("Nothing was lost. Try again in a few minutes."),
}


def said(error: Refused) -> str:
    """The refusal's sentence where the reader's language has it; else what kind of refusal it is."""
    detail = error.detail
    pattern = detail.pattern if isinstance(detail, Sentence) else detail
    if language() == "en" or pattern in catalogue(language()):
        return detail
    return next(text for kind, text in GENERAL.items() if isinstance(error, kind))


def refusal_page(error: Refused, status: int) -> Any:
    """The page for a use case that said no."""
    if isinstance(error, SignInNeeded):
        return sign_in_page_or_resend()
    if isinstance(error, FormTokenWrong):
        return _page(403, later("This page is out of date"), error.detail, resend=typed_fields())
    if isinstance(error, CrossSiteRequest):
        return _page(403, TITLES[403], error.detail)
    return _page(status, TITLES[status], said(error), retry_after="5" if status == 503 else None)


def http_page(error: HTTPException) -> Any:
    """The page for an error of the framework."""
    status = error.code or 500
    if status < 400:
        return error
    shown = status if status in TITLES else 500 if status >= 500 else 400
    return _page(status, TITLES[shown], "", retry_after=_retry_after(error))


def sign_in_page_or_resend() -> Any:
    """Nobody is signed in: to the sign-in page and back here afterwards; what was typed into a form is kept."""
    sign_in = url_for(current_app.extensions["sign_in_endpoint"], next=here())
    if request.method in SAFE_METHODS:
        return redirect(sign_in, 303)
    return _page(401, TITLES[401], "", resend=typed_fields(), sign_in=sign_in)


def safe_next(address: str | None) -> str | None:
    """The address to go on to, if it is one of ours: a path, no host, no way around (CWE-601)."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return None
    if any(
        unicodedata.category(sign)[0] in "CZ" for sign in address
    ):  # controls and spaces, some of which browsers drop
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None


def _page(
    status: int,
    title: str,
    detail: str,
    resend: list[tuple[str, str]] | None = None,
    sign_in: str | None = None,
    retry_after: str | None = None,
) -> Response:
    body = render_template(
        "web/error.html",
        status=status,
        title=title,
        detail=detail,
        advice=ADVICE.get(status, ""),
        resend=resend,
        sign_in=sign_in,
        again=token_to_send_again() if sign_in else "",
        address=here(),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = retry_after
    return response


def _retry_after(error: HTTPException) -> str | None:
    data: dict[str, Any] = getattr(error, "data", None) or {}
    given = (data.get("headers") or {}).get("Retry-After") or dict(error.get_headers()).get("Retry-After")
    return str(given) if given else None
