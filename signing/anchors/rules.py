"""What holds now, computed from every decision in order; and which names and addresses can be given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from signing.anchors.models import Act, TrustEvent
from signing.trust.anchors import INSTALLATION, TrustGroup

LONGEST_ADDRESS = 500
NAME = re.compile("[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True)
class Anchor:
    """A certificate of a group, and who took it in when; `out` is the decision that it leaves, if there is one."""

    event: TrustEvent
    out: TrustEvent | None = None

    @property
    def sha256(self) -> str:
        return self.event.sha256 or ""

    @property
    def certificate(self) -> bytes:
        return self.event.certificate or b""

    def counts(self, at: datetime) -> bool:
        """Whether it is an anchor at this moment."""
        return self.out is None or self.out.effective_from is None or at < self.out.effective_from


@dataclass(frozen=True)
class ListSource:
    """Where the lists of one issuer (DER) are fetched."""

    issuer: bytes
    issuer_sha256: str
    address: str


@dataclass
class Group:
    """A group as all decisions together say, with the decisions themselves, the oldest first."""

    key: str
    title: dict[str, str]
    signatures: bool
    timestamps: bool
    anchors: dict[str, Anchor] = field(default_factory=dict)
    left: list[Anchor] = field(default_factory=list)  # taken out, and then in again
    lists: dict[tuple[str, str], ListSource] = field(default_factory=dict)
    history: list[TrustEvent] = field(default_factory=list)

    def in_force(self, at: datetime) -> list[Anchor]:
        """The anchors that count at this moment."""
        return [one for one in self.anchors.values() if one.counts(at)]

    def trusted(self, at: datetime) -> TrustGroup:
        """The group as validation is given it."""
        anchors = tuple(one.certificate for one in self.in_force(at))
        return TrustGroup(self.key, anchors, self.signatures, self.timestamps)


def fold(events: Iterable[TrustEvent]) -> dict[str, Group]:
    """Every group by its name. A decision about a group that there is not, or about the installation's, is nothing."""
    groups: dict[str, Group] = {}
    for event in events:
        if event.group == INSTALLATION:  # its anchors are files, whatever a row says
            continue
        if event.act == Act.GROUP:
            title = {"vi": event.title_vi or event.group, "en": event.title_en or event.group}
            groups.setdefault(event.group, Group(event.group, title, bool(event.signatures), bool(event.timestamps)))
        group = groups.get(event.group)
        if group is not None:
            group.history.append(event)
            _apply(group, event)
    return groups


def _apply(group: Group, event: TrustEvent) -> None:
    sha256, which = event.sha256 or "", (event.sha256 or "", event.address or "")
    match event.act:
        case Act.PURPOSES:
            group.signatures, group.timestamps = bool(event.signatures), bool(event.timestamps)
        case Act.ANCHOR:
            if sha256 in group.anchors:
                group.left.append(group.anchors.pop(sha256))
            group.anchors[sha256] = Anchor(event)
        case Act.OUT if sha256 in group.anchors:
            group.anchors[sha256] = Anchor(group.anchors[sha256].event, event)
        case Act.LIST:
            group.lists[which] = ListSource(event.certificate or b"", *which)
        case Act.UNLIST:
            group.lists.pop(which, None)


def sources_of(groups: Iterable[Group], at: datetime) -> Sequence[ListSource]:
    """Every address that lists are fetched from, once, of groups in which some anchor counts."""
    found = {which: source for one in groups if one.in_force(at) for which, source in one.lists.items()}
    return list(found.values())


def fault_of_address(address: str) -> str | None:
    """Why lists cannot be fetched from an address; None when they can."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return "it is too long, or has characters that no address has"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "it does not begin with http:// or https:// and a name"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "it names a user or a place inside a page"
    return None
