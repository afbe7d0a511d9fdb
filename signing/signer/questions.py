"""Reads what a caller of the signer process put into its question; what is not as agreed is QuestionMalformed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from signing.signer.admission import Question
from signing.signer.authorisations import MOST_DOCUMENTS
from signing.signer.errors import QuestionMalformed


def question_of(header: dict[str, Any], blobs: Sequence[bytes]) -> Question:
    """What is to be signed: request and key by name, attributes and revision as octets."""
    try:
        attributes, revision = blobs
    except ValueError as error:
        raise QuestionMalformed("A signature is asked for with attributes and a revision.") from error
    return Question(request_of(header), text(header, "key"), attributes, revision)


def enclosure_of(header: dict[str, Any], blobs: Sequence[bytes]) -> tuple[Question, bytes]:
    """What is to be sealed of a file that goes out with a document, and that document as its official signed it."""
    if len(blobs) != 3:
        raise QuestionMalformed("An enclosure is sealed with attributes, a revision and the signed document.")
    attributes, revision, signed = blobs
    return Question(request_of(header), text(header, "key"), attributes, revision), signed


def request_of(header: dict[str, Any]) -> UUID:
    """The id of the request that a question is about."""
    try:
        return UUID(text(header, "request"))
    except ValueError as error:
        raise QuestionMalformed("request: must be the id of a request.") from error


def documents_of(header: dict[str, Any]) -> dict[UUID, str]:
    """Digests (SHA-256, hex) by request, one to MOST_DOCUMENTS."""
    given = header.get("documents")
    if not isinstance(given, dict) or not 0 < len(given) <= MOST_DOCUMENTS:
        raise QuestionMalformed(f"documents: must be 1 to {MOST_DOCUMENTS} digests by request.")
    try:
        return {UUID(request_id): str(document) for request_id, document in given.items()}
    except ValueError as error:
        raise QuestionMalformed("documents: must be digests by request.") from error


def text(header: dict[str, Any], name: str, longest: int = 512) -> str:
    """A text that is neither empty nor longer than that."""
    value = header.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise QuestionMalformed(f"{name}: must be a text.")
    return value


def number(header: dict[str, Any], name: str) -> int:
    """A number that is not negative."""
    value = header.get(name)
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise QuestionMalformed(f"{name}: must be a number.")
    return value
