"""Verification for everybody: no account, no cookie, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, json, jsonify, request
from flask_smorest import Blueprint
from werkzeug.exceptions import UnsupportedMediaType

from config.access import VISITOR, as_visitor, current_unit, public
from config.pages import prefers_html
from config.sentences import later
from config.storage import Storage
from config.unit_of_work import Work
from registry.entries.codes import parse_register_code
from registry.entries.errors import CodeMalformed, EntryNotFound
from registry.entries.queries import acts_of, current_paper, entry_by_code, handed_out
from registry.log.errors import LeafNotLogged, LogBroken
from registry.log.known_key import learn_log_key
from registry.log.proofs import proof_text
from registry.prints.errors import PrintNotFound
from registry.prints.queries import print_by_number, print_number
from registry.verification.check_file import check_file
from registry.verification.enclosures import published_enclosure
from registry.verification.errors import EvidencePending
from registry.verification.pages import LONGEST_SHOWN, no_licence_page, published_page, verdict_page
from registry.verification.publish import to_bytes
from registry.verification.ready import Ready, ready_answer, stored_answer
from registry.verification.record import record_of
from registry.verification.reports.as_xml import XML_HEADERS, xml_report
from registry.verification.schemas import PublishedSchema, VerdictSchema
from registry.verification.shown import ShownPrint, digest_of
from registry.verification.statement import stated

FILE_TYPES = ("application/pdf", "application/octet-stream")
verification = Blueprint("verification", __name__, description="Is this licence genuine and in force?")


@verification.get("/l/<code>")
@verification.response(200, VerdictSchema)
@verification.alt_response(404, description="No licence has this register code")
@public
def look_up(code: str) -> Response:
    """Look a licence up by its register code. Browsers get a page, unless they add `?format=json`.

    On the page `?copy=3`, as the QR of a certified print says it, also tells whether that print was made.
    """
    if prefers_html() and request.args.get("format") != "json":
        return _look_up_page(code)
    ready = _ready(code)
    now = current_unit().clock.now().isoformat(timespec="seconds")
    response = Response(b'{"as_of":"' + now.encode() + b'",' + ready.body[1:], content_type="application/json")
    response.set_etag(ready.etag, weak=True)
    response.headers["Cache-Control"] = "public, max-age=5"
    response.headers["Vary"] = "Accept"
    response.make_conditional(request)
    return _for_everybody(response)


@verification.get("/verify/digest/<digest>")
@verification.response(200, PublishedSchema)
@public
def known_file(digest: str) -> Response:
    """Whether a file with this SHA-256 was handed out as a licence, so that its holder need not send it.

    Browsers get a page with the whole verdict, by the register's own copy of the same bytes.
    """
    if prefers_html():
        as_visitor()
        return published_page(digest)
    with _reading() as work:
        found = handed_out(work, digest)
    response = jsonify(
        sha256=digest,
        register_code=found.register_code if found else None,
        newest=found.newest if found else None,
        published_at=found.published_at.isoformat() if found and found.published_at else None,
    )
    response.headers["Cache-Control"] = "public, max-age=5"
    response.headers["Vary"] = "Accept"
    return _for_everybody(response)


@verification.get("/v1/licences/<code>/document")
@verification.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@verification.alt_response(404, description="No licence has this register code")
@verification.alt_response(409, description="The evidence is not complete; the file is handed out afterwards")
@verification.alt_response(503, description="The stored file is not the one that the log tells of")
@public
def download(code: str) -> Response:
    """The published licence as PDF."""
    with _reading() as work:
        entry = entry_by_code(work, code)
        paper = current_paper(work, entry.id)
        if paper.published_at is None or paper.published_sha256 is None:
            raise EvidencePending(later("The licence is in force, but its evidence is not complete yet."))
        record = record_of(work, entry)
    content = current_unit().tools[Storage].get(paper.published_sha256)
    if not record.holds(content):
        raise LogBroken(later("The stored file is not the document of this licence."))
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{entry.register_code}.pdf"'
    response.headers["Cache-Control"] = "no-store"  # it names its holder
    return _for_everybody(response)


@verification.get("/v1/licences/<code>/enclosures/<int:number>")
@verification.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@verification.alt_response(404, description="No licence has this register code, or no such file goes out with it")
@verification.alt_response(409, description="The evidence is not complete; the file is handed out afterwards")
@verification.alt_response(503, description="The stored file is not the one that the log tells of")
@public
def enclosure(code: str, number: int) -> Response:
    """A file that goes out with the licence, under the agency's seal. Somebody else drew it: it is saved, not shown."""
    with _reading() as work:
        sha256, name = published_enclosure(work, code, number)
    content = current_unit().tools[Storage].get(sha256)
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return _for_everybody(response)


@verification.get("/v1/licences/<code>/statement")
@verification.response(200, {"type": "object"}, content_type="application/jose+json")
@verification.alt_response(404, description="No licence has this register code")
@verification.alt_response(409, description="The statement is not ready yet")
@public
def statement(code: str) -> Response:
    """The register's answer as of the newest act, signed with the agency's seal (JAdES B-T, as JWS in JSON)."""
    with _reading() as work:
        content = stated(work, code)
    response = Response(content, content_type="application/jose+json")
    response.headers["Content-Disposition"] = f'attachment; filename="{parse_register_code(code)}.jws.json"'
    response.headers["Cache-Control"] = "public, max-age=5"
    return _for_everybody(response)


@verification.get("/v1/licences/<code>/proof")
@verification.response(200, {"type": "string"}, content_type="text/plain")
@verification.alt_response(404, description="No such licence, or it is not in the log yet")
@verification.alt_response(503, description="A part of the log cannot be reached")
@public
def proof(code: str) -> Response:
    """The proof that the licence's newest logged act is in the log (C2SP tlog-proof), the leaf as its extra data."""
    learn_log_key(current_unit())
    with _reading() as work:
        places = [act.index for act in acts_of(work, entry_by_code(work, code).id) if act.index is not None]
        if not places:
            raise LeafNotLogged(later("No signed checkpoint covers this leaf yet."))
        text = proof_text(work, places[-1])
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=5"
    return _for_everybody(response)


@verification.post("/v1/verify")
@verification.doc(
    requestBody={
        "required": True,
        "content": {
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILE_TYPES},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
        },
    },
    responses={
        "200": {
            "content": {
                "application/json": {"schema": VerdictSchema},
                "application/xml": {"schema": {"type": "string"}},
            }
        }
    },
)
@verification.response(200, VerdictSchema)
@verification.alt_response(413, description="The file is too large")
@verification.alt_response(415, description="The body does not say that it is a file")
@verification.alt_response(422, description="The request holds no file")
@verification.alt_response(503, description="Too many documents at once")
@public
def verify() -> Response:
    """Validate a PDF and compare it with the register. The file is not kept.

    With `Accept: application/xml` the answer is the validation report of ETSI TS 119 102-2, with our finding in it.
    """
    content = _sent_file()
    result = check_file(current_unit(), content)
    if _prefers_xml():
        return _for_everybody(Response(xml_report(result, digest_of(content)), headers=XML_HEADERS))
    moment = result.as_of.isoformat(timespec="seconds").encode()
    response = Response(b'{"as_of":"' + moment + b'",' + to_bytes(result)[1:], content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return _for_everybody(response)


def _prefers_xml() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/xml"] > accepted["application/json"]


def _sent_file() -> bytes:
    """The file of a form, or the body that says it is one; a form that holds none, or cannot be read, sends nothing."""
    if upload := request.files.get("file"):
        content: bytes = upload.read()
        return content
    if request.mimetype == "multipart/form-data" or not (body := request.get_data()):
        return b""
    if request.mimetype not in FILE_TYPES:
        raise UnsupportedMediaType
    return body


def _ready(code: str) -> Ready:
    with _reading() as work:
        ready = stored_answer(work, code)
    if ready is not None:
        return ready
    learn_log_key(current_unit())
    with _reading() as work:
        return ready_answer(work, code)


def _look_up_page(code: str) -> Response:
    as_visitor()
    try:
        answer = json.loads(_ready(code).body)
        return verdict_page(answer, current_unit().clock.now(), printed=_named_print(code))
    except (CodeMalformed, EntryNotFound) as refusal:
        return no_licence_page(code, given=isinstance(refusal, EntryNotFound))


def _named_print(code: str) -> ShownPrint | None:
    """The certified print that the address names as `?copy=`; None when it names none."""
    named = request.args.get("copy")
    if named is None:
        return None
    try:
        with _reading() as work:
            found = print_by_number(work, code, print_number(named))
    except PrintNotFound:
        return ShownPrint(named[:LONGEST_SHOWN])
    return ShownPrint(str(found.number), found.printed_at, found.sheets)


@contextmanager
def _reading() -> Iterator[Work]:
    """A visitor's transaction: who is signed in is not even asked."""
    with current_unit().begin(VISITOR) as work:
        yield work


def _for_everybody(response: Response) -> Response:
    """Any page anywhere may read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
