"""An authority that is not the built-in one: a trusted root, people and seals below it, its addresses on loopback.

    with outside(folder) as authority: authority.issue(...); authority.revoke(...); authority.mode = "silent"
Its answers come from `openssl ocsp`, run once for each question, and its list from the `cryptography` library.
"""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from config.clock import SystemClock
from signing.pki.certificates import official_name
from tests.pki.build import AGENCY, END, START, Identity
from tests.pki.serve import serving

PERSON = official_name("Nguyễn Thị Thử", "Giám đốc", AGENCY)
DIGITAL_SIGNATURE = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
KIND = ("Content-Type", "application/ocsp-response")
CERT_SIGN = x509.KeyUsage(False, False, False, False, False, True, True, False, False)


def now() -> datetime:
    """This instant: openssl answers by the machine's clock, so whoever believes it must live by it too."""
    return SystemClock(ZoneInfo("UTC")).now().replace(microsecond=0)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Outside:
    """`mode` is how OCSP behaves: openssl, unknown, stale, stranger, silent, broken; `lists` how the list does."""

    folder: Path
    address: str = ""
    mode: str = "openssl"
    lists: str = "fresh"
    asked: list[str] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    revoked: set[int] = field(default_factory=set)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    issued: list[x509.Certificate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self._make(_name("Outside Root"), self.key, self.key.public_key(), [])
        self.responder_key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        self.responder = self._make(_name("Responder"), self.key, self.responder_key.public_key(), [usage])

    def issue(self, *more: x509.ExtensionType, critical: bool = False, subject: x509.Name = PERSON) -> Identity:
        """A signer's key and certificate, with further extensions; without addresses where `address` is empty."""
        key = ec.generate_private_key(ec.SECP256R1())
        addresses: list[x509.ExtensionType] = []
        if self.address:
            ocsp = x509.UniformResourceIdentifier(f"{self.address}/ocsp")
            found = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)
            listed = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.address}/list")], None, None, None)
            addresses = [x509.AuthorityInformationAccess([found]), x509.CRLDistributionPoints([listed])]
        made = self._make(subject, self.key, key.public_key(), [*addresses, *more], critical=critical)
        self.issued.append(made)
        return Identity("outside", made, key, [], "")

    def answer(self, environ: Any, start_response: Any) -> list[bytes]:
        """The WSGI application behind both addresses."""
        self.asked.append(environ["PATH_INFO"])
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        found = self._list() if environ["PATH_INFO"] == "/list" else self._ocsp(body)
        start_response("200 OK" if found else "503 Service Unavailable", [KIND])
        return [found]

    def _list(self) -> bytes:
        if self.lists == "none":
            return b""
        made = now() - (timedelta(days=9) if self.lists == "stale" else timedelta())
        builder = x509.CertificateRevocationListBuilder(self.root.subject, made, made + timedelta(days=1))
        for serial in self.revoked:
            builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder(serial, made).build())
        key = ec.generate_private_key(ec.SECP256R1()) if self.lists == "stranger" else self.key
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _ocsp(self, request: bytes) -> bytes:
        if self.mode == "silent":
            self.go_on.wait(30)
        if self.mode == "broken":
            return b""
        stranger = self.mode == "stranger"
        signer = self._make(_name("Responder"), key := ec.generate_private_key(ec.SECP256R1()), key.public_key(), [])
        self._pem("signer.pem", signer if stranger else self.responder, key if stranger else self.responder_key)
        self._pem("root.pem", self.root)
        lines = [self._line(one) for one in self.issued if self.mode != "unknown"]
        (self.folder / "index.txt").write_text("".join(lines))
        (self.folder / "question.der").write_bytes(request)
        life = "5" if self.mode != "stale" else "1"
        command = ["openssl", "ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "signer.pem"]
        command += ["-nmin", life, "-reqin", "question.der", "-respout", "answer.der", "-noverify"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False, timeout=20)
        assert done.returncode == 0, done.stderr
        return (self.folder / "answer.der").read_bytes()

    def _line(self, certificate: x509.Certificate) -> str:
        """A line of openssl's index: state, end, revocation, serial number, file, name."""
        gone = certificate.serial_number in self.revoked
        state, since = ("R", "260101000000Z") if gone else ("V", "")
        return f"{state}\t381231000000Z\t{since}\t{certificate.serial_number:040X}\tunknown\t/CN=x\n"

    def _pem(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        content = certificate.public_bytes(Encoding.PEM)
        if key is not None:
            content += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / name).write_bytes(content)

    def _make(
        self,
        subject: x509.Name,
        signer: ec.EllipticCurvePrivateKey,
        key: ec.EllipticCurvePublicKey,
        extensions: list[x509.ExtensionType],
        *,
        critical: bool = False,
    ) -> x509.Certificate:
        own = key == self.key.public_key()
        builder = (
            x509.CertificateBuilder(_name("Outside Root"), subject, key, x509.random_serial_number(), START, END)
            .add_extension(x509.BasicConstraints(own, None), critical=True)
            .add_extension(CERT_SIGN if own else DIGITAL_SIGNATURE, critical=True)
        )
        for extension in extensions:
            unknown = isinstance(extension, x509.UnrecognizedExtension)
            builder = builder.add_extension(extension, critical=critical and unknown)
        return builder.sign(signer, hashes.SHA256())


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    """The authority with its responder running."""
    folder.mkdir()
    authority = Outside(folder)
    with serving(authority.answer) as address:
        authority.address = address
        try:
            yield authority
        finally:
            authority.go_on.set()
