"""A signer process within the test, real but for the process: its socket, its keys, its role, its journal."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import typst

from config.access import SYSTEM
from config.clock import FrozenClock
from config.settings import Settings
from config.storage import Storage
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from signing.pades.complete import complete
from signing.pades.fields import Box, Labels, add_signature_fields
from signing.pades.prepare import PreparedRevision, prepare
from signing.requests.models import Role, Signature, SigningRequest, State
from signing.signer.client import SignerClient
from signing.signer.server import SignerServer
from signing.signer.serving import prepare as prepare_signer
from tests.pki.build import PIN, Identity, Pki, copy_of, pki
from tests.signing.own_database import database, engine, settings

__all__ = ["database", "engine", "settings"]

HEAD, SEAL = "official-head", "seal-health"


@cache
def base_document(text: str = "Giấy chứng nhận") -> bytes:
    """A tagged one-page document with both empty fields."""
    source = f"#set document(title: [x], date: datetime(year: 2026, month: 2, day: 12))\n= {text}"
    drawn = typst.compile(source.encode(), format="pdf")
    assert isinstance(drawn, bytes)
    boxes = (Box(60, 120, 280, 190), Box(320, 100, 420, 200))
    return add_signature_fields(drawn, *boxes, Labels("Signature", "Seal"))


@dataclass
class Case:
    """One request on record and what may be asked about it."""

    unit: UnitOfWork
    signer: SignerClient
    ours: Pki
    clock: FrozenClock
    request_id: UUID

    def put(self, role: Role, prepared: PreparedRevision, key: Identity, name: str = "") -> None:
        """Store what will be asked, as signing.requests does."""
        with self.unit.begin(SYSTEM) as work:
            row = Signature(
                id=new_id(),
                request_id=self.request_id,
                role=role,
                key=name or key.name,
                certificate=key.certificate_der,
                chain=key.chain_der,
                revision_sha256=hashlib.sha256(prepared.revision).hexdigest(),
                attributes=prepared.attributes,
                prepared_at=self.clock.now(),
            )
            work.session.add(row)

    def change(self, role: Role | None = None, **values: object) -> None:
        """Overwrite columns of the request or of one of its signatures, as whoever holds the database could."""
        with self.unit.begin(SYSTEM) as work:
            row: SigningRequest | Signature | None = work.session.get(SigningRequest, self.request_id)
            if role is not None:
                row = work.session.query(Signature).filter_by(request_id=self.request_id, role=role).one()
            for name, value in values.items():
                setattr(row, name, value)

    def prepare(self, base: bytes, field: str, key: Identity) -> PreparedRevision:
        return prepare(base, field, key.certificate_der, key.chain_der, None, self.clock.now())

    def prepared_for_official(self, base: bytes | None = None) -> PreparedRevision:
        """The official's revision, on record."""
        key = self.ours.official
        prepared = self.prepare(base or base_document(), "Official", key)
        self.put(Role.OFFICIAL, prepared, key)
        return prepared

    def signed(self) -> bytes:
        """The document with the official's finished signature, on record."""
        prepared = self.prepared_for_official()
        value = self.signer.sign(self.request_id, HEAD, PIN, prepared.attributes, prepared.revision)
        key = self.ours.official
        finished = complete(prepared.revision, prepared.attributes, value, key.certificate_der, key.chain_der, None)
        self.finished(finished, value)
        return finished

    def finished(self, document: bytes, value: bytes) -> None:
        """Record a document as the official's finished one."""
        now = self.clock.now()
        sha256 = hashlib.sha256(document).hexdigest()
        self.change(Role.OFFICIAL, value=value, made_at=now, result_sha256=sha256, completed_at=now)
        self.change(state=State.SIGNED)

    def prepared_for_seal(self, signed: bytes) -> PreparedRevision:
        """The seal's revision on top of a signed document, on record."""
        prepared = self.prepare(signed, "Seal", self.ours.seal)
        self.put(Role.SEAL, prepared, self.ours.seal)
        return prepared

    def seal(self, prepared: PreparedRevision, key: str = SEAL) -> bytes:
        return self.signer.seal(self.request_id, key, prepared.attributes, prepared.revision)


@pytest.fixture
def signer_settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with the test authority's keys in a folder of the test's own."""
    ours = copy_of(pki(), tmp_path / "keys")
    for path in ours.folder.glob("seal-expired.*"):
        path.unlink()
    return replace(
        settings,
        data_folder=tmp_path,
        keys_folder=ours.folder,
        trust_folder=ours.folder / "trust",
        signer_socket=tmp_path / "run" / "signer.sock",
    )


@pytest.fixture
def signer(signer_settings: Settings, unit: UnitOfWork, clock: FrozenClock) -> Iterator[SignerClient]:
    prepared = prepare_signer(signer_settings, clock)
    server = SignerServer(signer_settings.signer_socket, signer_settings.signer_client_uids, prepared.answers.answer)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield SignerClient(signer_settings.signer_socket, 10)
    finally:
        server.stop()
        assert server.wait_until_idle(10)
        thread.join(10)
        prepared.close()


@pytest.fixture
def case(unit: UnitOfWork, signer: SignerClient, signer_settings: Settings, clock: FrozenClock) -> Case:
    """A filed request for a document on record, to be signed by the head and sealed for the health department."""
    document = unit.tools[Storage].put(base_document())
    with unit.begin(SYSTEM) as work:
        request = SigningRequest(
            id=new_id(),
            purpose="licence",
            subject="decision-1",
            agency="health",
            document_sha256=document,
            summary="Giấy chứng nhận số 1",
            on_behalf_of="Sở Y tế tỉnh An Bình",
            signatory="head",
            signatory_name="Nguyễn Thị Thử",
            official_key=HEAD,
            seal_key=SEAL,
            stamps={},
            expires_on=clock.today(),
            filed_at=clock.now(),
            state=State.FILED,
        )
        work.session.add(request)
    ours = Pki(signer_settings.keys_folder)
    return Case(unit, signer, ours, clock, request.id)
