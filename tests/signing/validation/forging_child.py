"""A validator that its documents have taken over: it answers with the document itself. Run as a program."""

import sys

from config.zygote import serve
from signing.validation.question import Question


def answer(message: bytes) -> bytes:
    """What stands in the place of the document."""
    return Question.taken_apart(message)[1]


if __name__ == "__main__":
    sys.exit(serve(answer, sys.argv[1:]))
