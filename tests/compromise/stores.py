"""The same installation with a seal and an official's key that are in no file: in tokens, and at services."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from config.serve import listens
from config.settings import Settings
from signing.keys.errors import KeyNotValid
from signing.keys.pkcs12 import Pkcs12Key
from signing.keys.protocol import KeyInfo
from signing.pki.keyfiles import pack
from signing.signer.client import SignerClient
from tests.compromise.office import Office
from tests.pki.build import Identity
from tests.processes import wait_for
from tests.softhsm import SoftHsm

SEAL, OFFICIAL = "seal-minhhoa", "official-lanhdao"
SEALS_PASSWORD = "back in a file"


@dataclass(frozen=True)
class Stores:
    """Where the keys of an office are, and who sees to that."""

    office: Office

    def list_keys(self, listed: str) -> None:
        """What keys.toml says from here on; the files of keys that it names are taken away."""
        (self.office.keys / "keys.toml").write_text(listed)
        for name in (SEAL, OFFICIAL):
            if f"[keys.{name}]" in listed:
                (self.office.keys / f"{name}.p12").unlink(missing_ok=True)

    def change(self, there: str, instead: str) -> None:
        """Write something else into keys.toml."""
        file = self.office.keys / "keys.toml"
        assert there in file.read_text()
        file.write_text(file.read_text().replace(there, instead))

    def new_key(self, name: str) -> ec.EllipticCurvePrivateKey:
        """A key whose certificate is asked for with a request, as a service hands it out."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        self.certified(name, request.public_bytes(Encoding.PEM))
        return key

    def certified(self, name: str, request: bytes) -> None:
        """The step that the drill names."""
        file = self.office.folder / f"{name}.csr"
        file.write_bytes(request)
        self.office.antin("signing", "renew-certificate", name, "--request", str(file))

    def identity(self, name: str, key: ec.EllipticCurvePrivateKey) -> Identity:
        """A key with the certificates that are beside it by now."""
        own, *above = x509.load_pem_x509_certificates((self.office.keys / f"{name}.pem").read_bytes())
        return Identity(name, own, key, above, "")

    def made(self, name: str) -> Identity:
        return self.identity(name, self.new_key(name))

    def set_pin(self, name: str, pin: str) -> None:
        (self.office.keys / f"{name}.pass").write_text(pin)

    def replaced_in_token(self, hsm: SoftHsm, token: str, pin: str, label: str) -> bytes:
        """What a person does at the security module; the request for the new key."""
        command = [sys.executable, "-m", "tests.compromise.in_token", str(hsm.module), token, pin, label]
        environment = os.environ | hsm.environment()
        return subprocess.run(command, check=True, capture_output=True, env=environment).stdout

    def in_use(self, name: str) -> bool:
        """Whether the running signer process uses the key; raises when it refuses for another reason than its loss."""
        try:
            self.office.unit.tools[SignerClient].certificate(name)
        except KeyNotValid as refusal:
            assert "the key was lost and is retired" in refusal.detail
            return False
        return True

    def start_signer_again(self) -> None:
        """Have the signer process read its list anew; whoever runs it starts it again."""
        settings = Settings.from_environment(self.office.environment)
        (old,) = self._signers()
        os.kill(old, signal.SIGTERM)
        wait_for(lambda: old not in self._signers() and listens(settings.signer_socket))

    def _signers(self) -> list[int]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                own = f"DATA_FOLDER={self.office.folder}".encode() in (process / "environ").read_bytes().split(b"\0")
                if own and any(word.endswith(b"signer") for word in words):
                    found.append(int(process.name))
        return found

    def into_file(self, name: str, secret: str) -> Identity:
        """A new key of this name in a file, as if it had never been elsewhere."""
        (self.office.keys / f"{name}.p12").unlink(missing_ok=True)  # a request is for a key that is in none
        made = self.made(name)
        packed = pack(name, made.key, made.certificate, made.chain, secret.encode(), 1000)
        (self.office.keys / f"{name}.p12").write_bytes(packed)
        return made

    def back_into_files(self) -> None:
        """As it was, with other keys: for whoever comes next."""
        for name, secret in ((SEAL, SEALS_PASSWORD), (OFFICIAL, self.office.secrets.pin)):
            if not (self.office.keys / f"{name}.p12").exists():
                self.into_file(name, secret)
        self.set_pin(SEAL, SEALS_PASSWORD)
        (self.office.keys / "keys.toml").unlink(missing_ok=True)
        self.start_signer_again()


def stolen(key: Identity) -> Pkcs12Key:
    """A thief's way to have it sign, whatever it is."""
    return Pkcs12Key(key.name, KeyInfo(key.certificate_der, key.chain_der), key.key)
