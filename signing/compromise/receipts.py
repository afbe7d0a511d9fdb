"""The lost key of receipts. It signs no agency's paper, so that no licence is touched.

A receipt that was finished before the cut has a timestamp to show for it: it stands. What came later cannot be told
from what the thief made by looking at it; what is on record is signed anew with the next key, under the same name.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.unit_of_work import UnitOfWork
from signing.compromise.keyfolder import (
    certificates_of,
    folder_of,
    keys_named,
    replace_key,
    retire_file_key,
    retired_keys,
    revoke_as_of,
)
from signing.receipts.sign_anew import begin_unfinished, doubted, sign_anew, stands
from signing.requests.retired import journal_retirement

AT_ONCE = 50  # receipts of one transaction: each has its job with it


def receipt_key(unit: UnitOfWork) -> dict[str, str]:
    """The key of receipts of this installation."""
    return keys_named(unit, "receipt")


def touched_by_receipt_key(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Its certificates, and what was signed with it; changes nothing."""
    for certificate in certificates_of(folder_of(unit), loss.mark):
        until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        yield Touched(Fate.REVOKED, "certificates", f"{certificate.serial_number:x}", f"would end on {until}")
    with unit.begin(SYSTEM) as work:
        before, after = stands(work, loss.mark, loss.since), doubted(work, loss.mark, loss.since)
    for row in before:
        yield Touched(Fate.STANDS, "receipts", row.subject, f"its timestamp is older than the cut: {row.kind}")
    for row in after:
        yield Touched(Fate.SIGNED_ANEW, "receipts", row.subject, row.kind)
    yield Touched(Fate.PUBLISHED_ANEW, "revocation lists", "/crl/issuing.crl")


def revoke_receipt_key(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """As of the cut."""
    yield from revoke_as_of(unit, loss, loss.since)


def order_receipts_anew(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """A job for each receipt that is to be signed anew, and for each that is not finished; a repeat adds no receipt."""
    with unit.begin(SYSTEM) as work:
        begun = begin_unfinished(work, loss.mark)
    found = 0
    while True:
        with unit.begin(SYSTEM) as work:
            rows = doubted(work, loss.mark, loss.since, AT_ONCE)
            for row in rows:
                sign_anew(work, row)
        found += len(rows)
        if len(rows) < AT_ONCE:
            break
    yield f"{found} receipts are being signed anew, {begun} that were not finished are begun again"


RECEIPT = KeyClass(
    "receipt",
    "the key of receipts and reports that the service signs itself",
    Drill(
        receipt_key,
        retired_keys,
        touched_by_receipt_key,
        (retire_file_key, journal_retirement, revoke_receipt_key, replace_key, order_receipts_anew),
    ),
)
