"""The timestamp server's lost key.

Whoever has it can make timestamps of any past time, and nothing but another timestamp tells them from true ones. So
the order is another than for a seal: the old key stops at once, every file that rests on it gets a timestamp of the
new one while the old certificate is not yet revoked, and only then it is revoked, as of that instant. A file that the
thief stamps back in time has no newer timestamp, and no entry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa
from cryptography import x509

from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.errors import Refused, Unavailable
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.entries.models import Entry, Paper
from registry.preservation.models import PublishedFile, TimestampCertificate
from registry.preservation.preserve import preserve_waiting
from registry.preservation.queries import CURRENT, Due
from registry.preservation.renew import renew_paper
from registry.preservation.round import look_into_files
from signing.compromise.keyfolder import (
    certificates_of,
    folder_of,
    keys_named,
    replace_key,
    retire_file_key,
    retired_keys,
    revoke_as_of,
)
from signing.pki.marks import mark_of
from signing.requests.retired import journal_retirement

Rests = Callable[[TimestampCertificate], set[str]]

CLOCK_SECONDS = 10.0  # within which a clock that is right comes to its next second


class EvidenceStillOld(Unavailable):
    """Files still rest on the lost key: its certificate is not revoked before they have other evidence."""


def own_server(unit: UnitOfWork) -> dict[str, str]:
    """The key of our own timestamp server; none where timestamps come from elsewhere."""
    return keys_named(unit, "tsa") if unit.tools[Settings].runs_own_tsa else {}


def touched_by_tsa(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Files whose newest timestamp is of the lost key; the older ones stand under a newer one."""
    for certificate in certificates_of(folder_of(unit), loss.mark):
        yield Touched(Fate.REVOKED, "certificates", f"{certificate.serial_number:x}", "once no file rests on it")
    yield from touched_files(unit, loss, resting_on_server)
    yield Touched(Fate.PUBLISHED_ANEW, "revocation lists", "/crl/issuing.crl")


def touched_files(unit: UnitOfWork, loss: Loss, rests: Rests) -> Iterator[Touched]:
    """Present files whose newest timestamp rests on the lost key, and those that have none yet."""
    with unit.begin(SYSTEM) as work:
        for due, at in _resting_on(work, loss.mark, rests):
            when = f"newest timestamp of {at.isoformat(timespec='seconds')}" if at else "no timestamp is known"
            after = ", after the cut" if at and at >= loss.since else ""
            yield Touched(Fate.NEW_EVIDENCE, "files", due.register_code, f"{when}{after}")
        waiting = work.session.scalars(
            sa.select(Entry.register_code)
            .join(Paper, Paper.entry_id == Entry.id)
            .where(Paper.published_sha256.is_(None))
            .order_by(Entry.register_code)
        ).all()
    yield from (Touched(Fate.NEW_EVIDENCE, "files", code, "not published yet") for code in waiting)


def new_evidence(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Every file whose newest timestamp was made with the lost key."""
    yield from give_new_evidence(unit, loss, resting_on_server)


def give_new_evidence(unit: UnitOfWork, loss: Loss, rests: Rests) -> Iterator[str]:
    """Every file on the lost key gets a timestamp of the new one. Stops at what fails, so that a repeat goes on."""
    look_into_files(unit)
    preserve_waiting(unit)
    with unit.begin(SYSTEM) as work:
        due = [one for one, _ in _resting_on(work, loss.mark, rests)]
    done, failed = 0, list[str]()
    for one in due:
        try:
            done += renew_paper(unit, one)
        except Unavailable:
            raise
        except (Refused, OSError, ValueError) as error:
            failed.append(f"{one.register_code} ({type(error).__name__})")
    yield f"{done} files have evidence of the new key"
    if failed:
        yield f"BY HAND: no new evidence for {', '.join(failed)}; look at the page of preservation"
    with unit.begin(SYSTEM) as work:
        left = sum(1 for _ in _resting_on(work, loss.mark, rests)) - len(failed)
    if left > 0:
        raise EvidenceStillOld(f"{left} files rest on the lost key; is the timestamp server up? Repeat the command.")


def revoke_now(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Revoked as of now, invalid since the cut: the new timestamps prove that the old ones were there before."""
    wait_for_the_next_second(unit)
    yield from revoke_as_of(unit, loss, unit.clock.now())


def wait_for_the_next_second(unit: UnitOfWork) -> None:
    """Timestamps and revocations have whole seconds: those of one second would not tell which came first."""
    now, ends = unit.clock.now(), time.monotonic() + CLOCK_SECONDS
    while unit.clock.now().replace(microsecond=0) <= now.replace(microsecond=0):
        if time.monotonic() > ends:
            raise EvidenceStillOld(f"The clock of this machine stands, or went back behind {now}. Repeat the command.")
        time.sleep(0.05)


def resting_on_server(certificate: TimestampCertificate) -> set[str]:
    """The mark of the key that made a timestamp."""
    return {_mark(certificate.der)}


def resting_on_authority(certificate: TimestampCertificate) -> set[str]:
    """The marks of the authorities above it."""
    return set(map(_mark, certificate.above))


def _mark(der: bytes) -> str:
    return mark_of(x509.load_der_x509_certificate(der))


def _resting_on(work: Work, mark: str, rests: Rests) -> Iterator[tuple[Due, datetime | None]]:
    """Present files whose newest timestamp rests on a key, the oldest evidence first."""
    stored = work.session.scalars(sa.select(TimestampCertificate)).all()
    lost = [one.sha256 for one in stored if mark in rests(one)]
    query = (
        sa.select(
            Paper.id, Entry.register_code, PublishedFile.sha256, PublishedFile.evidence_until,
            PublishedFile.timestamp_at,
        )
        .join(PublishedFile, CURRENT)
        .join(Entry, Entry.id == Paper.entry_id)
        .where(PublishedFile.certificate.in_(lost))
        .order_by(PublishedFile.timestamp_at, Paper.id)
    )  # fmt: skip
    for paper_id, code, sha256, until, at in work.session.execute(query):
        yield Due(paper_id, code, sha256, until, pressing=True, distrusted=True), at


TSA = KeyClass(
    "tsa",
    "the timestamp server's key",
    Drill(
        own_server,
        retired_keys,
        touched_by_tsa,
        (retire_file_key, journal_retirement, replace_key, new_evidence, revoke_now),
    ),
)
