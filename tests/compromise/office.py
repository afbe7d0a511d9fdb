"""An installation whose keys are stolen: `antin serve` with all its processes, a thief who copies files and forges."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app import all_commands, make_unit
from config.cli import Context, no_plan
from config.serve import antin
from config.settings import Settings
from config.typeset import Typesetter
from config.unit_of_work import UnitOfWork
from licensing.demonstration.cast import APPLICANT_EMAIL
from licensing.demonstration.client import ApiRefused
from licensing.demonstration.walk import Outcome, Walk
from signing.agent_requests.jws import jwk_of, thumbprint
from signing.keys.pkcs12 import Pkcs12Key, open_pkcs12
from signing.pades.appearance import OFFICIAL_STAMP, SEAL_STAMP, STAMPS
from signing.pades.complete import complete
from signing.pades.prepare import prepare
from signing.pki.agent_key import AGENT_KEY
from signing.pki.keyfiles import read_certificate
from signing.timestamps.client import Timestamper
from tests.compromise.reading import Reading, close
from tests.compromise.thief import StolenAuthority, StolenTsa, stolen_issuing, stolen_tsa
from tests.documents import a_base_document, a_plain_document
from tests.processes import wait_for

BACK = timedelta(seconds=5)


@dataclass(frozen=True)
class Office(Reading):
    """The installation, and what is done to it."""

    @property
    def walk(self) -> Walk:
        """Everybody, signed in anew: a drill may have ended their sessions."""
        return Walk(self.address, self.secrets, lambda line: None)

    def licence(self) -> Outcome:
        """One more licence, published and green."""
        outcome = self.walk.issue()
        assert outcome.verdict["verdict"] == "green", outcome.verdict
        return outcome

    def antin(self, *arguments: str, good: bool = True) -> Result:
        """A command of ours on this installation; it runs here, since a process of its own takes seconds to start."""
        opened: list[UnitOfWork] = []

        def open_unit(settings: Settings) -> UnitOfWork:
            opened.append(make_unit(settings))
            return opened[-1]

        done = CliRunner().invoke(all_commands(), arguments, obj=Context(open_unit, no_plan), env=self.environment)
        for unit in opened:
            close(unit)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert not good or done.exit_code == 0, done.output
        return done

    def slip(self) -> tuple[str, bytes]:
        """An accepted application, and its slip once it is signed."""
        walk = self.walk
        application = str(walk.apply())
        walk.accept(application)
        self.until(lambda: self.slip_of(application) is not None, True)
        return application, self.slip_of(application) or b""

    def slip_of(self, application: str) -> bytes | None:
        """The slip as its applicant gets it, None while it is not signed."""
        with suppress(ApiRefused):
            return self.walk.caller(APPLICANT_EMAIL).send("GET", f"/v1/applications/{application}/slip/file")[0]
        return None

    def forged_receipt(self, key: Pkcs12Key) -> bytes:
        """A receipt that the service never filed, stamped by the real timestamp server."""
        pdf, at = a_plain_document(self.unit, "Giấy tiếp nhận giả"), self.unit.clock.now()
        made = prepare(pdf, "Receipt", key.info.certificate, key.info.chain, None, at)
        value = key.sign(made.attributes)
        token = self.unit.tools[Timestamper].token(hashlib.sha256(value).digest())
        return complete(made.revision, made.attributes, value, key.info.certificate, key.info.chain, token)

    def touched(self, *arguments: str) -> list[dict[str, str]]:
        """What `antin compromise` lists, without doing anything."""
        told: dict[str, Any] = json.loads(self.antin("compromise", *arguments, "--json").stdout)
        assert told["done"] == []
        return list(told["touched"])

    def retire(self, *arguments: str) -> list[str]:
        """Do it; what was done."""
        told: dict[str, Any] = json.loads(self.antin("compromise", *arguments, "--retire", "--json").stdout)
        return list(told["done"])

    def killed(self, *arguments: str, after: Path) -> None:
        """Begin the drill and kill it as soon as this file is there, or has changed."""
        state = _state(after)
        process = subprocess.Popen(
            antin("compromise", *arguments, "--retire"),
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: _state(after) != state or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stolen(self, name: str, password: str) -> Pkcs12Key:
        """A copy of a key's file, opened by somebody who has its password as well."""
        loot = self.folder / "loot"
        loot.mkdir(exist_ok=True)
        copy = loot / f"{name}.p12"
        shutil.copyfile(self.keys / copy.name, copy)
        return open_pkcs12(copy, password)

    def password(self, name: str) -> str:
        return (self.keys / f"{name}.pass").read_text().strip()

    def stolen_seal(self) -> Pkcs12Key:
        return self.stolen("seal-minhhoa", self.password("seal-minhhoa"))

    def stolen_official(self) -> Pkcs12Key:
        return self.stolen("official-lanhdao", self.secrets.pin)

    def stolen_tsa(self) -> StolenTsa:
        """A timestamp server with the stolen key, whose clock stands back, but not behind anybody's certificate."""
        newest = max(
            read_certificate(self.keys / f"{name}.pem").not_valid_before_utc
            for name in ("official-lanhdao", "seal-minhhoa", "tsa")
        )
        wait_for(lambda: self.unit.clock.now() >= newest + BACK)
        return stolen_tsa(self.keys, self.folder / "loot" / "tsa", self.unit.clock.now() - BACK)

    def fingerprint_for_agents(self) -> str:
        """Of the key in the folder."""
        key = load_pem_private_key((self.keys / AGENT_KEY).read_bytes(), None).public_key()
        assert isinstance(key, EllipticCurvePublicKey)
        return thumbprint(jwk_of(key))

    def read_for_agents(self) -> str:
        """Of the key that is published."""
        (key,) = json.loads(self.read("/.well-known/antin-agent.json"))["keys"]
        return thumbprint(key)

    def stolen_issuing(self) -> StolenAuthority:
        return stolen_issuing(self.keys, self.unit.clock.now(), "")

    def stolen_log_key(self) -> Ed25519PrivateKey:
        key = load_pem_private_key((self.keys / "log.key.pem").read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        return key

    def forged(
        self, official: Pkcs12Key, seal: Pkcs12Key, title: str = "Giấy phép giả", stamped: StolenTsa | None = None
    ) -> bytes:
        """A licence that nobody granted: both signatures are good, and stamped by the real timestamp server.

        Or by the thief's.
        """
        unit = self.unit
        pdf = a_base_document(unit, title)
        for key, field, stamp in ((official, "Official", OFFICIAL_STAMP), (seal, "Seal", SEAL_STAMP)):
            at = unit.clock.now()
            data = {"width": 100.0, "height": 40.0, "name": "Kẻ Trộm", "agency": "Sở", "note": "", "signed_at": "x"}
            drawn = unit.tools[Typesetter].typeset(STAMPS, stamp, data, at=at, standards=(), tagged=False)
            made = prepare(pdf, field, key.info.certificate, key.info.chain, drawn, at)
            value = key.sign(made.attributes)
            real = unit.tools[Timestamper].token
            token = stamped.stamped(value) if stamped else real(hashlib.sha256(value).digest())
            pdf = complete(made.revision, made.attributes, value, key.info.certificate, key.info.chain, token)
        return pdf

    def waiting(self, code: str, login: str, state: str) -> dict[str, Any]:
        """The document with this register code, once it waits for somebody."""
        found: list[dict[str, Any] | None] = [None]

        def there() -> bool:
            found[0] = self.walk.waiting_document(code, login, state)
            return found[0] is not None

        wait_for(there, 60)
        assert found[0] is not None
        return found[0]

    def audited(self) -> None:
        """Register, log, files, and the authority's record agree."""
        self.antin("registry", "log", "audit")
        self.antin("signing", "authority", "audit")


def moment() -> str:
    """Now, as a person types it."""
    return datetime.now(UTC).isoformat()  # noqa: TID251 - the processes go by the clock of this machine


def _state(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_mtime_ns, found.st_ino
    return None
