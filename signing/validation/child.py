"""The program that validates strangers' files: a zygote whose children judge one document each and end.

python -m signing.validation.child BYTES SECONDS
"""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from config.plain import to_bytes
from config.zygote import serve
from signing.trust.anchors import TrustStore
from signing.validation.question import Question
from signing.validation.report import Verdict
from signing.validation.validate import validate

# What libraries load when it is first needed; a child can load nothing any more.
ENCODINGS = (
    "ascii",
    "latin_1",
    "cp1252",
    "idna",
    "utf_8_sig",
    *(f"utf_{b}{e}" for b in (16, 32) for e in ("", "_be", "_le")),
)
LATER = (
    *("pyhanko.pdf_utils.filters", "cryptography.hazmat.backends.openssl.backend"),
    *("stringprep", "lxml.etree", "lxml._elementpath"),
    *(f"encodings.{name}" for name in ENCODINGS),
)
SAMPLE = Path(__file__).with_name("sample.pdf")  # signed, sealed and preserved by the authority of the tests
SAMPLE_ROOT = SAMPLE.with_suffix(".pem")
SAMPLE_AT = datetime(2026, 3, 2, 3, 1, tzinfo=UTC)


def answer(message: bytes) -> bytes:
    """The report on the document in `message`, as JSON."""
    asked, pdf = Question.taken_apart(message)
    return to_bytes(validate(pdf, asked.trust, asked.at, asked.revocation, asked.may_be_unsigned))


def main(arguments: list[str]) -> int:
    """Load everything, validate a document of our own, serve.

    Every child begins with what that left behind, which spares it a tenth of its work; and a program that does not
    find a good document good must not judge others: 1.
    """
    for name in LATER:
        importlib.import_module(name)
    trust = TrustStore.of(x509.load_pem_x509_certificates(SAMPLE_ROOT.read_bytes()))
    if validate(SAMPLE.read_bytes(), trust, SAMPLE_AT).verdict is not Verdict.VALID:
        sys.stderr.write("The validator does not find its own sample valid.\n")
        return 1
    return serve(answer, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
