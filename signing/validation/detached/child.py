"""The program that validates strangers' CMS and XML signatures: a zygote whose children judge one each and end.

python -m signing.validation.detached.child BYTES SECONDS
"""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from config.plain import to_bytes
from config.zygote import Ask, serve
from signing.trust.anchors import TrustStore
from signing.validation.child import LATER
from signing.validation.detached.question import DetachedQuestion
from signing.validation.detached.validate import validate_detached
from signing.validation.report import Verdict

# Signed by the authority of the tests, whose root nobody trusts here.
SAMPLES = tuple(Path(__file__).with_name(name) for name in ("sample.p7m", "sample.xml"))
SAMPLES_AT = datetime(2026, 12, 1, tzinfo=UTC)


def answer(message: bytes, ask: Ask) -> bytes:
    """The report on the signature in `message`, as JSON."""
    asked, signature, content = DetachedQuestion.taken_apart(message)
    return to_bytes(validate_detached(signature, content, asked.trust, asked.at, asked.revocation))


def main(arguments: list[str]) -> int:
    """Load everything, validate what we know, serve; 1 where that is not found to be what it is."""
    for name in LATER:
        importlib.import_module(name)
    nobody = TrustStore(roots=())
    for path in SAMPLES:
        sample = path.read_bytes()
        integrity = validate_detached(sample, None, nobody.for_any_issuer(), SAMPLES_AT).verdict
        trusted = validate_detached(sample, None, nobody, SAMPLES_AT).verdict
        if (integrity, trusted) != (Verdict.VALID, Verdict.INDETERMINATE):
            sys.stderr.write(f"The validator does not find its own {path.name} what it is.\n")
            return 1
    return serve(answer, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
