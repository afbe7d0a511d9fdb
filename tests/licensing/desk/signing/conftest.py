"""Documents that wait for a signature, and a signer process that asks for a PIN."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config.access import SYSTEM
from config.clock import FrozenClock
from config.storage import Storage
from config.unit_of_work import UnitOfWork, Work
from signing.pades.levels import Level
from signing.requests.file import Preparation, Stamps, file_request
from signing.requests.models import Signature, SigningRequest
from signing.requests.sign import Made
from signing.signer.errors import WrongPin
from tests.licensing.desk.conftest import Desk
from tests.licensing.factories import AGENCY, Cast, a_grant, a_pdf

BOXES = ((1, 1.0, 1.0, 10.0, 10.0), (1, 20.0, 1.0, 10.0, 10.0))


@pytest.fixture
def documents(unit: UnitOfWork, cast: Cast) -> list[UUID]:
    """Three licences that wait for the approver's signature."""
    return [a_prepared(unit, cast, number) for number in range(1, 4)]


def a_prepared(unit: UnitOfWork, cast: Cast, number: int) -> UUID:
    with unit.begin(SYSTEM) as work:
        return file_request(work, a_preparation(work, cast, str(a_grant(work, cast).id), number)).id


def a_preparation(work: Work, cast: Cast, subject: str, number: int) -> Preparation:
    return Preparation(
        purpose="licence",
        subject=subject,
        agency=AGENCY.code,
        document_sha256=work.tools[Storage].put(a_pdf(number)),
        summary=f"Giấy phép <b>số {number}</b>",
        on_behalf_of=AGENCY.name_vi,
        signatory=str(cast.approver.id),
        signatory_name=cast.approver.name,
        official_key="official-lanhdao",
        seal_key=AGENCY.seal_key,
        stamps=Stamps(*BOXES, AGENCY.name_vi, ""),  # type: ignore[arg-type]  # nothing is stamped here
        expires_on=work.clock.today() + timedelta(days=1),
    )


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """A signer process whose key has the PIN 123456, and that says which documents it signed."""
    signed: list[UUID] = []
    monkeypatch.setattr("signing.batches.open.SignerClient", Signer)
    monkeypatch.setattr("signing.batches.sign.SignerClient", Signer)

    def sign(unit: UnitOfWork, request: SigningRequest, authorisation: str, settle: Callable[[Work], None]) -> Made:
        signed.append(request.id)
        with unit.begin(SYSTEM) as work:
            now = work.clock.now()
            made = Signature(
                id=request.id, request_id=request.id, role="official", key="k", certificate=b"", chain=[],
                revision_sha256="0" * 64, attributes=b"", prepared_at=now, value=b"v", made_at=now,
            )  # fmt: skip
            work.session.add(made)
            settle(work)
        return Level.B_T, made

    monkeypatch.setattr("signing.batches.sign.sign_authorised", sign)
    for name in ("complete_made", "complete_signature"):
        monkeypatch.setattr(f"signing.batches.sign.{name}", lambda *_: None)
    return signed


class Signer:
    """Authorises whoever knows the PIN, for half an hour."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock

    def authorise(self, key: str, pin: str, documents: dict[UUID, str]) -> tuple[str, datetime]:
        if pin != "123456":
            raise WrongPin("The PIN does not open the key.")
        return "authorisation", self._clock.now() + timedelta(minutes=30)

    def signed(self, request_id: UUID, authorisation: str) -> None:
        """Nothing to remember."""


@pytest.fixture(autouse=True)
def signer(unit: UnitOfWork, clock: FrozenClock) -> None:
    unit.tools.add(Signer(clock))


def query(documents: list[UUID]) -> str:
    return "&".join(f"document={item}" for item in documents)


def look_at(unit: UnitOfWork, desk: Desk, documents: list[UUID]) -> None:
    for item in documents:
        desk.get(f"/desk/signing/view?{query(documents)}&at={item}")
        with unit.begin(SYSTEM) as work:
            digest = work.session.get_one(SigningRequest, item).document_sha256
        assert digest in desk.page
        assert desk.post("/desk/signing/view", document=documents, looked=item, sha256=digest).status_code == 303
