"""Typeset the licence and add its two empty signature fields (issuance step 2b). No database, no key."""

from __future__ import annotations

from typing import Any

from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.catalogue.package import Box as Place
from licensing.catalogue.typesetting import template_folder
from licensing.images.stamps import Corners
from licensing.licences.layout import Facts, blanks_needed, layout_data, licence_json
from licensing.papers import typesetting
from licensing.papers.qr import qr_svg
from licensing.papers.typesetting import Sheet
from signing.pades.fields import Box


def compose(unit: UnitOfWork, facts: Facts) -> bytes:
    """The document ready to be signed: PDF/A-3a, PDF/UA-1, with `licence.json` inside and all fields empty.

    The same facts give the same bytes, so that a repeat finds the same digest.
    """
    (official, seal), places = field_boxes(facts), facts.definition.result.boxes
    boxes = Box(*official, page=places["official"].page - 1), Box(*seal, page=places["seal"].page - 1)
    return typesetting.compose(unit, _sheet(unit, facts), boxes, blanks_needed(facts))


def typeset_licence(unit: UnitOfWork, facts: Facts) -> bytes:
    """The licence as a document, without its fields."""
    return typesetting.typeset(unit, _sheet(unit, facts))


def _sheet(unit: UnitOfWork, facts: Facts) -> Sheet:
    files = {"licence.json": licence_json(facts), "qr.svg": qr_svg(facts.verify_at)}
    return sheet_of(unit, facts, layout_data(facts), files)


def sheet_of(unit: UnitOfWork, facts: Facts, data: dict[str, Any], files: dict[str, bytes]) -> Sheet:
    """The layout of the procedure with the data and files given."""
    folder = template_folder(facts.package, unit.tools[Settings].data_folder / "templates")
    return Sheet(folder, facts.definition.result.template, data, files, facts.prepared_on)


def field_boxes(facts: Facts) -> tuple[Corners, Corners]:
    """Where the official's signature and the seal stand, as (x1, y1, x2, y2) in points: in the layout's places."""
    boxes = facts.definition.result.boxes
    return facts.images.places(_corners(boxes["official"]), _corners(boxes["seal"]))


def _corners(place: Place) -> Corners:
    x, y = float(place.x), float(place.y)
    return x, y, x + float(place.width), y + float(place.height)
