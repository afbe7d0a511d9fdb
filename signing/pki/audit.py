"""Looks whether what the authority did and what is on record agree; changes nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from signing.pki.built_in import ISSUED
from signing.pki.errors import KeyFolderUnusable, RecordBroken
from signing.pki.issuance import Act, IssuanceRecord
from signing.pki.keyfiles import read_certificate
from signing.pki.revoked import RevocationRegister
from signing.pki.token_journal import JournalEnd, read_journal


def audit(keys: Path, tsa: Path) -> list[str]:
    """A line for everything that does not agree in the folder of keys and in that of the timestamp server."""
    try:
        acts = IssuanceRecord(keys).acts()
        faults = [*_certificates(keys, acts), *_revocations(keys, acts)]
    except (RecordBroken, KeyFolderUnusable) as error:
        faults = [error.detail]
    try:
        read_journal(tsa, JournalEnd())
    except RecordBroken as error:
        faults.append(error.detail)
    return faults


def _certificates(keys: Path, acts: Sequence[Act]) -> Iterator[str]:
    """Certificates that are not on record, or are not as they are on record.

    One that is on record and nowhere else is no fault: its making was cut off before anybody had it.
    """
    known = {act.serial: act for act in acts if act.act != "revoked"}
    issuers = set[x509.Name]()
    for path in sorted((keys / ISSUED).glob("*.pem")):
        certificate = read_certificate(path)
        issuers.add(certificate.issuer)
        act = known.get(f"{certificate.serial_number:x}")
        if act is None:
            yield f"{path.name}: is among the issued certificates and not on record."
        elif act.digest != certificate.fingerprint(hashes.SHA256()).hex():
            yield f"{path.name}: is not the certificate that is on record."
    for path in sorted(keys.glob("*.pem")):
        if not path.name.endswith(".key.pem"):
            certificate = read_certificate(path)
            if certificate.issuer in issuers and f"{certificate.serial_number:x}" not in known:
                yield f"{path.name}: its certificate is not on record."


def _revocations(keys: Path, acts: Sequence[Act]) -> Iterator[str]:
    """Revocations on record without effect, and the other way round; ones from before the record are left out."""
    recorded = {(act.issuer, act.serial) for act in acts if act.act == "revoked"}
    adopted = {(act.issuer, act.serial) for act in acts if act.act == "adopted"}
    register = RevocationRegister(keys)
    revoked = {(one.issuer, f"{one.serial:x}") for name in ("root", "issuing") for one in register.all(name)}
    for _, serial in sorted(recorded - revoked):
        yield f"{serial}: its revocation is on record and not in force; revoke it again."
    for _, serial in sorted(revoked - recorded - adopted):
        yield f"{serial}: is revoked, and nobody put it on record."
