"""The keys of one folder by name, each with the mark of its public half; retire one, revoke and renew its certificates.

Every function may be cut off and run again: it looks first at what is done already.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509 import ReasonFlags

from config.compromise import Loss
from config.errors import Refused
from config.retired import RetiredKeys
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.compromise.by_hand import steps_by_hand
from signing.pki.authority import ISSUING_NAME
from signing.pki.built_in import ISSUED, load_authority
from signing.pki.issue import Renewal, renew
from signing.pki.keyfiles import password_of, read_certificate
from signing.pki.lists import Lists
from signing.pki.marks import mark_of, spki
from signing.pki.revoke import RevocationOrder, revoke_certificate
from signing.pki.revoked import RevocationRegister


def folder_of(unit: UnitOfWork) -> Path:
    """The folder of keys of this installation."""
    return unit.tools[Settings].keys_folder


def retired_keys(unit: UnitOfWork) -> RetiredKeys:
    """The register of the folder of keys."""
    return RetiredKeys(folder_of(unit))


def keys_named(unit: UnitOfWork, *patterns: str) -> dict[str, str]:
    """The marks of the keys with such file names, by name."""
    found = {}
    for pattern in patterns:
        for path in sorted(folder_of(unit).glob(f"{pattern}.pem")):
            found[path.stem] = mark_of(read_certificate(path))
    return found


def certificates_of(folder: Path, mark: str) -> list[x509.Certificate]:
    """Every certificate that the authority of this folder issued over one key."""
    found = (read_certificate(path) for path in sorted((folder / ISSUED).glob("*.pem")))
    return [certificate for certificate in found if mark_of(certificate) == mark]


def retire_file_key(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """The step that every other follows: from here on the key is refused wherever it is looked up."""
    folder = folder_of(unit)
    shown = [read_certificate(path) for path in [folder / f"{loss.key}.pem"] if path.exists()]  # another's certificate
    known = [*certificates_of(folder, loss.mark), *(one for one in shown if mark_of(one) == loss.mark)]
    public = next((spki(one.public_key()) for one in known), b"")
    done = RetiredKeys(folder).add(loss.retired(unit.clock.now(), base64.b64encode(public).decode()))
    yield f"{loss.key} is retired since {done.at.isoformat(timespec='seconds')}; nothing signs with it any more"


def revoke_as_of(unit: UnitOfWork, loss: Loss, at: datetime) -> Iterator[str]:
    """Revoke every certificate over the lost key, for keyCompromise, invalid since the cut; publish the list."""
    folder, now = folder_of(unit), unit.clock.now()
    found = certificates_of(folder, loss.mark)
    for certificate in found:
        first = certificate.not_valid_before_utc
        since = max(loss.since, first)
        order = RevocationOrder(
            certificate.serial_number, max(at, since), ReasonFlags.key_compromise, since, f"{loss.by}: {loss.reason}"
        )
        done = revoke_certificate(folder, ISSUING_NAME, order, now)
        yield f"certificate {done.serial:x} is revoked as of {done.at.isoformat(timespec='seconds')}"
    if not found:
        yield "BY HAND: tell the authority that issued the certificate; this installation did not"
        return
    yield from publish_list(unit, loss)


def publish_list(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Sign the list of revoked certificates now, where the issuing key can be opened."""
    folder, names = folder_of(unit), unit.tools[Settings].authority
    try:
        issuing = load_authority(folder, names.address, loss.passphrase, names.policy).issuing
        made = Lists({issuing.name: issuing}, RevocationRegister(folder), unit.clock, folder).publish(issuing.name)
    except Refused as refusal:
        yield f"BY HAND: antin signing authority publish-list ({refusal.detail})"
        return
    yield f"list {made.number} is published"


def has_successor(unit: UnitOfWork, loss: Loss) -> bool:
    """Whether another key stands under the name of the lost one by now."""
    return mark_of(read_certificate(folder_of(unit) / f"{loss.key}.pem")) != loss.mark


def replace_key(unit: UnitOfWork, loss: Loss) -> Iterable[str]:
    """A new key with a new certificate under the same name, where both can be made without a person's secret."""
    folder, names = folder_of(unit), unit.tools[Settings].authority
    if has_successor(unit, loss):
        return [f"{loss.key} has a new key"]
    command = f"antin signing renew-certificate {loss.key}"
    if not (folder / f"{loss.key}.p12").exists():
        return steps_by_hand(folder, loss.key, ours=bool(certificates_of(folder, loss.mark)))
    if loss.key.startswith("official-"):
        return [f"BY HAND, with the official, who chooses a new PIN: {command}"]
    if not (folder / f"{loss.key}.pass").exists():
        return [f"BY HAND: {command}; its new password is then in {loss.key}.pass, and no setting holds it any more"]
    try:
        built_in = load_authority(folder, names.address, loss.passphrase, names.policy)
        renew(built_in, loss.key, Renewal(unit.clock.now(), password=password_of(folder, loss.key), by=loss.by))
    except Refused as refusal:
        return [f"BY HAND: {command} ({refusal.detail})"]
    return [f"{loss.key} has a new key"]
