"""Whom an installation believes: its own roots, in files of one folder, and anchors of others, in named groups.

No root is ever taken from a document or from the operating system. What the installation itself issues and signs is
judged under the files alone; groups come from rows of a database (signing/anchors) and count for others' documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from signing.trust.algorithms import AlgorithmTable, shipped_table
from signing.trust.errors import TrustFolderUnusable

TRIAL_MARK = "no legal value"
INSTALLATION = "installation"  # the group of the roots in the folder


@dataclass(frozen=True)
class TrustGroup:
    """Anchors of others (DER), and what they count for: anybody's signatures on documents, timestamps, or both."""

    key: str
    anchors: tuple[bytes, ...]
    signatures: bool = True
    timestamps: bool = False


@dataclass(frozen=True)
class TrustStore:
    """Roots, intermediates that may complete a path (DER each), and how long algorithms are relied on.

    With `any_issuer` nobody's name is checked: only whether a document is as it was signed. `groups` are there only for
    documents that are not the installation's own.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    any_issuer: bool = field(default=False)
    algorithms: AlgorithmTable = field(default_factory=shipped_table)
    groups: tuple[TrustGroup, ...] = ()

    @staticmethod
    def from_folder(folder: Path) -> TrustStore:
        """All certificates of `folder`/*.pem. Raises TrustFolderUnusable when there is no root among them."""
        try:
            found = [
                certificate
                for path in sorted(folder.glob("*.pem"))
                for certificate in x509.load_pem_x509_certificates(path.read_bytes())
            ]
        except (OSError, ValueError) as error:
            raise TrustFolderUnusable(f"The trusted roots cannot be read: {error}.") from error
        store = TrustStore.of(found)
        if not store.roots:
            raise TrustFolderUnusable("There is no trusted root.")
        return store

    @staticmethod
    def of(certificates: Iterable[x509.Certificate]) -> TrustStore:
        """Self-signed ones are roots, the others intermediates."""
        sorted_out: dict[bool, list[bytes]] = {True: [], False: []}
        for certificate in certificates:
            sorted_out[_is_self_signed(certificate)].append(certificate.public_bytes(Encoding.DER))
        return TrustStore(tuple(sorted_out[True]), tuple(sorted_out[False]))

    def with_algorithms(self, table: Path | None) -> TrustStore:
        """The same roots under the table in that file (AlgorithmTableUnusable); None is the shipped one."""
        return self if table is None else replace(self, algorithms=AlgorithmTable.from_file(table))

    def with_groups(self, groups: Iterable[TrustGroup]) -> TrustStore:
        """The same store for a document of others: the anchors of these groups count too."""
        return replace(self, groups=tuple(groups))

    @property
    def for_signatures(self) -> tuple[bytes, ...]:
        """Every anchor under which a signature counts, the installation's own first."""
        return _joined(self.roots, (one.anchors for one in self.groups if one.signatures))

    @property
    def for_timestamps(self) -> tuple[bytes, ...]:
        """Every anchor under which a timestamp counts, the installation's own first."""
        return _joined(self.roots, (one.anchors for one in self.groups if one.timestamps))

    def group_of(self, anchor: bytes, *, timestamp: bool = False) -> str | None:
        """The first group in which this anchor (DER) counts for a signature, or for a timestamp."""
        if anchor in self.roots:
            return INSTALLATION
        counts = (one for one in self.groups if (one.timestamps if timestamp else one.signatures))
        return next((one.key for one in counts if anchor in one.anchors), None)

    def for_any_issuer(self) -> TrustStore:
        """The same store for a caller who asks for integrity alone."""
        return replace(self, any_issuer=True)


def _joined(first: tuple[bytes, ...], others: Iterable[tuple[bytes, ...]]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys((*first, *(anchor for anchors in others for anchor in anchors))))


def is_trial(certificate: bytes) -> bool:
    """True for a certificate (DER) whose subject or issuer says that it has no legal value."""
    parsed = x509.load_der_x509_certificate(certificate)
    return any(TRIAL_MARK in name.rfc4514_string() for name in (parsed.subject, parsed.issuer))


@lru_cache(256)
def _is_self_signed(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
