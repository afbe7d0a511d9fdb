"""The words of ETSI EN 319 102-1 (5.1.3, tables 5 and 6) for what was found of one signature."""

from __future__ import annotations

from signing.validation.certificates import Opinion
from signing.validation.integrity import Checked
from signing.validation.report import REVOKED, Integrity, Verdict

PASSED, INDETERMINATE, FAILED = "TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"
INDICATIONS = {Verdict.VALID: PASSED, Verdict.INDETERMINATE: INDETERMINATE}
GOOD = ("PASSED", "NOT_CHECKED")
FAILURES = ("FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID")
BYTES_CHANGED, VALUE_WRONG = "the covered bytes were changed", "does not verify under its certificate"


def judged(opinion: Opinion) -> tuple[str, str | None]:
    """Indication and sub-indication of an intact signature."""
    sub = None if opinion.indication in GOOD else opinion.indication
    indication = INDICATIONS.get(opinion.weight, FAILED)
    if indication == FAILED and sub not in FAILURES:  # where the engine leaves open what a timestamp proves
        sub = "REVOKED" if opinion.why == REVOKED else "EXPIRED"
    return indication, sub


def not_intact(checked: Checked) -> tuple[str, str]:
    """Indication and sub-indication of a signature that is broken or cannot be read."""
    if checked.integrity is Integrity.BROKEN and any(fault.endswith(BYTES_CHANGED) for fault in checked.faults):
        return FAILED, "HASH_FAILURE"
    if checked.integrity is Integrity.BROKEN and VALUE_WRONG in checked.faults:
        return FAILED, "SIG_CRYPTO_FAILURE"
    return FAILED, "FORMAT_FAILURE"
