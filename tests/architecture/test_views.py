"""Every view says who may call it: `@requires(permission)` or `@public`, never silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView

from app import create_app
from config.access import PUBLIC, public, requires
from config.settings import Settings

FRAMEWORK = {"static", "api-docs.openapi_json"}  # they serve files that are public anyway


def views_of(name: str, view: Callable[..., Any]) -> list[tuple[str, Callable[..., Any]]]:
    """A view function, or each method of a class of views."""
    kind = getattr(view, "view_class", None)
    if kind is None:
        return [(name, view)]
    return [(f"{name}.{method}", getattr(kind, method.lower())) for method in sorted(kind.methods or ())]


def silent_views(functions: Mapping[str, Callable[..., Any]]) -> list[str]:
    """Names of the views that do not say who may call them."""
    every = [pair for name, view in functions.items() if name not in FRAMEWORK for pair in views_of(name, view)]
    return sorted(name for name, view in every if not isinstance(getattr(view, "access", None), str))


@pytest.fixture(scope="module")
def app(settings: Settings, keys: object) -> Flask:
    return create_app(settings)


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    assert silent_views(app.view_functions) == []
    assert len(app.view_functions) >= 20


def test_some_views_are_public_and_some_are_not(app: Flask) -> None:
    said = {getattr(view, "access", PUBLIC) for view in app.view_functions.values()}
    assert PUBLIC in said
    assert len(said) >= 5


def test_the_framework_s_own_views_are_still_there_to_be_excepted(app: Flask) -> None:
    assert FRAMEWORK - {"static"} <= set(app.view_functions)


def test_a_silent_view_is_reported_and_a_class_of_views_method_by_method() -> None:
    class Things(MethodView):
        @requires("read")
        def get(self) -> str:
            return ""

        def post(self) -> str:
            return ""

    sample = Flask("sample", static_folder=None)
    sample.add_url_rule("/silent", "silent", lambda: "")
    sample.add_url_rule("/open", "open", public(lambda: ""))
    sample.add_url_rule("/things", view_func=Things.as_view("things"))
    assert silent_views(sample.view_functions) == ["silent", "things.POST"]
