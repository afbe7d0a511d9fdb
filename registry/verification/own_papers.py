"""What the service, or an agency through it, signed and what is no licence: said to be just that, never green.

It allows nobody to do anything, so the log does not have it. Rows alone vouch for it, and only after its signatures
were found good: whoever inserts rows can make a good signature amber that would be red without, and nothing green.
"""

from __future__ import annotations

import hashlib

from config.unit_of_work import Work
from registry.verification.result import Finding
from signing.pades.fields import RECEIPT
from signing.receipts.queries import receipt_with
from signing.requests.queries import sealed_as
from signing.validation.apart import Hearsay
from signing.validation.report import Integrity, Report, Verdict

LICENCE = "licence"  # the purpose of documents that belong into the register, and count by what stands there alone


def as_receipt(work: Work, pdf: bytes, report: Report) -> Finding | None:
    """A file that the service signed itself; None for everything else, and while its signature cannot be judged."""
    signature = report.of(RECEIPT)
    if signature is None or signature.integrity is not Integrity.INTACT:
        return None
    filed = receipt_with(work, hashlib.sha256(pdf).hexdigest())
    if filed is None or filed.certificate is None:
        return None
    if hashlib.sha256(filed.certificate).hexdigest() != signature.certificate_sha256:
        return None
    if report.verdict is Verdict.VALID:
        return Finding.RECEIPT
    return Finding.RECEIPT_KEY_LOST if report.only_revoked else None


def as_paper(work: Work, hearsay: Hearsay) -> Finding | None:
    """A paper that an agency sealed here, such as a refusal; None for whatever carries a licence's data.

    The octets as far as the seal must be those that a request on record ended with; what follows was validated.
    """
    if hearsay.seal is None or hearsay.carries or hearsay.report.verdict is not Verdict.VALID:
        return None
    request = sealed_as(work, hashlib.sha256(hearsay.seal.sealed_revision).hexdigest())
    return Finding.PAPER if request is not None and request.purpose != LICENCE else None
