"""A validator that its documents have taken over: it answers with the document itself. Run as a program."""

import sys

from config.zygote import Ask, serve
from signing.validation.question import Question


def answer(message: bytes, ask: Ask) -> bytes:
    """What stands in the place of the document; lines before the last one are said before."""
    *before, last = Question.taken_apart(message)[1].split(b"\n")
    for one in before:
        ask(one)
    return last


if __name__ == "__main__":
    sys.exit(serve(answer, sys.argv[1:]))
