"""What every request must be and every response carries, whoever wrote the view.

Hosts and sizes are limited, JSON is strict, a request that a cookie authorises proves that our own pages sent it,
and responses tell browsers to do as little as possible with them.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_smorest import Api

from config.access import VISITOR
from config.errors import NotAllowed
from config.secret import SecretRetired, end_if_retired, refuse_retired
from config.sentences import later
from config.settings import Settings

JSON_LIMIT = 1_000_000  # bytes
JSON_DEPTH = 32
FORM_TEXT_LIMIT = 500_000  # bytes of a form's fields that are not files
FORM_PARTS = 200
UPLOAD_FRAME = 100_000  # what a form puts around its file
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, a form of our own would send the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000"
SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie"},
}


class CrossSiteRequest(NotAllowed):
    """A request that a cookie would authorise does not prove that a page of ours sent it."""


def register_security(app: Flask, settings: Settings) -> None:
    """Check every request before its view, and complete every response after it."""
    https = settings.public_url.startswith("https://")
    app.config.update(
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=settings.upload_limit + UPLOAD_FRAME,
        MAX_FORM_MEMORY_SIZE=FORM_TEXT_LIMIT,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the session on the way back from an identity provider
        SIGN_IN_COOKIE="__Host-antin" if https else "antin",
        PUBLIC_ORIGIN=_origin_of(settings.public_url),
    )
    app.before_request(lambda: refuse_old_secret(settings))
    app.before_request(refuse_strange_addresses)
    app.before_request(refuse_unproven_requests)
    app.before_request(refuse_loose_bodies)
    app.after_request(lambda response: add_headers(response, https))


def describe_security(api: Api, app: Flask) -> None:
    """The two ways of signing in, for the OpenAPI document."""
    api.spec.components.security_scheme("token", SECURITY_SCHEMES["token"])
    api.spec.components.security_scheme("session", SECURITY_SCHEMES["session"] | {"name": sign_in_cookie(app)})


def refuse_old_secret(settings: Settings) -> None:
    """Nothing that a lost secret signed is taken; a web server's process makes room for one with the new secret."""
    try:
        refuse_retired(settings)
    except SecretRetired:
        if str(request.environ.get("SERVER_SOFTWARE", "")).startswith("gunicorn"):
            end_if_retired(settings)
        raise


def refuse_strange_addresses() -> None:
    """No view and no query meets a control character from an address."""
    if _has_controls(request.path):
        abort(404)
    if any(_has_controls(key) or _has_controls(value) for key, value in request.args.items(multi=True)):
        abort(400, "The query has control characters.")


def refuse_unproven_requests() -> None:
    """A request that changes something and comes with the cookie must come from our own pages.

    One with an Authorization header needs no proof: no other site can add it, and then the cookie is not read.
    """
    if request.method in SAFE_METHODS or "Authorization" in request.headers:
        return
    if sign_in_cookie(current_app) in request.cookies and _sent_by_our_pages() is not True:
        raise CrossSiteRequest(later("This request does not come from our own pages (send the header Origin)."))


def refuse_other_sites() -> None:
    """For views that sign in: another site must not sign its visitor in as somebody else."""
    if _sent_by_our_pages() is False:
        raise CrossSiteRequest(later("This request comes from another site."))


def _sent_by_our_pages() -> bool | None:
    """What the browser says, in headers that no page can forge; None when the client says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return origin in (current_app.config["PUBLIC_ORIGIN"], f"{request.scheme}://{request.host}")
    return None


def refuse_loose_bodies() -> None:
    """Only files may be large. JSON is shallow and means one thing; PostgreSQL can keep all its texts and numbers."""
    if request.mimetype == "application/x-www-form-urlencoded":  # read whole, whatever the limit on a form's fields
        request.max_content_length = FORM_TEXT_LIMIT
    if not request.is_json:
        return
    request.max_content_length = JSON_LIMIT
    content = request.get_data(cache=True)
    if not content:
        return
    try:
        value = json.loads(content, object_pairs_hook=_no_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        abort(400, f"The body is not JSON that can be accepted: {_reason(error)}.")
    if fault := next(_faults(value), None):
        abort(400, f"The body cannot be accepted: {fault}.")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return str(error)


def _faults(value: Any) -> Iterator[str]:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > JSON_DEPTH:
            yield "it is nested too deeply"
        elif isinstance(item, str) and any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in item):
            yield "a text has characters that are none"
        elif isinstance(item, float) and not math.isfinite(item):
            yield "a number is too large"
        elif isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]


def add_headers(response: Response, https: bool) -> Response:
    """The headers that a view did not set itself; what a signed-in person sees is kept by no cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if https:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if g.get("actor", VISITOR) is not VISITOR or "Set-Cookie" in response.headers:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def sign_in_cookie(app: Flask) -> str:
    """The name of the cookie with a session's secret; `__Host-` pins it to this host where there is https."""
    return str(app.config["SIGN_IN_COOKIE"])


def set_sign_in_cookie(response: Response, secret: str, lasts: timedelta) -> None:
    """Give the browser a session's secret, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        sign_in_cookie(current_app),
        secret,
        max_age=lasts,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def clear_sign_in_cookie(response: Response) -> None:
    """Take the secret back."""
    response.delete_cookie(
        sign_in_cookie(current_app),
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)
