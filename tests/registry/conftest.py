"""A licence in the register, made on the running processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

import registry.reactions
import signing.reactions
from config import tokens
from config.access import SYSTEM
from config.events import Reactor
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import NewEntry, enter
from registry.entries.numbering import NumberSeries, reserve_number
from registry.entries.reserve import reserve_paper
from signing.pades.digest import seal_facts, signature_facts
from tests.documents import a_sealed_document

SERIES = NumberSeries("000.00.05.H99", "ATTP", 2026)


@pytest.fixture
def reactor() -> Reactor:
    return Reactor([signing.reactions.REACTIONS, registry.reactions.REACTIONS])


def new_entry(unit: UnitOfWork, owner_key: str, sealed: bytes, valid_until: date | None = date(2099, 1, 1)) -> NewEntry:
    """The entry of a sealed document, with what has to be reserved for it."""
    with unit.begin(SYSTEM) as work:
        reserve_paper(work, owner_key)
        number = reserve_number(work, SERIES, owner_key)
    seal, official = seal_facts(sealed), signature_facts(sealed, "Official")
    return NewEntry(
        owner_key=owner_key,
        kind="food_safety",
        title={"vi": "Giấy chứng nhận", "en": "Certificate"},
        agency=SERIES.agency,
        agency_name={"vi": "Sở Ví Dụ", "en": "Example department"},
        number=f"{number}/2026/ATTP-SVD",
        issued_on=date(2026, 1, 1),
        valid_until=valid_until,
        facts={"owner_name": "Đỗ Ví Dụ", "address": "Số 1 đường Ví Dụ"},
        public_facts=[{"name": "address", "label": {"vi": "Địa chỉ", "en": "Address"}, "value": "Số 1 đường Ví Dụ"}],
        actors=["officer", "approver"],
        sealed_sha256=unit.tools[Storage].put(sealed),
        pdf=seal.byte_range_digest,
        sv=seal.signature_value_sha256,
        sk=seal.certificate_sha256,
        auth=official.signature_value_sha256,
    )


Entered = Callable[..., UUID]


@pytest.fixture
def entered(live_unit: UnitOfWork) -> Entered:
    """Makes an entry of a sealed document, its own or a given one, and gives the entry's id."""

    def make(sealed: bytes | None = None) -> UUID:
        owner_key = str(tokens.new_id())
        content = sealed or a_sealed_document(live_unit, owner_key, f"Giấy phép {owner_key}")
        new = new_entry(live_unit, owner_key, content)
        with live_unit.begin(SYSTEM) as work:
            return enter(work, new).id

    return make
