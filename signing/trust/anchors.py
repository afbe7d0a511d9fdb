"""The roots that an installation accepts: PEM files that an administrator put into one folder, nothing else.

No root is ever taken from a document or from the operating system.
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


@dataclass(frozen=True)
class TrustStore:
    """Roots, intermediates that may complete a path (DER each), and how long algorithms are relied on.

    With `any_issuer` nobody's name is checked: only whether a document is as it was signed.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    any_issuer: bool = field(default=False)
    algorithms: AlgorithmTable = field(default_factory=shipped_table)

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

    def for_any_issuer(self) -> TrustStore:
        """The same store for a caller who asks for integrity alone."""
        return replace(self, any_issuer=True)


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
