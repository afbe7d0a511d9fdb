"""A seal states only JSON that is on record for it; nothing that it signs here could be put under a PDF."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.database import make_engine
from config.settings import Settings
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from signing.jades.jws import decoded, encoded, signing_input
from signing.journal.record import LINES
from signing.keys.errors import KeyNotValid
from signing.pades.attributes import signed_attributes
from signing.pades.complete import check_value
from signing.pki import ceremony
from signing.signer.client import SignerClient
from signing.signer.errors import CertificateRefused, SealRefused
from signing.statements.models import Statement
from tests.pki.build import AGENCY, OTHER_AGENCY, Identity, Pki
from tests.signing.signer.conftest import HEAD, SEAL

CONTENT = '{"licence":"Giấy phép số 1","verdict":"green"}'.encode()


@dataclass
class Stating:
    """A statement on record, which whoever holds the database may change."""

    unit: UnitOfWork
    signer: SignerClient
    ours: Pki
    id: UUID

    def change(self, **values: object) -> None:
        with self.unit.begin(SYSTEM) as work:
            row = work.session.get_one(Statement, self.id)
            for name, value in values.items():
                setattr(row, name, value)

    def asked(self) -> bytes:
        with self.unit.begin(SYSTEM) as work:
            return work.session.get_one(Statement, self.id).signing_input or b""

    def sign(self, key: str = SEAL) -> bytes:
        return self.signer.state(self.id, key, self.asked())


def _input(key: Identity, content: bytes, clock: FrozenClock) -> bytes:
    return signing_input(content, key.certificate_der, key.chain_der, clock.now())


@pytest.fixture
def stating(unit: UnitOfWork, signer: SignerClient, signer_settings: Settings, clock: FrozenClock) -> Stating:
    ours = Pki(signer_settings.keys_folder)
    with unit.begin(SYSTEM) as work:
        row = Statement(
            id=new_id(),
            kind="licence",
            subject="code",
            version="1",
            seal_key=SEAL,
            on_behalf_of=AGENCY,
            content=CONTENT,
            filed_at=clock.now(),
            certificate=ours.seal.certificate_der,
            chain=ours.seal.chain_der,
            signing_input=_input(ours.seal, CONTENT, clock),
        )
        work.session.add(row)
    return Stating(unit, signer, ours, row.id)


def _lines(settings: Settings) -> list[tuple[str, str, str]]:
    engine = make_engine(settings.database_signer_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(LINES).order_by(LINES.c.seq)).mappings().all()
    engine.dispose()
    return [(row["key"], row["purpose"], row["outcome"]) for row in rows]


def test_a_seal_states_what_is_on_record_and_the_journal_says_so(stating: Stating, signer_settings: Settings) -> None:
    check_value(stating.asked(), stating.sign(), stating.ours.seal.certificate_der)
    assert stating.sign() == stating.sign()
    assert _lines(signer_settings)[:2] == [(SEAL, "statement", "asked"), (SEAL, "statement", "signed")]


def test_the_input_of_a_statement_can_be_no_attributes_of_a_pdf(stating: Stating) -> None:
    assert stating.asked().startswith(b"eyJ")
    digest = hashlib.sha256(b"a document").digest()
    assert signed_attributes(digest, stating.ours.seal.certificate_der)[0] == 0x31


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"[1]", b"7", b'"text"', b"{", b"\xff"])
def test_what_is_no_json_object_is_not_stated(stating: Stating, clock: FrozenClock, content: bytes) -> None:
    stating.change(content=content, signing_input=_input(stating.ours.seal, content, clock))
    with pytest.raises(SealRefused):
        stating.sign()


def test_the_attributes_of_a_pdf_are_not_signed_even_if_they_are_on_record(
    stating: Stating, signer_settings: Settings
) -> None:
    digest = hashlib.sha256(b"the covered octets of a licence that no official signed").digest()
    stating.change(signing_input=signed_attributes(digest, stating.ours.seal.certificate_der))
    with pytest.raises(SealRefused, match="no signing input"):
        stating.sign()
    assert _lines(signer_settings)[-1] == (SEAL, "statement", "refused")


def test_a_header_of_another_shape_is_not_signed(stating: Stating) -> None:
    head, payload = stating.asked().decode().split(".")
    more = decoded(head).replace(b'"cty":"json"', b'"cty":"json","crit":["b64"],"b64":false')
    stating.change(signing_input=f"{encoded(more)}.{payload}".encode())
    with pytest.raises(SealRefused, match="not that of this statement"):
        stating.sign()


def test_only_the_statement_on_record_and_only_its_own_seal(stating: Stating, clock: FrozenClock) -> None:
    with pytest.raises(SealRefused, match="on record"):
        stating.signer.state(new_id(), SEAL, stating.asked())
    with pytest.raises(SealRefused, match="for this seal"):
        stating.sign("seal-trade")
    with pytest.raises(SealRefused, match="not the statement"):
        stating.signer.state(stating.id, SEAL, _input(stating.ours.seal, b'{"other":1}', clock))
    stating.change(content=b'{"other":1}')
    with pytest.raises(SealRefused, match="not that of this statement"):
        stating.sign()
    stating.change(content=CONTENT, certificate=stating.ours.other_seal.certificate_der)
    with pytest.raises(SealRefused, match="not the statement"):
        stating.sign()


def test_an_officials_key_states_nothing(stating: Stating, clock: FrozenClock) -> None:
    head = stating.ours.official
    stating.change(seal_key=HEAD, certificate=head.certificate_der, signing_input=_input(head, CONTENT, clock))
    with pytest.raises(SealRefused, match="for this seal"):
        stating.sign(HEAD)


def test_a_seal_of_another_agency_or_a_revoked_one_states_nothing(stating: Stating, clock: FrozenClock) -> None:
    stating.change(on_behalf_of=OTHER_AGENCY)
    with pytest.raises(CertificateRefused, match="another agency"):
        stating.sign()
    stating.change(on_behalf_of=AGENCY)
    ceremony.revoke(stating.ours.built_in, stating.ours.seal.certificate.serial_number, clock)
    with pytest.raises((CertificateRefused, KeyNotValid), match="revoked"):
        stating.sign()
