"""The one place that turns refusals into HTTP: problem documents (RFC 9457), for the API and everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, json, request
from flask_smorest import Api
from marshmallow import Schema, fields
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from config.access import SignInNeeded
from config.error_pages import http_page, refusal_page
from config.errors import Conflict, NotAllowed, NotFound, Refused, RuleBroken, Unavailable
from config.pages import wants_page

PROBLEM_JSON = "application/problem+json"
STATUS: dict[type[Refused], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    RuleBroken: 422,
    Unavailable: 503,
}
COPIED_HEADERS = ("Allow", "WWW-Authenticate", "Retry-After")
CHANGED = "Somebody changed this meanwhile; load it again."
log = structlog.get_logger()


class ChangedMeanwhile(Conflict):
    """Two people changed the same at the same time; the second learns of it."""


class FaultSchema(Schema):
    pointer = fields.String(metadata={"description": "JSON Pointer (RFC 6901) to the wrong value"})
    detail = fields.String()


class ProblemSchema(Schema):
    """A problem document, RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest with RFC 9457 problems in place of its own error format."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        usual: str = self.DEFAULT_RESPONSE_CONTENT_TYPE  # type: ignore[has-type]
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        try:
            super()._register_responses()
        finally:
            self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def handle_http_exception(self, error: HTTPException) -> Any:
        return answer_http(error)


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem response; `code` is the last part of its type."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        body["errors"] = list(errors)
    response = Response(json.dumps(body), status=status, content_type=PROBLEM_JSON)
    response.headers.update(headers or {})
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def refusal_problem(error: Refused) -> Response:
    """The response to a use case that said no."""
    if isinstance(error, SignInNeeded):
        return problem(401, error.code, error.detail, headers={"WWW-Authenticate": "Bearer"})
    status = status_of(error)
    headers = {"Retry-After": "5"} if status == 503 else None
    return problem(status, error.code, error.detail, cast(Sequence[Mapping[str, str]], error.errors), headers)


def http_problem(error: HTTPException) -> Any:
    """The response to an error of the framework: unknown address, wrong method, unreadable body …"""
    status = error.code or 500
    if status < 400:
        return error
    data: dict[str, Any] = getattr(error, "data", None) or {}
    headers = {name: value for name, value in error.get_headers() if name in COPIED_HEADERS}
    headers |= {name: value for name, value in (data.get("headers") or {}).items() if name in COPIED_HEADERS}
    code = error.name.lower().replace(" ", "-")
    faults = list(_flatten(data.get("messages") or {}, ""))
    return problem(status, code, data.get("message") or error.description or error.name, faults, headers)


def _flatten(messages: Any, pointer: str) -> list[dict[str, str]]:
    """webargs' `{location: {field: [texts]}}` as faults with JSON Pointers; the location itself is left out."""
    if isinstance(messages, str):
        return [{"pointer": pointer, "detail": messages}]
    if isinstance(messages, Mapping):
        locations = ("json", "query", "path", "files", "form", "headers")
        found = []
        for key, value in messages.items():
            step = "" if pointer == "" and key in locations else "/" + str(key).replace("~", "~0").replace("/", "~1")
            found += _flatten(value, pointer + step)
        return found
    return [fault for item in messages for fault in _flatten(item, pointer)]


def status_of(error: Refused) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer_refusal(error: Refused) -> Any:
    """A page for people, a problem document for programs."""
    return refusal_page(error, status_of(error)) if wants_page() else refusal_problem(error)


def answer_http(error: HTTPException) -> Any:
    """As `answer_refusal`, for errors of the framework."""
    return http_page(error) if wants_page() else http_problem(error)


def register_problem_handlers(app: Flask) -> None:
    """Every error of the application leaves as a page or as a problem document; an unknown one is logged and told
    without detail.
    """
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StaleDataError, lambda error: answer_refusal(ChangedMeanwhile(CHANGED)))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        route = request.url_rule.rule if request.url_rule else None  # the address itself may hold a secret
        log.exception("unexpected error", route=route, method=request.method)
        if current_app.testing:
            raise error
        if wants_page():
            return cast(Response, http_page(InternalServerError()))
        return problem(500, "internal", "Something went wrong on our side. Nothing was changed.")
