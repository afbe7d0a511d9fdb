"""The program that validates strangers' files: a zygote whose children judge one document each and end.

python -m signing.validation.child BYTES SECONDS
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from cryptography import x509

from config.plain import from_bytes, to_bytes
from config.zygote import Ask, serve
from signing.trust.anchors import TrustStore
from signing.trust.revocation import together
from signing.validation.fresh import NOTHING, fetched
from signing.validation.look import carries_damaged, look
from signing.validation.question import Answer, Attachment, Meanwhile, Question, Seen, Wanted
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


def answer(message: bytes, ask: Ask) -> bytes:
    """The answer about the document in `message`, as JSON.

    What is seen of it is told first: the rest may take longer than there is time.
    """
    asked, pdf = Question.taken_apart(message)
    revocation, known, seen = asked.revocation, list[bytes](), Seen()
    if asked.fetch or asked.attachment:
        seen, certificates = look(pdf, asked.attachment)
        if asked.attachment:
            ask(to_bytes(Meanwhile(seen=seen)))
        known, fresh = fetched(certificates, _bring(ask) if asked.fetch else None, asked.trust, asked.at)
        revocation = together(revocation, fresh)
    report = validate(pdf, asked.trust, asked.at, revocation, asked.may_be_unsigned)
    damaged = report.verdict is Verdict.UNREADABLE and asked.attachment is not None
    carries = seen.carries or (damaged and carries_damaged(pdf, cast(Attachment, asked.attachment)))
    digests = frozenset(hashlib.sha256(one).digest() for one in known)
    return to_bytes(Answer(report, digests, carries))


def _bring(ask: Ask) -> Callable[[Wanted], bytes]:
    return lambda wanted: ask(to_bytes(Meanwhile(wanted=wanted)))


def main(arguments: list[str]) -> int:
    """Load everything, validate a document of our own, serve.

    Every child begins with what that left behind, which spares it a tenth of its work; and a program that does not
    find a good document good must not judge others: 1.
    """
    for name in LATER:
        importlib.import_module(name)
    trust = TrustStore.of(x509.load_pem_x509_certificates(SAMPLE_ROOT.read_bytes()))
    question = Question(trust, SAMPLE_AT, fetch=True, attachment=Attachment("none", "none"))
    said = from_bytes(Answer, answer(question.about(SAMPLE.read_bytes()), lambda _: NOTHING))
    if said.report.verdict is not Verdict.VALID:
        sys.stderr.write("The validator does not find its own sample valid.\n")
        return 1
    return serve(answer, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
