"""The lost key of the issuing authority, and of the root.

Everything below a lost issuing authority is certified anew below the next one, with the same keys where they need no
person's secret; files get timestamps of the new one while the old one is not yet revoked, as for the timestamp
server. The root revokes the old one last. A lost root is nobody's to revoke: a new root is made in a ceremony.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509 import ReasonFlags

from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.errors import Conflict, Refused
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.compromise.timestamps import (
    give_new_evidence,
    resting_on_authority,
    touched_files,
    wait_for_the_next_second,
)
from signing.compromise.keyfolder import certificates_of, folder_of, keys_named, retire_file_key, retired_keys
from signing.pki.authority import ISSUING_NAME, ROOT_NAME
from signing.pki.built_in import load_authority, open_root
from signing.pki.former import make_next, put_aside
from signing.pki.issuance import Act, IssuanceRecord
from signing.pki.issue import Renewal, renew
from signing.pki.keyfiles import password_of, read_certificate
from signing.pki.lists import Lists
from signing.pki.revoke import RevocationOrder, revoke_certificate
from signing.pki.revoked import RevocationRegister
from signing.requests.retired import journal_retirement

CEREMONY = (
    "BY HAND, the ceremony of docs/signing.md: antin signing authority request CARRIED; on the root's machine sign; "
    "then install; then repeat this command"
)
REVOCATION = (
    "BY HAND, on the root's machine: antin signing authority revoke-issuing FOLDER {serial} --reason cACompromise; "
    "then sign-list; here: antin signing authority install-list CARRIED"
)


class CeremonyNeeded(Conflict):
    """The root's key is not here: people have to make the next issuing authority, then the drill goes on."""


def issuing(unit: UnitOfWork) -> dict[str, str]:
    """The issuing authority of this folder."""
    return keys_named(unit, ISSUING_NAME)


def root(unit: UnitOfWork) -> dict[str, str]:
    """The root of this folder, wherever its key is."""
    return keys_named(unit, ROOT_NAME)


def touched_by_issuing(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Every certificate below it, and every file that rests on one of its timestamps."""
    for act in _living(folder_of(unit), ISSUING_NAME):
        since = datetime.fromisoformat(act.at) >= loss.since
        why = f"serial {act.serial}" + (", issued after the cut: ask whoever ordered it" if since else "")
        yield Touched(Fate.REPLACED, "certificates", act.name or act.subject, why)
    yield Touched(
        Fate.DOUBTFUL, "certificates", "others", "what the thief issued is on no record; the register knows none of it"
    )
    yield from touched_files(unit, loss, resting_on_authority)
    yield Touched(Fate.PUBLISHED_ANEW, "revocation lists", "/crl/root.crl")


def touched_by_root(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Everything."""
    yield Touched(Fate.REPLACED, "certificates", "root", "nobody can revoke it: whoever trusts it must be told")
    for name in (ROOT_NAME, ISSUING_NAME):
        for act in _living(folder_of(unit), name):
            if act.name != ROOT_NAME:
                yield Touched(Fate.REPLACED, "certificates", act.name, f"serial {act.serial}")
    yield Touched(Fate.STANDS, "papers", "all", "in the register and its log; what is in neither was never issued")


def next_issuing(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """The last list of the old one, and a new one in its place where the root's key lies here."""
    folder, names = folder_of(unit), unit.tools[Settings].authority
    put_aside(folder, loss.passphrase, unit.clock.now())
    try:
        made = make_next(folder, unit.clock.now(), names.address, names.policy)
    except (Refused, OSError) as refusal:
        raise CeremonyNeeded(CEREMONY) from refusal
    yield f"the issuing authority is {made.subject.rfc4514_string()}"


def certify_anew(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """New certificates for everything that was below the lost one; its services with new keys, seals with their own."""
    folder, names = folder_of(unit), unit.tools[Settings].authority
    built_in = load_authority(folder, names.address, loss.passphrase, names.policy)
    for path in sorted(folder.glob("*.pem")):
        name, certificate = path.stem, _leaf(path)
        if certificate is None or certificate.issuer == built_in.issuing.certificate.subject:
            continue
        packed = (folder / f"{name}.p12").exists()
        if name.startswith("official-") and packed:
            yield f"BY HAND, with the official's PIN: antin signing renew-certificate {name} --same-key"
            continue
        same = name not in ("tsa", "ocsp")
        how = Renewal(unit.clock.now(), same, None, password_of(folder, name) if packed else None, by=loss.by)
        try:
            renew(built_in, name, how)
        except Refused as refusal:
            yield f"BY HAND: antin signing renew-certificate {name} ({refusal.detail})"
            continue
        yield f"{name} has a new certificate"


def new_evidence(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Every file whose newest timestamp comes from below the lost one."""
    yield from give_new_evidence(unit, loss, resting_on_authority)


def revoke_issuing(unit: UnitOfWork, loss: Loss) -> Iterable[str]:
    """By the root, last, as of now: what the new timestamps cover was there before."""
    wait_for_the_next_second(unit)
    folder, now = folder_of(unit), unit.clock.now()
    lines = []
    for certificate in certificates_of(folder, loss.mark):
        since = max(loss.since, certificate.not_valid_before_utc)
        order = RevocationOrder(
            certificate.serial_number, now, ReasonFlags.ca_compromise, since, f"{loss.by}: {loss.reason}"
        )
        try:
            authority = open_root(folder, None)
        except (Refused, OSError):
            lines.append(REVOCATION.format(serial=f"{certificate.serial_number:x}"))
            continue
        revoke_certificate(folder, ROOT_NAME, order, now)
        Lists({ROOT_NAME: authority}, RevocationRegister(folder), unit.clock, folder).publish(ROOT_NAME)
        lines.append(f"certificate {certificate.serial_number:x} is revoked by the root")
    return lines


def new_root_by_hand(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """A root is made by people, on another machine."""
    yield "BY HAND: the ceremony for a new root, as docs/compromise.md says; tell everybody who trusts the old one"


def _living(folder: Path, issuer: str) -> list[Act]:
    register = RevocationRegister(folder)
    acts = IssuanceRecord(folder).acts()
    return [
        a for a in acts if a.issuer == issuer and a.act != "revoked" and not register.find(issuer, int(a.serial, 16))
    ]


def _leaf(path: Path) -> x509.Certificate | None:
    """The certificate of a key of a person, a seal or a service; None for everything else."""
    if path.name.endswith(".key.pem") or path.stem in (ROOT_NAME, ISSUING_NAME):
        return None
    return read_certificate(path)


ISSUING = KeyClass(
    ISSUING_NAME,
    "the issuing authority's key",
    Drill(
        issuing,
        retired_keys,
        touched_by_issuing,
        (retire_file_key, journal_retirement, next_issuing, certify_anew, new_evidence, revoke_issuing),
    ),
)
ROOT = KeyClass(
    ROOT_NAME,
    "the root's key",
    Drill(root, retired_keys, touched_by_root, (retire_file_key, journal_retirement, new_root_by_hand)),
)
