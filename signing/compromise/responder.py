"""The responder's lost key. Whoever has it can call a revoked certificate good, until the responder's own one ends.

Its certificate says that nobody need ask about it (RFC 6960, 4.2.2.2.1), so that a revocation reaches only those who
ask all the same. What we publish and embed are lists, which the responder does not sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.settings import Settings
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
from signing.pki.revoked import RevocationRegister
from signing.requests.retired import journal_retirement


def own_responder(unit: UnitOfWork) -> dict[str, str]:
    """The key of our own responder; none where another authority answers."""
    return keys_named(unit, "ocsp") if unit.tools[Settings].runs_own_responder else {}


def touched_by_responder(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Its certificates, and the revocations that the thief can deny to whoever asks by OCSP alone."""
    folder = folder_of(unit)
    for certificate in certificates_of(folder, loss.mark):
        until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        yield Touched(
            Fate.REVOKED, "certificates", f"{certificate.serial_number:x}", f"believed by others until {until}"
        )
    for revoked in RevocationRegister(folder).all("issuing"):
        yield Touched(
            Fate.STANDS, "revocations", f"{revoked.serial:x}", "the list says so, which this key does not sign"
        )
    yield Touched(Fate.PUBLISHED_ANEW, "revocation lists", "/crl/issuing.crl")


def revoke_now(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """As of now, invalid since the cut."""
    yield from revoke_as_of(unit, loss, unit.clock.now())


OCSP = KeyClass(
    "ocsp",
    "the responder's key",
    Drill(
        own_responder,
        retired_keys,
        touched_by_responder,
        (retire_file_key, journal_retirement, replace_key, revoke_now),
    ),
)
