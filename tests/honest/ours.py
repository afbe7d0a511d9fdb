"""Our own documents, at each level and in each state in which somebody may hold one in the hand."""

from __future__ import annotations

import functools

from cryptography.hazmat.primitives.serialization import Encoding

from signing.pades.extend import Evidence, add_evidence
from signing.pades.fields import OFFICIAL, SEAL
from tests.honest.collection import honest
from tests.pki.build import pki
from tests.signing.pades.build import LATER, issued, preserve_now, sign
from tests.signing.pades.numbered import numbered

OURS = "Antin"


@functools.cache
def without_timestamps() -> bytes:
    """Official and seal at level B-B."""
    official = sign(issued().fields, OFFICIAL, pki().official, timestamped=False)
    return sign(official, SEAL, pki().seal, timestamped=False)


@functools.cache
def with_evidence() -> bytes:
    """Official and seal at level B-LT: the revocation data is inside, and no document timestamp."""
    return add_evidence(issued().sealed, Evidence([pki().issuing.public_bytes(Encoding.DER)], pki().crls(LATER), []))


def renewed() -> bytes:
    """At level B-LTA, renewed twice."""
    return preserve_now(preserve_now(issued().preserved))


honest(OURS, "ours_official", lambda: issued().official, awaited=(SEAL,))
honest(OURS, "ours_b_b", without_timestamps)
honest(OURS, "ours_b_t", lambda: issued().sealed)
honest(OURS, "ours_b_lt", with_evidence)
honest(OURS, "ours_b_lta", lambda: issued().preserved)
honest(OURS, "ours_renewed", renewed)
honest(OURS, "ours_numbered_official", lambda: numbered().official, awaited=(SEAL,))
honest(OURS, "ours_numbered", lambda: numbered().preserved)
honest(OURS, "ours_numbered_renewed", lambda: preserve_now(numbered().preserved))
