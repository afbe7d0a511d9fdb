"""The catalogue for everybody: which procedures there are, and what one should know before applying."""

from __future__ import annotations

from typing import Any

from flask import render_template

from config.access import begin_work, public
from config.pages import Pages
from licensing.catalogue import words
from licensing.catalogue.queries import offer_on, offers

pages = Pages("catalogue", __name__)


@pages.get("/procedures")
@public
def procedures() -> Any:
    """All procedures, those that take applications first."""
    return render_template("catalogue/procedures.html", **offered())


@pages.get("/procedures/<code>")
@public
def procedure(code: str) -> Any:
    """One procedure: for whom, documents, fee, time, steps, law, result."""
    with begin_work() as work:
        offer = offer_on(work, code, work.clock.today())
    definition = offer.package.definition
    laws = {law.id: law for law in definition.legal_basis}
    shown = words.stages(definition)
    return render_template(
        "catalogue/procedure.html", offer=offer, definition=definition, words=words, laws=laws, stages=shown
    )


def offered() -> dict[str, Any]:
    """What lists of procedures are given, here and on the front page."""
    with begin_work() as work:
        return {"offers": offers(work, work.clock.today()), "words": words}
