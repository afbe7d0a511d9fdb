"""What can be seen of a running installation, from outside and in its tables."""

from __future__ import annotations

import base64
import json
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from app import make_unit
from config.access import SYSTEM
from config.errors import Refused
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from licensing.accounts.models import Account
from licensing.demonstration.client import ApiRefused, Caller
from licensing.demonstration.passwords import Secrets, secrets_of
from registry.entries.models import PseudonymSecret
from registry.log.merkle import consistency_path
from registry.log.tiles import Tiles
from signing.keys.pkcs12 import Pkcs12Key
from signing.notes.checkpoint import Checkpoint
from signing.notes.extension import extends
from signing.pki.keyfiles import read_certificate
from signing.pki.marks import mark_of
from tests.processes import wait_for


def close(unit: UnitOfWork) -> None:
    """End the connections of a unit of work that is needed no more."""
    with unit.begin(SYSTEM) as work:
        engine = work.session.get_bind()
    assert isinstance(engine, sa.Engine)
    engine.dispose()


@dataclass(frozen=True)
class Reading:
    """The folder of a running installation, and where it answers."""

    folder: Path
    address: str

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @cached_property
    def secrets(self) -> Secrets:
        return secrets_of(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        port = self.address.rsplit(":", 1)[1].strip("/")
        return {"ANTIN_MODE": "trial", "DATA_FOLDER": str(self.folder), "PORT": port}

    @cached_property
    def unit(self) -> UnitOfWork:
        """The same installation as the thief's own program would open it."""
        return make_unit(Settings.from_environment(self.environment))

    def close(self) -> None:
        """Let go of the database."""
        close(self.unit)

    def verdict(self, pdf: bytes) -> dict[str, Any]:
        """What a stranger is told of a file."""
        answer, _ = Caller(self.address).send("POST", "/v1/verify", pdf, {"Content-Type": "application/pdf"})
        found: dict[str, Any] = json.loads(answer)
        return found

    def finding(self, pdf: bytes) -> tuple[str, str]:
        told = self.verdict(pdf)
        return told["verdict"], told["finding"]

    def published(self, code: str) -> bytes:
        """The file that is handed out for a register code now."""
        return Caller(self.address).send("GET", f"/v1/licences/{code}/document")[0]

    def look_up(self, code: str) -> dict[str, Any]:
        answer: dict[str, Any] = Caller(self.address).get(f"/l/{code}")
        return answer

    def serial(self, key: Pkcs12Key) -> int:
        return x509.load_der_x509_certificate(key.info.certificate).serial_number

    def mark(self, key: Pkcs12Key) -> str:
        return mark_of(x509.load_der_x509_certificate(key.info.certificate))

    def refused(self, act: Any) -> str:
        """What the API says no with."""
        try:
            act()
        except ApiRefused as refusal:
            return str(refusal)
        raise AssertionError("it was not refused")

    def read(self, path: str) -> str:
        return Caller(self.address).send("GET", path)[0].decode()

    def status(self, path: str, **headers: str) -> int:
        """The status of an answer."""
        try:
            Caller(self.address).send("GET", path, None, headers)
        except ApiRefused as refusal:
            return refusal.status
        return 200

    def with_token(self, token: str) -> int:
        return self.status("/v1/me", Authorization=f"Bearer {token}")

    def link_is_good(self, secret: str) -> bool:
        """Whether a link for a new password leads to the form for one."""
        answer, _ = Caller(self.address).send("GET", f"/forgotten-password/{secret}", None, {"Accept": "text/html"})
        return b'name="password_confirm"' in answer

    def account(self, login: str) -> Account:
        with self.unit.begin(SYSTEM) as work:
            return work.session.scalars(sa.select(Account).where(Account.login == login)).one()

    def pseudonym_years(self) -> list[int]:
        with self.unit.begin(SYSTEM) as work:
            return list(work.session.scalars(sa.select(PseudonymSecret.year)))

    def pseudonym_secret(self, year: int) -> bytes:
        with self.unit.begin(SYSTEM) as work:
            return work.session.get_one(PseudonymSecret, year).secret

    def actors(self, code: str) -> set[str]:
        """The pseudonyms in a licence's first act."""
        place = self.look_up(code)["licence"]["acts"][0]["leaf_index"]
        proof = self.read(f"/v1/log/proof?index={place}")
        leaf = json.loads(base64.b64decode(proof.splitlines()[1].removeprefix("extra ")))
        return set(leaf["act"])

    def begins_with(self, old: Checkpoint, new: Checkpoint) -> bool:
        """Whether the published tiles prove that one head extends the other."""
        proof = consistency_path(old.size, new.size, Tiles(self.folder / "log").node(new.size))
        return extends((old.size, old.root), (new.size, new.root), proof)

    def responder_certificate(self) -> bytes:
        """Who signs the answers of the responder now."""
        asked, issuer = read_certificate(self.keys / "seal-minhhoa.pem"), read_certificate(self.keys / "issuing.pem")
        request = ocsp.OCSPRequestBuilder().add_certificate(asked, issuer, hashes.SHA256()).build()
        port = Settings.from_environment(self.environment).responder_url
        body = request.public_bytes(Encoding.DER)
        question = urllib.request.Request(f"{port}/ocsp", body, {"Content-Type": "application/ocsp-request"})
        with urllib.request.urlopen(question, timeout=20) as answer:
            found = ocsp.load_der_ocsp_response(answer.read())
        (signer,) = found.certificates
        return signer.public_bytes(Encoding.DER)

    def events(self, name: str) -> list[tuple[Any, ...]]:
        """Body and actor of each event of this name."""
        with psycopg.connect(f"host={self.folder}/postgres/run user=antin dbname=antin") as owner:
            query = "SELECT body, actor FROM events WHERE name = %s ORDER BY recorded_at"
            return owner.execute(query, (name,)).fetchall()

    def journal(self, purpose: str) -> list[tuple[Any, ...]]:
        """Key, outcome and reason of each line of the signing journal with this purpose."""
        with psycopg.connect(f"host={self.folder}/postgres/run user=antin dbname=antin") as owner:
            query = "SELECT key, outcome, reason FROM signing_journal WHERE purpose = %s ORDER BY seq"
            return owner.execute(query, (purpose,)).fetchall()

    def until(self, ask: Any, wanted: Any, seconds: float = 90) -> None:
        """Wait until a question has this answer."""
        answers: list[Any] = []

        def there() -> bool:
            with suppress(ApiRefused, URLError, OSError, Refused):
                answers.append(ask())
            return bool(answers) and answers[-1] == wanted

        try:
            wait_for(there, seconds)
        except AssertionError:
            raise AssertionError(answers[-1:]) from None
