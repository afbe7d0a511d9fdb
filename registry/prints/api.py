"""Whether the certified print that somebody holds was made, for everybody: no account, no cookie, no names."""

from __future__ import annotations

from flask import Response, jsonify
from flask_smorest import Blueprint

from config.access import VISITOR, current_unit, public
from registry.entries.codes import parse_register_code
from registry.prints.queries import print_by_number
from registry.prints.schemas import PublicPrintSchema

prints = Blueprint("prints", __name__, url_prefix="/v1", description="Certified prints of licences")


@prints.get("/licences/<code>/prints/<int:number>")
@prints.response(200, PublicPrintSchema)
@prints.alt_response(404, description="No licence has this register code, or no print of it this number")
@public
def certified_print(code: str, number: int) -> Response:
    """Whether a print with this number was made of this licence, and when. What the licence is worth is asked apart."""
    with current_unit().begin(VISITOR) as work:
        found = print_by_number(work, code, number)
    response = jsonify(
        register_code=parse_register_code(code),
        number=found.number,
        printed_at=found.printed_at.isoformat(),
        sheets=found.sheets,
    )
    response.headers["Cache-Control"] = "public, max-age=5"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
