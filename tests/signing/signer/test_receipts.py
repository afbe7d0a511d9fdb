"""The key of receipts signs only what the service put on record for it, once, and nothing that passes for a paper."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
import typst

from config.access import SYSTEM
from config.clock import FrozenClock
from config.database import make_engine
from config.errors import Refused
from config.settings import Settings
from config.tokens import new_id
from config.unit_of_work import UnitOfWork
from signing.journal.record import LINES
from signing.keys.errors import KeyNotValid, KeyUnknown
from signing.pades.complete import check_value
from signing.pades.fields import SEAL as SEAL_FIELD
from signing.pades.prepare import PreparedRevision, prepare
from signing.pki import ceremony
from signing.receipts.models import Receipt
from signing.requests.models import Role
from signing.signer.client import SignerClient
from signing.signer.errors import CertificateRefused, ReceiptRefused, SealRefused, SignerNotReady, SignerUnavailable
from signing.signer.serving import prepare as prepare_signer
from tests.pki.build import Identity, Pki
from tests.signing.signer.conftest import Case, base_document

KEY = "receipt"


@cache
def slip(text: str = "Receipt") -> bytes:
    """A page that is PDF/A."""
    source = f"#set document(title: [x], date: datetime(year: 2026, month: 2, day: 12))\n= {text}"
    drawn = typst.compile(source.encode(), format="pdf", pdf_standards=["a-3a"])
    assert isinstance(drawn, bytes)
    return drawn


@dataclass
class Asking:
    """A receipt on record, which whoever holds the database may change."""

    unit: UnitOfWork
    signer: SignerClient
    ours: Pki
    clock: FrozenClock
    id: UUID
    made: PreparedRevision

    def change(self, **values: object) -> None:
        with self.unit.begin(SYSTEM) as work:
            row = work.session.get_one(Receipt, self.id)
            for name, value in values.items():
                setattr(row, name, value)

    def put(self, document: bytes, field: str, key: Identity) -> None:
        """Put another document on record, prepared for a field and a certificate."""
        self.made = prepare(document, field, key.certificate_der, key.chain_der, None, self.clock.now())
        self.change(
            document_sha256=hashlib.sha256(document).hexdigest(),
            certificate=key.certificate_der,
            chain=key.chain_der,
            revision_sha256=hashlib.sha256(self.made.revision).hexdigest(),
            attributes=self.made.attributes,
        )

    def sign(self) -> bytes:
        return self.signer.receipt(self.id, self.made.attributes, self.made.revision)


@pytest.fixture
def asking(unit: UnitOfWork, signer: SignerClient, signer_settings: Settings, clock: FrozenClock) -> Asking:
    ours, key = Pki(signer_settings.keys_folder), Pki(signer_settings.keys_folder).identity(KEY)
    made = prepare(slip(), "Receipt", key.certificate_der, key.chain_der, None, clock.now())
    receipt_id = new_id()
    with unit.begin(SYSTEM) as work:
        row = Receipt(
            id=receipt_id,
            first_id=receipt_id,
            kind="slip",
            subject="1",
            version="1",
            level="B-B",
            document_sha256=hashlib.sha256(slip()).hexdigest(),
            filed_at=clock.now(),
            certificate=key.certificate_der,
            chain=key.chain_der,
            revision_sha256=hashlib.sha256(made.revision).hexdigest(),
            attributes=made.attributes,
        )
        work.session.add(row)
    return Asking(unit, signer, ours, clock, receipt_id, made)


def lines_of(settings: Settings) -> list[tuple[str, str, str]]:
    engine = make_engine(settings.database_signer_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(LINES).order_by(LINES.c.seq)).mappings().all()
    engine.dispose()
    return [(row["key"], row["purpose"], row["outcome"]) for row in rows]


def test_what_is_on_record_is_signed_and_each_use_is_written_down(asking: Asking, signer_settings: Settings) -> None:
    check_value(asking.made.attributes, asking.sign(), asking.ours.identity(KEY).certificate_der)
    assert asking.sign() == asking.sign()
    assert lines_of(signer_settings)[:2] == [(KEY, KEY, "asked"), (KEY, KEY, "signed")]


def test_its_certificate_names_the_service_and_no_agency(asking: Asking) -> None:
    subject = asking.ours.identity(KEY).certificate.subject.rfc4514_string()
    assert "no legal value" in subject and "Sở" not in subject


def test_another_document_under_the_same_name_is_not_signed(asking: Asking, signer_settings: Settings) -> None:
    asking.sign()
    asking.put(slip("Changed"), "Receipt", asking.ours.identity(KEY))
    with pytest.raises(ReceiptRefused, match="signed before"):
        asking.sign()
    assert lines_of(signer_settings)[-1] == (KEY, KEY, "refused")


def test_a_document_that_was_changed_after_filing_is_not_signed(asking: Asking) -> None:
    asking.change(document_sha256=hashlib.sha256(slip("Changed")).hexdigest())
    with pytest.raises(ReceiptRefused, match="does not begin with the document on record"):
        asking.sign()


def test_only_what_is_on_record(asking: Asking) -> None:
    with pytest.raises(ReceiptRefused, match="No document is on record"):
        asking.signer.receipt(new_id(), asking.made.attributes, asking.made.revision)
    with pytest.raises(ReceiptRefused, match="not the attributes on record"):
        asking.signer.receipt(asking.id, asking.made.attributes + b"0", asking.made.revision)
    with pytest.raises(ReceiptRefused, match="not the revision on record"):
        asking.signer.receipt(asking.id, asking.made.attributes, asking.made.revision + b"\n")


@pytest.mark.parametrize("field", ["Official", SEAL_FIELD])
def test_a_field_of_an_official_or_a_seal_is_not_signed_even_if_it_is_on_record(asking: Asking, field: str) -> None:
    asking.put(base_document(), field, asking.ours.identity(KEY))
    with pytest.raises(ReceiptRefused, match="fields for other signatures"):
        asking.sign()


def test_a_document_with_a_place_for_a_seal_is_not_signed_as_a_receipt(asking: Asking) -> None:
    asking.put(base_document(), "Receipt", asking.ours.identity(KEY))
    with pytest.raises(ReceiptRefused, match="fields for other signatures"):
        asking.sign()


def test_no_seal_and_no_officials_key_signs_a_receipt(asking: Asking) -> None:
    for key in (asking.ours.seal, asking.ours.official):
        asking.put(slip(), "Receipt", key)
        with pytest.raises(ReceiptRefused, match="attributes on record"):
            asking.sign()


def test_the_key_of_receipts_seals_no_licence_whatever_the_record_says(case: Case) -> None:
    """Whoever holds the database names it as the seal of a signed licence."""
    signed = case.signed()
    key = case.ours.identity(KEY)
    prepared = case.prepare(signed, "Seal", key)
    case.put(Role.SEAL, prepared, key)
    case.change(seal_key=KEY)
    with pytest.raises((KeyUnknown, SealRefused, CertificateRefused)):
        case.seal(prepared, KEY)


def test_the_key_of_receipts_signs_for_no_official(case: Case) -> None:
    key = case.ours.identity(KEY)
    prepared = case.prepare(base_document(), "Official", key)
    case.put(Role.OFFICIAL, prepared, key)
    case.change(official_key=KEY)
    with pytest.raises(Refused) as refused:
        case.signer.sign(case.request_id, KEY, "246810", prepared.attributes, prepared.revision)
    assert not isinstance(refused.value, SignerUnavailable)


def test_a_revoked_certificate_signs_nothing(asking: Asking, clock: FrozenClock) -> None:
    serial = asking.ours.identity(KEY).certificate.serial_number
    ceremony.revoke(asking.ours.built_in, serial, clock)
    with pytest.raises((CertificateRefused, KeyNotValid), match="revoked"):
        asking.sign()


def test_without_its_key_the_signer_does_not_start(
    unit: UnitOfWork, signer_settings: Settings, clock: FrozenClock
) -> None:
    (signer_settings.keys_folder / "receipt.p12").unlink()
    with pytest.raises(SignerNotReady) as fault:
        prepare_signer(signer_settings, clock)
    assert str(fault.value).splitlines() == [
        "receipt: there is no key of receipts; make one: antin signing create-receipt-key"
    ]


def test_a_seals_key_is_no_key_of_receipts(
    unit: UnitOfWork, signer_settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    folder = signer_settings.keys_folder
    for ending in ("p12", "pass", "pem"):
        (folder / f"receipt.{ending}").write_bytes((folder / f"seal-health.{ending}").read_bytes())
    with pytest.raises(SignerNotReady, match="that of seal-health"):
        prepare_signer(replace(signer_settings, data_folder=tmp_path / "other"), clock)
