"""What somebody can do with copies of key files: stamp any time, certify anybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from config.clock import FrozenClock
from signing.keys.pkcs12 import Pkcs12Key
from signing.keys.protocol import KeyInfo
from signing.pki import certificates
from signing.pki.authority import Authority, new_signing_key
from signing.pki.keyfiles import read_certificate, read_key, unpack
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey
from tests.conftest import HANOI


@dataclass(frozen=True)
class StolenTsa:
    """A timestamp server of the thief's own, with the stolen key, at any time."""

    key: TsaKey
    folder: Path
    at: datetime

    def stamped(self, content: bytes) -> bytes:
        """A token that says that this existed then."""
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(content).digest(),
                },
                "cert_req": True,
            }
        )
        serials = SerialNumbers(self.folder, FrozenClock(self.at, HANOI))
        try:
            answer = tsp.TimeStampResp.load(TimestampAuthority(self.key, serials).answer(request.dump()))
        finally:
            serials.close()
        assert answer["status"]["status"].native == "granted", answer.native
        return bytes(answer["time_stamp_token"].dump())


def stolen_tsa(keys: Path, folder: Path, at: datetime) -> StolenTsa:
    key, certificate, above = unpack(keys / "tsa.p12", (keys / "tsa.pass").read_bytes().strip())
    assert isinstance(key, RSAPrivateKey)
    return StolenTsa(TsaKey(certificate, above, key), folder, at)


@dataclass(frozen=True)
class StolenAuthority:
    """The issuing authority in the thief's hands: nothing that it issues is on any record."""

    authority: Authority
    at: datetime
    made: list[x509.Certificate] = field(default_factory=list)

    def certified(self, profile: str, name: str) -> Pkcs12Key:
        """A key of the thief's own, certified as whatever he likes."""
        key, subject = new_signing_key(), certificates.seal_name(name)
        made = self.authority.issue(certificates.PROFILES[profile], subject, key.public_key(), self.at)
        self.made.append(made)
        above = self.authority.certificate.public_bytes(Encoding.DER)
        return Pkcs12Key(name, KeyInfo(made.public_bytes(Encoding.DER), [above]), key)


def stolen_issuing(keys: Path, at: datetime, address: str) -> StolenAuthority:
    certificate = read_certificate(keys / "issuing.pem")
    key = read_key(keys / "issuing.key.pem", (keys / "issuing.pass").read_bytes().strip())
    return StolenAuthority(Authority("issuing", certificate, key, address), at)
