"""Takes a trusted list over: granted authorities come in, those that only an earlier list granted go out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from config.sentences import later
from config.unit_of_work import Work
from signing.anchors.change import take_in, take_out
from signing.anchors.errors import AnchorThere, CertificateNotAccepted, TrustedListNotAccepted
from signing.anchors.eu_list import TrustedList, read_list
from signing.anchors.queries import group_by_key

ORIGIN = "TS 119 612, {territory}, no. {number}"
GONE = "Not granted any more"
NUMBER = re.compile(r"no\. (\d+)")


@dataclass(frozen=True)
class Taken:
    """How many anchors came, stayed, and went; `skipped` are certificates that can be no anchor."""

    came: int
    stayed: int
    went: int
    skipped: int


def take_list(work: Work, groups: tuple[str, str], content: bytes, signer: x509.Certificate) -> tuple[Taken, Taken]:
    """Bring a group for signatures and one for timestamps to what the list says; raises TrustedListNotAccepted.

    Anchors that came in another way are left alone, and one that a person took out does not come back.
    """
    found = read_list(content, signer, work.clock.now())
    return _brought(work, groups[0], found, found.signatures), _brought(work, groups[1], found, found.timestamps)


def _brought(work: Work, key: str, found: TrustedList, wanted: Sequence[bytes]) -> Taken:
    origin, ours = ORIGIN.format(**vars(found)), ORIGIN.split("{number}")[0].format(territory=found.territory)
    present = group_by_key(work, key).anchors.values()
    before = [one for one in present if one.event.reason.startswith(ours)]
    refused = {one.certificate for one in present if one.out and not one.out.reason.startswith(GONE)}
    numbers = [int(NUMBER.search(one.event.reason)[1]) for one in before]  # type: ignore[index]  # we wrote it
    if max(numbers, default=0) > found.number:
        raise TrustedListNotAccepted(later("A newer list of this territory was taken before."))
    came = stayed = skipped = 0
    for one in wanted:
        try:
            if one in refused:
                raise CertificateNotAccepted("Somebody decided against it.")
            take_in(work, key, one, origin)
            came += 1
        except AnchorThere:
            stayed += 1
        except CertificateNotAccepted:
            skipped += 1
    gone = [one for one in before if one.out is None and one.certificate not in wanted]
    for anchor in gone:
        take_out(work, key, anchor.sha256, f"{GONE}: {origin}")
    return Taken(came, stayed, len(gone), skipped)
