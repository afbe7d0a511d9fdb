"""Groups of anchors as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.sentences import later
from config.unit_of_work import Work
from signing.anchors.models import Act, RevocationList
from signing.anchors.queries import kept_lists
from signing.anchors.reading import ReadCertificate, described_der
from signing.anchors.rules import Anchor, Group, ListSource

ACTS = {
    Act.GROUP: later("Group opened"),
    Act.PURPOSES: later("Purposes changed"),
    Act.ANCHOR: later("Anchor taken in"),
    Act.OUT: later("Anchor taken out"),
    Act.LIST: later("Address of a list named"),
    Act.UNLIST: later("Address of a list removed"),
}
USAGES = {
    "digital_signature": later("digital signature"),
    "content_commitment": later("non-repudiation"),
    "key_encipherment": later("encryption of keys"),
    "data_encipherment": later("encryption of data"),
    "key_agreement": later("agreement on keys"),
    "key_cert_sign": later("issuing certificates"),
    "crl_sign": later("signing revocation lists"),
}
FRESH, OLD, NONE = later("fresh"), later("out of date"), later("never fetched")


@dataclass(frozen=True)
class ShownAnchor:
    """An anchor with what its certificate says, and whether it counts now."""

    anchor: Anchor
    said: ReadCertificate
    counts: bool


@dataclass(frozen=True)
class ShownList:
    """Where a list comes from and how fresh it is; `kept` is None until something was asked."""

    source: ListSource
    issuer: str
    colour: str
    word: str
    kept: RevocationList | None


def shown_anchors(group: Group, at: datetime) -> Sequence[ShownAnchor]:
    """The anchors of a group, those that count first."""
    every = [*group.anchors.values(), *group.left]
    found = [ShownAnchor(one, described_der(one.certificate), one.counts(at)) for one in every]
    return sorted(found, key=lambda one: not one.counts)


def shown_lists(work: Work, group: Group) -> Sequence[ShownList]:
    """The addresses of a group with what they gave."""
    kept, now = kept_lists(work), work.clock.now()
    return [
        ShownList(one, described_der(one.issuer).subject, *_freshness(kept.get(which), now), kept.get(which))
        for which, one in group.lists.items()
    ]


def _freshness(kept: RevocationList | None, now: datetime) -> tuple[str, str]:
    if kept is None or kept.next_update is None:
        return "red", NONE
    if kept.next_update <= now:
        return "red", OLD
    return ("amber" if kept.fault else "green"), FRESH
