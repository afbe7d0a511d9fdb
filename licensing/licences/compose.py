"""Typeset the licence and add its two empty signature fields (issuance step 2b). No database, no key."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from config.settings import Settings
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from licensing.catalogue.package import Box as Place
from licensing.catalogue.typesetting import template_folder
from licensing.images.stamps import Corners
from licensing.licences.layout import Facts, blanks_needed, layout_data, licence_json
from licensing.papers.qr import qr_svg
from signing.pades.fields import Box, Labels, add_signature_fields

LABELS = Labels("Chữ ký số của người có thẩm quyền", "Chữ ký số của cơ quan (con dấu)")


def compose(unit: UnitOfWork, facts: Facts) -> bytes:
    """The document ready to be signed: PDF/A-3a, PDF/UA-1, with `licence.json` inside and all fields empty.

    The same facts give the same bytes, so that a repeat finds the same digest.
    """
    official, seal = (Box(*corners) for corners in field_boxes(facts))
    return add_signature_fields(typeset_licence(unit, facts), official, seal, LABELS, blanks_needed(facts))


def typeset_licence(unit: UnitOfWork, facts: Facts) -> bytes:
    """The licence as a document, without its fields."""
    files = {"licence.json": licence_json(facts), "qr.svg": qr_svg(facts.verify_at)}
    return typeset_from(unit, facts, layout_data(facts), files)


def typeset_from(unit: UnitOfWork, facts: Facts, data: dict[str, Any], files: dict[str, bytes]) -> bytes:
    """The layout of the procedure with the data and files given."""
    return unit.tools[Typesetter].typeset(
        template_folder(facts.package, unit.tools[Settings].data_folder / "templates"),
        facts.definition.result.template,
        data,
        at=datetime.combine(facts.prepared_on, time(0), UTC),
        files=files,
    )


def field_boxes(facts: Facts) -> tuple[Corners, Corners]:
    """Where the official's signature and the seal stand, as (x1, y1, x2, y2) in points: in the layout's places."""
    boxes = facts.definition.result.boxes
    return facts.images.places(_corners(boxes["official"]), _corners(boxes["seal"]))


def _corners(place: Place) -> Corners:
    x, y = float(place.x), float(place.y)
    return x, y, x + float(place.width), y + float(place.height)
