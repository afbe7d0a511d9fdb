"""The program that validates strangers' files: a zygote whose children judge one document each and end.

python -m signing.validation.child BYTES SECONDS
"""

from __future__ import annotations

import importlib
import sys

from config.plain import to_bytes
from config.zygote import serve
from signing.validation.question import Question
from signing.validation.validate import validate

# What libraries load when it is first needed; a child can load nothing any more.
LATER = ("pyhanko.pdf_utils.filters", "cryptography.hazmat.backends.openssl.backend", "encodings.idna", "stringprep")


def answer(message: bytes) -> bytes:
    """The report on the document in `message`, as JSON."""
    asked, pdf = Question.taken_apart(message)
    return to_bytes(validate(pdf, asked.trust, asked.at, asked.revocation, asked.may_be_unsigned))


def main(arguments: list[str]) -> int:
    """Load everything, then serve."""
    for name in LATER:
        importlib.import_module(name)
    return serve(answer, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
