"""The official's signature as the signer process looks at it before a seal: whole, theirs, and trusted."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from asn1crypto import cms
from cryptography import x509

from config.errors import Refused
from config.sentences import later
from signing.pades.byte_range import digest_around, last_gap
from signing.pades.complete import check_value
from signing.pades.digest import signed_fields, signer_certificate
from signing.pades.errors import ReadyMadeRefused
from signing.pades.fields import OFFICIAL
from signing.pades.ready_made import check_attributes
from signing.signer.errors import CertificateRefused, SealRefused
from signing.signer.fitness import QC_PERSON, Rules, refuse_unfit
from signing.signer.standing import FRESH, Standing
from signing.trust.path import path_to_anchor

NOT_TRUSTED = later("The certificate is expired, or does not come from an authority that is trusted here.")
MOST_REVISIONS = 50
ENDINGS = (b"", b"\n", b"\r", b"\r\n")
END_OF_FILE = re.compile(rb"%%EOF")


@dataclass(frozen=True)
class Trust:
    """What the signer believes in: its anchors, the present instant, what its rules ask, and who still stands."""

    anchors: Sequence[x509.Certificate]
    at: datetime
    today: date
    rules: Rules
    standing: Standing

    def refuse(
        self, certificate: x509.Certificate, above: Sequence[x509.Certificate], kind: str, newest: timedelta = FRESH
    ) -> None:
        """Raise CertificateRefused or StandingUnknown unless a certificate may sign now (NĐ 23/2025, art. 15)."""
        path = path_to_anchor(certificate, above, self.anchors, self.at)
        if path is None:
            raise CertificateRefused(NOT_TRUSTED)
        refuse_unfit(path, kind, self.rules, self.today)
        self.standing.refuse_revoked(path, newest)


def earlier_revision(revision: bytes, sha256: str) -> bytes | None:
    """The beginning of `revision` with this SHA-256 (hex) that ends where a PDF ends, or None."""
    digest, done = hashlib.sha256(), 0
    for number, match in enumerate(END_OF_FILE.finditer(revision)):
        if number >= MOST_REVISIONS:
            return None
        digest.update(memoryview(revision)[done : match.end()])
        done = match.end()
        for ending in ENDINGS:
            if revision.startswith(ending, done):
                longer = digest.copy()
                longer.update(ending)
                if longer.hexdigest() == sha256:
                    return revision[: done + len(ending)]
    return None


def check_official_signature(signed: bytes, certificate_der: bytes, chain: Sequence[bytes], trust: Trust) -> None:
    """Refuse (SealRefused) unless `signed` ends with the official's good signature under this certificate.

    The only signature of the file, in the field "Official", over every octet, made now or lately by a
    certificate that may sign at this instant (else CertificateRefused or StandingUnknown).
    """
    try:
        found = signed_fields(signed)
        if [item.name for item in found] != [OFFICIAL]:
            raise SealRefused("The document does not carry the official's signature alone.")
        gap = last_gap(signed)
        numbers = (0, gap.start, gap.end, len(signed) - gap.end)
        written = bytes.fromhex(signed[gap.start + 1 : gap.end - 1].decode("ascii"))
        if found[0].byte_range != numbers or found[0].contents != written:
            raise SealRefused("The official's signature does not cover the document.")
        _check_cms(found[0].contents, digest_around(signed, gap), certificate_der)
        certificate = x509.load_der_x509_certificate(certificate_der)
        above = [x509.load_der_x509_certificate(der) for der in chain]
    except SealRefused:
        raise
    except (Refused, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SealRefused("The official's signature cannot be read.") from error
    trust.refuse(certificate, above, QC_PERSON)


def _check_cms(contents: bytes, digest: bytes, certificate_der: bytes) -> None:
    signed_data = cms.ContentInfo.load(contents)["content"]
    (signer,) = signed_data["signer_infos"]
    if signer_certificate(signed_data, signer) != certificate_der:
        raise SealRefused("The document is signed with another certificate.")
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]  # signed as SET OF (RFC 5652, 5.4)
    try:
        check_attributes(attributes, digest, certificate_der)
    except ReadyMadeRefused as error:
        raise SealRefused("The official's signature is not over this document.") from error
    check_value(attributes, signer["signature"].native, certificate_der)
