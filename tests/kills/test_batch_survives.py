"""600 documents authorised with one PIN while a worker is killed in the middle: every one is signed, and once."""

from __future__ import annotations

import io
import os
import signal
from datetime import timedelta
from uuid import UUID

import pikepdf
import psycopg
import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from licensing.accounts.authority import signing_authority
from licensing.accounts.models import Account
from licensing.accounts.queries import agency_by_code
from signing.batches.open import open_batch
from signing.pades.fields import Box, Labels, add_signature_fields
from signing.requests.file import Preparation, Stamps, file_request
from tests.benchmarks.installation import Installation, busy_unit, fresh_installation, let_go, wait_until
from tests.documents import BOXES, a_plain_document
from tests.kills.killer import MARKS, child_of

MANY, BEFORE_THE_KILL, IN_FLIGHT = 600, 100, 60
AGENCY = "000.00.05.H99"
pytestmark = pytest.mark.slow


def test_six_hundred_are_signed_once_though_a_worker_is_killed() -> None:
    with fresh_installation(lambda line: None, WORKER_PROCESSES="2", JOB_STALLED_AFTER="10", JOB_ATTEMPTS="60") as here:
        unit = busy_unit(here.settings)
        owned = psycopg.connect(f"host={here.settings.data_folder}/postgres/run user=antin dbname=antin")
        try:
            with owned as owner:
                rehearse(here, unit, owner)
        finally:
            let_go(unit)


def rehearse(here: Installation, unit: UnitOfWork, owner: psycopg.Connection) -> None:
    requests, signatory, key = filed(unit)
    open_batch(unit, signatory, key, here.secrets.pin, requests)
    wait_until("some are signed", lambda: signed(owner) >= BEFORE_THE_KILL, seconds=300)
    victim = child_of(here.parent, MARKS["worker"])
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    assert signed(owner) < MANY  # in the middle
    wait_until("all are signed", lambda: settled(owner) == [("signed", MANY)], seconds=600)
    check_once(owner)


def filed(unit: UnitOfWork) -> tuple[list[UUID], str, str]:
    """Documents of an official of the demonstration that no two are alike; who signs, with which key."""
    blank = a_plain_document(unit)
    with unit.begin(SYSTEM) as work:
        account = work.session.scalars(sa.select(Account).where(Account.login == "lanhdao")).one()
        key, agency = signing_authority(work, account.id, AGENCY).signing_key, agency_by_code(work, AGENCY)
        found = []
        for number in range(MANY):
            preparation = Preparation(
                purpose="rehearsal",  # nothing of a decision follows
                subject=str(number),
                agency=AGENCY,
                document_sha256=work.tools[Storage].put(numbered(blank, number)),
                summary=f"Văn bản thử {number}",
                on_behalf_of=agency.name_vi,
                signatory=str(account.id),
                signatory_name=account.name,
                official_key=key,
                seal_key="seal-minhhoa",
                stamps=Stamps(*BOXES, agency.name_vi, "Bản thử nghiệm"),
                expires_on=unit.clock.today() + timedelta(days=1),
            )
            found.append(file_request(work, preparation).id)
    return found, str(account.id), key


def numbered(blank: bytes, number: int) -> bytes:
    """The document with a number of its own and both empty signature fields."""
    with pikepdf.open(io.BytesIO(blank)) as pdf:
        pdf.docinfo["/Subject"] = str(number)
        pdf.save(target := io.BytesIO())
    return add_signature_fields(target.getvalue(), Box(*BOXES[0]), Box(*BOXES[1]), Labels("Chữ ký", "Con dấu"))


def signed(owner: psycopg.Connection) -> int:
    return dict(settled(owner)).get("signed", 0)


def settled(owner: psycopg.Connection) -> list[tuple[str, int]]:
    with owner.transaction():
        return owner.execute("SELECT state, count(*) FROM signing_batch_items GROUP BY state ORDER BY state").fetchall()


def check_once(owner: psycopg.Connection) -> None:
    """One signature a document; only what was in flight, and whose answer was lost, was asked again."""
    values = "SELECT count(*), count(DISTINCT value) FROM signing_signatures WHERE role = 'official'"
    assert owner.execute(values.encode()).fetchall() == [(MANY, MANY)]
    journal = "SELECT count(DISTINCT request_id), count(DISTINCT digest) FROM signing_journal WHERE outcome = 'signed'"
    journal += " AND purpose = 'official'"
    [(documents, digests)] = owner.execute(journal.encode()).fetchall()
    assert documents == MANY
    assert digests <= MANY + IN_FLIGHT
    failed = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
    assert owner.execute(failed.encode()).fetchall() == [(0,)]
