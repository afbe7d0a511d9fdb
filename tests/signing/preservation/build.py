"""Authorities of a few years, and a responder by any clock, so that decades pass in a test."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.clock import FrozenClock
from signing.pades.fields import OFFICIAL, SEAL
from signing.pki import authority, certificates
from signing.pki.api import responder_application, tsa_application
from signing.pki.certificates import Profile
from signing.pki.ocsp import OcspResponder
from signing.pki.revoked import RevocationRegister
from signing.pki.serials import SerialNumbers
from signing.pki.tsa import TimestampAuthority, TsaKey
from signing.timestamps.client import Timestamper
from signing.trust.revocation import RevocationSource
from tests.pki.build import AGENCY, START, Identity, Pki, pki
from tests.pki.serve import serving
from tests.signing.pades.build import AT, LATER, issued, sign, trust

FIRST_END = datetime(2027, 6, 1, tzinfo=UTC)
SECOND_END = datetime(2029, 6, 1, tzinfo=UTC)
THIRD_END = datetime(2032, 6, 1, tzinfo=UTC)
SIGNERS_END = datetime(2027, 1, 1, tzinfo=UTC)


def clock(at: datetime) -> FrozenClock:
    return FrozenClock(at, ZoneInfo("Asia/Ho_Chi_Minh"))


@functools.cache
def short_lived(profile: Profile, name: str, end: datetime, start: datetime = START) -> Identity:
    """A key of our test authority whose certificate ends soon."""
    key = authority.new_authority_key() if profile is certificates.TSA else authority.new_signing_key()
    subject = certificates.seal_name(AGENCY) if profile is certificates.SEAL else certificates.trial_name(name)
    certificate = pki().built_in.issuing.issue(profile, subject, key.public_key(), start, end)
    return Identity(name, certificate, key, [pki().issuing], "")


def tsa_until(end: datetime) -> Identity:
    return short_lived(certificates.TSA, f"TSA until {end:%Y}", end)


@contextmanager
def stamping(folder: Path, end: datetime, at: datetime) -> Iterator[Timestamper]:
    """The client of a timestamp authority whose certificate ends at `end`, both by the clock `at`; over HTTP."""
    tsa = tsa_until(end)
    key = TsaKey(tsa.certificate, tsa.chain, tsa.key)
    application = tsa_application(TimestampAuthority(key, SerialNumbers(folder / f"{at:%Y%m%d%H%M%S}", clock(at))))
    with serving(application) as url:
        yield Timestamper(f"{url}/tsa", [pki().root], clock(at), 20)


@contextmanager
def answering(at: datetime, which: Pki | None = None) -> Iterator[RevocationSource]:
    """Our responder, and its client, by the clock `at`; over HTTP."""
    found = which or pki()
    register, responder = RevocationRegister(found.folder), found.identity("ocsp")
    answers = OcspResponder(
        found.issuing, "issuing", responder.certificate, responder.key, found.built_in.issued, register.find
    )
    with serving(responder_application(found.built_in, answers, register, clock(at))) as url:
        yield RevocationSource(url, trust(), clock(at), timeout=20)


def sealed_until(folder: Path, signers_end: datetime = SIGNERS_END) -> bytes:
    """A document signed and sealed under certificates that end at `signers_end`, stamped by the first authority."""
    official = short_lived(certificates.OFFICIAL, "Nguyễn Thị Thử", signers_end)
    seal = short_lived(certificates.SEAL, "seal", signers_end)
    with stamping(folder, FIRST_END, AT) as stamps:
        signed = sign(issued().fields, OFFICIAL, official, AT, stamps.token)
        return sign(signed, SEAL, seal, AT, stamps.token)


__all__ = ["AT", "FIRST_END", "LATER", "SECOND_END", "THIRD_END", "answering", "sealed_until", "stamping"]
