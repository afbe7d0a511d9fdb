"""Reads what a caller of the signer process put into its question; what is not as agreed is QuestionMalformed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from signing.signer.admission import Question
from signing.signer.errors import QuestionMalformed


def question_of(header: dict[str, Any], blobs: Sequence[bytes]) -> Question:
    """What is to be signed: request and key by name, attributes and revision as octets."""
    try:
        request_id = UUID(text(header, "request"))
        attributes, revision = blobs
    except ValueError as error:
        raise QuestionMalformed("A signature is asked for with a request, attributes and a revision.") from error
    return Question(request_id, text(header, "key"), attributes, revision)


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
