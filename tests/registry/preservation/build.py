"""Timestamp authorities and responders of a test's own, under the roots that the running processes trust."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography import x509

from config.access import SYSTEM
from config.clock import Clock, FrozenClock
from config.jobs import Jobs
from config.settings import Settings
from config.unit_of_work import Tools, UnitOfWork
from registry.entries.models import Paper
from registry.log.append import integrate
from registry.preservation.models import PublishedFile
from registry.preservation.preserve import preserve_paper
from signing.pki import authority, certificates
from signing.pki.api import responder_application, tsa_application
from signing.pki.ceremony import BuiltInAuthority
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from signing.pki.serials import SerialNumbers
from signing.pki.serving import _service_key
from signing.pki.tsa import TimestampAuthority, TsaKey
from signing.timestamps.client import Timestamper
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource
from tests.pki.serve import serving
from tests.registry.conftest import Entered

Answer = Callable[[bytes], bytes]


@functools.cache
def tsa_key(keys: BuiltInAuthority, days: int) -> TsaKey:
    """A timestamp authority's key whose certificate ends in so many days."""
    key, start = authority.new_authority_key(), keys.issuing.certificate.not_valid_before_utc
    subject = certificates.trial_name(f"TSA of {days} days")
    end = start.replace(microsecond=0) + timedelta(days=days)
    certificate = keys.issuing.issue(certificates.TSA, subject, key.public_key(), start - timedelta(days=2), end)
    return TsaKey(certificate, [keys.issuing.certificate], key)


@contextmanager
def stamped_by(unit: UnitOfWork, answer: Answer, timeout: float = 20) -> Iterator[None]:
    """The unit asks an authority that answers as told, over HTTP."""

    class Told:
        def answer(self, request: bytes) -> bytes:
            return answer(request)

    roots = [x509.load_der_x509_certificate(root) for root in unit.tools[TrustStore].roots]
    before = unit.tools[Timestamper]
    with serving(tsa_application(Told())) as url:
        unit.tools.add(Timestamper(f"{url}/tsa", roots, unit.clock, timeout))
        try:
            yield
        finally:
            unit.tools.add(before)


def authority_of(folder: Path, key: TsaKey, clock: Clock) -> Answer:
    return TimestampAuthority(key, SerialNumbers(folder, clock)).answer


def published_shortly(unit: UnitOfWork, entered: Entered, answer: Answer) -> tuple[UUID, str]:
    """A licence that was published under that authority: its paper, and the SHA-256 of its file."""
    entry_id = entered()
    integrate(unit)
    with stamped_by(unit, answer):
        paper_id = paper_of(unit, entry_id).id
        preserve_paper(unit, paper_id)
    return paper_id, digest_of(unit, paper_id)


def paper_of(unit: UnitOfWork, entry_id: UUID) -> Paper:
    with unit.begin(SYSTEM) as work:
        return work.session.scalars(sa.select(Paper).where(Paper.entry_id == entry_id)).one()


def digest_of(unit: UnitOfWork, paper_id: UUID) -> str:
    with unit.begin(SYSTEM) as work:
        return work.session.get_one(Paper, paper_id, populate_existing=True).published_sha256 or ""


def files_of(unit: UnitOfWork, paper_id: UUID) -> list[PublishedFile]:
    with unit.begin(SYSTEM) as work:
        query = sa.select(PublishedFile).where(PublishedFile.paper_id == paper_id).order_by(PublishedFile.number)
        return list(work.session.scalars(query))


@contextmanager
def on_day(
    unit: UnitOfWork, settings: Settings, keys: BuiltInAuthority, at: datetime, **evidence: Any
) -> Iterator[UnitOfWork]:
    """The same installation on another day, its responder with it; its settings of preservation changed as told."""
    clock = FrozenClock(at, unit.clock.zone)
    key, certificate, _ = _service_key(settings, "ocsp")
    register = RevocationRegister(settings.keys_folder)
    issuing = keys.issuing
    answers = OcspResponder(issuing.certificate, issuing.name, certificate, key, keys.issued, register.find)
    changed = dataclasses.replace(settings, evidence=dataclasses.replace(settings.evidence, **evidence))
    with serving(responder_application(keys, answers, register, clock)) as url:
        source = RevocationSource(url, unit.tools[TrustStore], clock, 20)
        tools = Tools(*(unit.tools._parts | {Settings: changed, RevocationSource: source}).values())
        yield UnitOfWork(unit._sessions, clock, unit.reactor, Jobs(settings, unit.reactor, {}), tools)
