"""A timestamp authority or responder that is slow, down or lying: nothing is held or lost, all is tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from asn1crypto import tsp
from cryptography import x509
from flask.testing import FlaskClient

import signing.trust.revocation as revocation
from config.access import SYSTEM
from config.clock import FrozenClock
from config.postgres import OWNER
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.models import Entry, Paper
from registry.log.append import integrate
from registry.preservation.models import PreservationRun
from registry.preservation.preserve import preserve_paper
from registry.preservation.queries import Due, due_papers
from registry.preservation.renew import renew_paper
from registry.preservation.round import renew_round
from signing.pki.api import responder_application
from signing.pki.ceremony import BuiltInAuthority
from signing.pki.ocsp import OcspResponder, Reply
from signing.pki.revoked import RevocationRegister
from signing.pki.serving import _service_key
from signing.pki.tsa import TsaKey
from signing.timestamps.errors import TimestampNotTrusted, TimestampUnavailable
from signing.trust.anchors import TrustStore
from signing.trust.errors import RevocationNotTrusted
from signing.trust.revocation import RevocationSource
from tests.pki.build import foreign_pki
from tests.pki.serve import serving
from tests.registry.conftest import Entered
from tests.registry.preservation.build import (
    Answer,
    authority_of,
    digest_of,
    files_of,
    paper_of,
    published_shortly,
    stamped_by,
    tsa_key,
)
from tests.registry.preservation.conftest import Only

WAIT = timedelta(seconds=130)  # an authority may take as long


class Slow:
    """Answers when it is told to: `asked` is set by the question, the answer waits for `released`."""

    def __init__(self, inner: Answer) -> None:
        self.inner, self.asked, self.released = inner, threading.Event(), threading.Event()

    def __call__(self, request: bytes) -> bytes:
        self.asked.set()
        assert self.released.wait(60)
        return self.inner(request)


def open_transactions(settings: Settings) -> int:
    """Transactions that somebody keeps open in this database, of any age."""
    with psycopg.connect(f"host={settings.data_folder}/postgres/run user={OWNER} dbname=antin") as owner:
        query = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        row = owner.execute(query + " AND backend_type = 'client backend'").fetchone()
    return int(row[0]) if row else -1


def logged(unit: UnitOfWork, entered: Entered) -> tuple[UUID, UUID]:
    """A licence in force that has no evidence yet: entry and paper."""
    entry_id = entered()
    integrate(unit)
    return entry_id, paper_of(unit, entry_id).id


def due_of(unit: UnitOfWork, paper_id: UUID) -> Due:
    with unit.begin(SYSTEM) as work:
        return next(due for due in due_papers(work, waiting=True) if due.paper_id == paper_id)


def good(live_unit: UnitOfWork, keys: BuiltInAuthority, folder: Path) -> Answer:
    return authority_of(folder, tsa_key(keys, 900), live_unit.clock)


@pytest.mark.parametrize("renewal", [False, True])
def test_a_slow_authority_holds_no_transaction_and_no_request(
    live_unit: UnitOfWork,
    settings: Settings,
    engine: sa.Engine,
    client: FlaskClient,
    entered: Entered,
    keys: BuiltInAuthority,
    short: Answer,
    tmp_path: Path,
    renewal: bool,
) -> None:
    slow, before = Slow(good(live_unit, keys, tmp_path / "slow")), ""
    if renewal:
        paper_id, before = published_shortly(live_unit, entered, short)
        due = due_of(live_unit, paper_id)
        job: Callable[[], Any] = lambda: renew_paper(live_unit, due)  # noqa: E731
    else:
        _, paper_id = logged(live_unit, entered)
        job = lambda: preserve_paper(live_unit, paper_id)  # noqa: E731
    with live_unit.begin(SYSTEM) as work:
        code = work.session.scalars(
            sa.select(Entry.register_code).join(Paper, Paper.entry_id == Entry.id).where(Paper.id == paper_id)
        ).one()
    assert settings.tsa_timeout > WAIT.total_seconds()
    with ThreadPoolExecutor(1) as pool, stamped_by(live_unit, slow, settings.tsa_timeout):
        running = pool.submit(job)
        assert slow.asked.wait(30)
        assert open_transactions(settings) == 0
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert client.get(f"/l/{code}").get_json()["finding"] == "valid"  # answered while the authority thinks
        assert digest_of(live_unit, paper_id) == before
        assert not running.done()
        slow.released.set()
        running.result(30)
    assert digest_of(live_unit, paper_id) not in ("", before)


def test_an_authority_slower_than_we_wait_is_tried_again(
    live_unit: UnitOfWork, entered: Entered, keys: BuiltInAuthority, tmp_path: Path
) -> None:
    _, paper_id = logged(live_unit, entered)
    slow = Slow(good(live_unit, keys, tmp_path / "slow"))
    with stamped_by(live_unit, slow, timeout=0.2):
        with pytest.raises(TimestampUnavailable):
            preserve_paper(live_unit, paper_id)
        slow.released.set()
    assert digest_of(live_unit, paper_id) == ""
    preserve_paper(live_unit, paper_id)
    assert files_of(live_unit, paper_id)[0].level == "B-LTA"


def _changed(request: bytes, **fields: Any) -> bytes:
    parsed = tsp.TimeStampReq.load(request)
    for name, value in fields.items():
        parsed[name] = value
    return bytes(parsed.dump(force=True))


def lies(live_unit: UnitOfWork, keys: BuiltInAuthority, folder: Path) -> dict[str, Answer]:
    """An authority that stamps something else, one whose clock is a day behind, one that nobody certified."""
    key = tsa_key(keys, 900)
    honest = authority_of(folder / "honest", key, live_unit.clock)
    late = FrozenClock(live_unit.clock.now() - timedelta(days=1), live_unit.clock.zone)
    stranger = foreign_pki().tsa
    foreign = TsaKey(stranger.certificate, stranger.chain, stranger.key)
    other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32}
    return {
        "wrong imprint": lambda request: honest(_changed(request, message_imprint=other)),
        "wrong nonce": lambda request: honest(_changed(request, nonce=7)),
        "old time": authority_of(folder / "late", key, late),
        "bad chain": authority_of(folder / "foreign", foreign, live_unit.clock),
        "junk": lambda request: b"junk",
    }


@pytest.mark.parametrize("lie", ["wrong imprint", "wrong nonce", "old time", "bad chain", "junk"])
def test_a_lying_authority_gives_nothing_a_level_and_ends_the_round(
    live_unit: UnitOfWork, entered: Entered, keys: BuiltInAuthority, short: Answer, tmp_path: Path, only: Only, lie: str
) -> None:
    _, waiting = logged(live_unit, entered)
    published, before = published_shortly(live_unit, entered, short)
    only(published)
    with stamped_by(live_unit, lies(live_unit, keys, tmp_path)[lie]):
        with pytest.raises(TimestampNotTrusted):
            preserve_paper(live_unit, waiting)
        outcome = renew_round(live_unit)
    assert (outcome.renewed, outcome.failed, outcome.stopped_by) == (0, 0, "TimestampNotTrusted")
    assert (digest_of(live_unit, waiting), digest_of(live_unit, published)) == ("", before)
    with live_unit.begin(SYSTEM) as work:
        run = work.session.scalars(sa.select(PreservationRun).order_by(PreservationRun.id.desc()).limit(1)).one()
        assert run.stopped_by == "TimestampNotTrusted"
    preserve_paper(live_unit, waiting)
    assert renew_round(live_unit).renewed == 1


def test_an_authority_that_is_down_ends_the_round_and_the_next_one_goes_on(
    live_unit: UnitOfWork, entered: Entered, short: Answer, only: Only
) -> None:
    published, before = published_shortly(live_unit, entered, short)
    only(published)
    stopped = live_unit.tools[RevocationSource]
    dead = RevocationSource("http://127.0.0.1:9", live_unit.tools[TrustStore], live_unit.clock, 1)
    live_unit.tools.add(dead)
    outcome = renew_round(live_unit)
    assert (outcome.renewed, outcome.stopped_by) == (0, "RevocationUnavailable")
    assert digest_of(live_unit, published) == before
    live_unit.tools.add(stopped)
    assert renew_round(live_unit).renewed == 1


@contextmanager
def answered_by(unit: UnitOfWork, settings: Settings, keys: BuiltInAuthority, lie: str) -> Iterator[None]:
    """A responder of ours that answers `lie` to every OCSP question."""
    register = RevocationRegister(settings.keys_folder)
    own_key, own_certificate, _ = _service_key(settings, "ocsp")
    stranger = foreign_pki().identity("ocsp")
    certificate = stranger.certificate if lie == "stranger" else own_certificate
    key = stranger.key if lie == "stranger" else own_key
    issuing = keys.issuing.certificate
    answers = OcspResponder(issuing, "issuing", certificate, key, lambda serial: lie != "unknown", register.find)
    clock = unit.clock

    class Late(OcspResponder):
        def reply(self, request_der: bytes, at: Any) -> Reply:
            return super().reply(request_der, at - timedelta(days=3))

    if lie == "stale":
        answers = Late(**vars(answers))
    before = unit.tools[RevocationSource]
    with serving(responder_application(keys, answers, register, clock)) as url:
        unit.tools.add(RevocationSource(url, unit.tools[TrustStore], clock, 20))
        try:
            yield
        finally:
            unit.tools.add(before)


@pytest.mark.parametrize("lie", ["unknown", "stale", "stranger"])
def test_an_ocsp_answer_that_must_not_be_relied_on_gives_no_evidence(
    live_unit: UnitOfWork,
    settings: Settings,
    keys: BuiltInAuthority,
    entered: Entered,
    short: Answer,
    only: Only,
    monkeypatch: pytest.MonkeyPatch,
    lie: str,
) -> None:
    monkeypatch.setattr(revocation, "LARGEST_LIST", 1)  # every list counts as too long: single answers are asked for
    _, waiting = logged(live_unit, entered)
    monkeypatch.setattr("signing.trust.revocation._with_issuers", _leaves_only)
    with answered_by(live_unit, settings, keys, "none"):
        published, before = published_shortly(live_unit, entered, short)
    only(published)
    with answered_by(live_unit, settings, keys, lie):
        with pytest.raises(RevocationNotTrusted):
            preserve_paper(live_unit, waiting)
        outcome = renew_round(live_unit)
    assert (outcome.renewed, outcome.failed) == (0, 1)
    assert (digest_of(live_unit, waiting), digest_of(live_unit, published)) == ("", before)
    with answered_by(live_unit, settings, keys, "none"):
        preserve_paper(live_unit, waiting)
        assert renew_round(live_unit, again=True).renewed == 1
    assert files_of(live_unit, waiting)[0].level == "B-LTA"


REAL = revocation._with_issuers


def _leaves_only(*arguments: Any) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """The built-in root answers by list only, so nobody is asked about the issuing authority here."""
    return [(one, issuer) for one, issuer in REAL(*arguments) if not _is_authority(one)]


def _is_authority(certificate: x509.Certificate) -> bool:
    return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
