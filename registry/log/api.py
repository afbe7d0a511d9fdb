"""The log for everybody: checkpoint, tiles and key, as C2SP tlog-tiles lays them out."""

from __future__ import annotations

import re

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from config.access import VISITOR, current_unit, public
from config.settings import Settings
from registry.log.errors import TileNotFound
from registry.log.known_key import learn_log_key, log_key
from registry.log.proofs import proof_text
from registry.log.tiles import CHECKPOINT, Tiles
from signing.requests.checkpoint import log_handover

log = Blueprint("log", __name__, url_prefix="/log", description="The transparency log")
proofs = Blueprint("proofs", __name__, url_prefix="/v1/log", description="Proofs that a leaf is in the log")
TILE = re.compile(r"tile/(?:[0-5]|entries)/(?:x\d{3}/)*\d{3}(?:\.p/(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?")


class PlaceSchema(Schema):
    """Which leaf, counted from 0."""

    index = fields.Integer(required=True, validate=validate.Range(min=0, max=2**53 - 1))


@log.get("/checkpoint")
@log.response(200, {"type": "string"}, content_type="text/plain")
@log.alt_response(404, description="Nothing is in the log yet")
@public
def checkpoint() -> Response:
    """The newest signed tree head (C2SP tlog-checkpoint)."""
    return _file(CHECKPOINT, "text/plain; charset=utf-8", "public, max-age=5")


@log.get("/tile/<path:path>")
@log.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@log.alt_response(404, description="The log has no such tile")
@public
def tile(path: str) -> Response:
    """A tile of hashes, or a bundle of leaves; it never changes."""
    name = f"tile/{path}"
    if not TILE.fullmatch(name):
        raise TileNotFound("The log has no such tile.")
    return _file(name, "application/octet-stream", "public, max-age=31536000, immutable")


@log.get("/keys")
@log.response(200, {"type": "string"}, content_type="text/plain")
@log.alt_response(503, description="The signer process does not answer")
@public
def keys() -> Response:
    """The verifier key of the log's checkpoints."""
    learn_log_key(unit := current_unit())
    key = log_key(unit)
    return _answer(key.text.encode() + b"\n", "text/plain; charset=utf-8", "public, max-age=300")


@log.get("/handover")
@log.response(200, {"type": "string"}, content_type="text/plain")
@log.alt_response(404, description="The log's key was never lost")
@log.alt_response(503, description="The signer process does not answer")
@public
def handover() -> Response:
    """Which key took the place of a lost one, as a note that the present key signed."""
    unit = current_unit()
    note = log_handover(unit.tools, unit.tools[Settings].log_origin)
    if not note:
        raise TileNotFound("The key of the log was never lost.")
    return _answer(note.encode(), "text/plain; charset=utf-8", "public, max-age=300")


@proofs.get("/proof")
@proofs.arguments(PlaceSchema, location="query")
@proofs.response(200, {"type": "string"}, content_type="text/plain")
@proofs.alt_response(404, description="No signed checkpoint covers such a leaf")
@proofs.alt_response(503, description="A part of the log cannot be reached")
@public
def prove(place: dict[str, int]) -> Response:
    """The proof that a leaf is in the log (C2SP tlog-proof), the leaf as its extra data."""
    unit = current_unit()
    learn_log_key(unit)
    with unit.begin(VISITOR) as work:
        text = proof_text(work, place["index"])
    return _answer(text.encode(), "text/plain; charset=utf-8", "public, max-age=5")


def _file(name: str, kind: str, cache: str) -> Response:
    content = Tiles(current_unit().tools[Settings].log_folder).read(name)
    if content is None:
        raise TileNotFound("The log has no such tile.")
    return _answer(content, kind, cache)


def _answer(content: bytes, kind: str, cache: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
