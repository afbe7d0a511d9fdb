"""What ends: roots, authorities, services, seals, officials' certificates, lists, algorithms. Read from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.pki.lists import LISTS
from signing.trust.algorithms import NEVER, AlgorithmTable, ends
from signing.trust.anchors import TrustStore

SERVICES = ("tsa", "ocsp", "receipt", "issuing", "root")  # names of files of our own authority


class What(StrEnum):
    """Kinds of things that end."""

    ROOT = "root"
    ISSUING = "issuing"
    TSA = "tsa"
    OCSP = "ocsp"
    RECEIPT = "receipt"
    SEAL = "seal"
    OFFICIAL = "official"
    LIST = "list"
    ALGORITHM = "algorithm"


@dataclass(frozen=True)
class Ending:
    """One thing, by the name of its key, its subject or its algorithm, and the instant from which it counts no more."""

    what: What
    name: str
    until: datetime


def endings(folder: Path, trust: TrustStore) -> list[Ending]:
    """Everything that the folder of keys, the trusted roots and the table of algorithms say, the first end on top."""
    found = {*_files(folder), *_roots(trust), *_lists(folder), *_algorithms(trust.algorithms)}
    return sorted(found, key=lambda one: (one.until, one.what, one.name))


def soon(found: Iterable[Ending], now: datetime, days: int) -> list[Ending]:
    """Those that end within so many days, or have ended."""
    return [one for one in found if one.until <= now + timedelta(days=days)]


def _files(folder: Path) -> Iterator[Ending]:
    for path in sorted(folder.glob("*.pem")):
        kind = path.stem.partition("-")[0]
        if path.name.endswith(".key.pem") or kind not in (*SERVICES, "seal", "official"):
            continue
        own, *above = _certificates(path)
        name = path.stem if kind in ("seal", "official") else _named(own)
        yield Ending(What(kind), name, own.not_valid_after_utc)
        yield from (Ending(What.ISSUING, _named(one), one.not_valid_after_utc) for one in above)


def _roots(trust: TrustStore) -> Iterator[Ending]:
    for what, found in ((What.ROOT, trust.roots), (What.ISSUING, trust.intermediates)):
        for one in map(x509.load_der_x509_certificate, found):
            yield Ending(what, _named(one), one.not_valid_after_utc)


def _lists(folder: Path) -> Iterator[Ending]:
    """Lists that people carry or publish; one whose authority's passphrase lies here is made anew twice a day."""
    for path in sorted((folder / LISTS).glob("*.crl")):
        until = x509.load_der_x509_crl(path.read_bytes()).next_update_utc
        if until is not None and not (folder / f"{path.stem}.pass").exists():
            yield Ending(What.LIST, path.stem, until)


def _algorithms(table: AlgorithmTable) -> Iterator[Ending]:
    for row in (*table.digests, *table.signatures):
        until = ends(row.until)
        if until is not None and row.until != NEVER:
            yield Ending(What.ALGORITHM, f"{row.name} {row.least_bits}" if row.least_bits else row.name, until)


def _certificates(path: Path) -> Sequence[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def _named(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
