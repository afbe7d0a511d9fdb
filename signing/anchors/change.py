"""An administrator decides whom to trust: each decision is added to those before, with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography import x509

from config.sentences import later, say
from config.unit_of_work import Work
from signing.anchors.errors import (
    AddressNotAccepted,
    AnchorNotFound,
    AnchorThere,
    CertificateNotAccepted,
    GroupExists,
    GroupNotAccepted,
    TrustReasonMissing,
)
from signing.anchors.events import TrustChanged
from signing.anchors.models import Act, TrustEvent
from signing.anchors.queries import group_by_key, groups
from signing.anchors.reading import ReadCertificate, read_authority
from signing.anchors.rules import NAME, Group, fault_of_address
from signing.trust.anchors import INSTALLATION
from signing.trust.path import path_to_anchor

LOCK = 7_261_104  # of one decision at a time
LONGEST_REASON, LONGEST_TITLE = 500, 200
MOST_ANCHORS = 500  # of one group; all of them travel with every question to the validator


@dataclass(frozen=True)
class Purposes:
    """What anchors of a group count for."""

    signatures: bool
    timestamps: bool


def open_group(work: Work, key: str, title: dict[str, str], purposes: Purposes) -> None:
    """Have a group of anchors; raises GroupExists, GroupNotAccepted."""
    _one_at_a_time(work)
    if not NAME.fullmatch(key) or key == INSTALLATION:
        raise GroupNotAccepted(later("The short name has small letters, digits and hyphens, from 2 to 40."))
    names = {code: " ".join(text.split()) for code, text in title.items()}
    if not all(0 < len(names.get(code, "")) <= LONGEST_TITLE for code in ("vi", "en")):
        raise GroupNotAccepted(later("Give the group a title in Vietnamese and in English."))
    _some(purposes)
    others = groups(work)
    if key in others or any(set(names.values()) & set(one.title.values()) for one in others.values()):
        raise GroupExists(later("There is a group of this name or title already."))
    _write(work, Act.GROUP, key, title_vi=names["vi"], title_en=names["en"], **vars(purposes))


def set_purposes(work: Work, key: str, purposes: Purposes, reason: str) -> None:
    """Say what the anchors of a group count for from now on; the same again is no decision."""
    _one_at_a_time(work)
    group = group_by_key(work, key)
    _some(purposes)
    if (group.signatures, group.timestamps) != (purposes.signatures, purposes.timestamps):
        _write(work, Act.PURPOSES, key, reason=_reason(reason), **vars(purposes))


def take_in(work: Work, key: str, content: bytes, reason: str = "") -> ReadCertificate:
    """Trust an authority (PEM or DER) in a group; raises CertificateNotAccepted, AnchorThere."""
    _one_at_a_time(work)
    group, now = group_by_key(work, key), work.clock.now()
    found = read_authority(content, now)
    present = group.anchors.get(found.sha256)
    if present is not None and present.counts(now):
        raise AnchorThere(later("This certificate is an anchor of the group already."))
    if len(group.in_force(now)) >= MOST_ANCHORS:
        raise CertificateNotAccepted(say("A group holds at most {most} anchors.", most=MOST_ANCHORS))
    _write(work, Act.ANCHOR, key, sha256=found.sha256, certificate=found.der, reason=reason.strip()[:LONGEST_REASON])
    return found


def take_out(work: Work, key: str, sha256: str, reason: str, effective_from: datetime | None = None) -> None:
    """Stop trusting an anchor, now or from a moment on; what was decided before stays on record."""
    _one_at_a_time(work)
    anchor = group_by_key(work, key).anchors.get(sha256)
    if anchor is None or anchor.out is not None:
        raise AnchorNotFound(later("The group has no such anchor, or it was taken out already."))
    since = effective_from or work.clock.now()
    _write(work, Act.OUT, key, sha256=sha256, reason=_reason(reason), effective_from=since)


def name_list(work: Work, key: str, address: str, issuer: bytes) -> ReadCertificate:
    """Have the lists of an issuer (an anchor, or an authority under one) fetched from this address, and no other."""
    _one_at_a_time(work)
    group, now = group_by_key(work, key), work.clock.now()
    if fault_of_address(address.strip()):
        raise AddressNotAccepted(later("Write an address that begins with http:// or https:// and names no user."))
    found = read_authority(issuer, now)
    if not _belongs(group, found, now):
        raise CertificateNotAccepted(later("This authority is neither an anchor of the group nor certified by one."))
    if (found.sha256, address.strip()) not in group.lists:
        _write(work, Act.LIST, key, sha256=found.sha256, certificate=found.der, address=address.strip())
    return found


def drop_list(work: Work, key: str, address: str, sha256: str) -> None:
    """Fetch no more lists of this issuer from this address; the one that was kept counts no more either."""
    _one_at_a_time(work)
    if (sha256, address) in group_by_key(work, key).lists:
        _write(work, Act.UNLIST, key, sha256=sha256, address=address)


def _belongs(group: Group, found: ReadCertificate, at: datetime) -> bool:
    anchors = group.in_force(at)
    if any(one.sha256 == found.sha256 for one in anchors):
        return True
    above = [x509.load_der_x509_certificate(one.certificate) for one in anchors]
    return path_to_anchor(x509.load_der_x509_certificate(found.der), [], above, at) is not None


def _some(purposes: Purposes) -> None:
    if not (purposes.signatures or purposes.timestamps):
        raise GroupNotAccepted(later("Say what the group is trusted for."))


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise TrustReasonMissing(later("Say why."))
    return reason[:LONGEST_REASON]


def _one_at_a_time(work: Work) -> None:
    work.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def _write(work: Work, act: Act, group: str, **values: object) -> None:
    event = TrustEvent(
        at=work.clock.now(), by=str(work.actor.id), by_name=work.actor.name, act=act, group=group, **values
    )
    work.session.add(event)
    work.session.flush()
    work.record(TrustChanged(event.id, act, group))
