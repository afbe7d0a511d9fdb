"""The front page: each package adds its section; the order is that in which they register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template

from config.access import public


@dataclass(frozen=True)
class FrontSection:
    """A part of the front page: its template, and what the template is given."""

    template: str
    given: Callable[[], dict[str, Any]] = dict


def add_to_front(app: Flask, section: FrontSection) -> None:
    """Another section below those already there."""
    app.extensions.setdefault("front", []).append(section)


@public
def front() -> str:
    """What most people come for, first."""
    sections: list[FrontSection] = current_app.extensions.get("front", [])
    return render_template("web/front.html", sections=[(section.template, section.given()) for section in sections])


def register_front(app: Flask) -> None:
    """The page at `/`."""
    app.add_url_rule("/", "front", front)
