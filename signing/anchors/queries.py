"""Whom groups of anchors name now, and the lists that were fetched for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from config.unit_of_work import Work
from signing.anchors.errors import GroupNotFound
from signing.anchors.models import RevocationList, TrustEvent
from signing.anchors.rules import Group, fold, sources_of
from signing.trust.anchors import TrustGroup


def groups(work: Work) -> dict[str, Group]:
    """Every group with its history, in the order in which they were made."""
    return fold(work.session.scalars(sa.select(TrustEvent).order_by(TrustEvent.id)))


def group_by_key(work: Work, key: str) -> Group:
    """One group; raises GroupNotFound."""
    found = groups(work).get(key)
    if found is None:
        raise GroupNotFound("There is no such group of anchors.")
    return found


def trusted_groups(work: Work) -> tuple[TrustGroup, ...]:
    """The groups as validation is given them: those in which some anchor counts now."""
    now = work.clock.now()
    found = [one.trusted(now) for one in groups(work).values()]
    return tuple(one for one in found if one.anchors)


def titles(work: Work) -> Mapping[str, Mapping[str, str]]:
    """What each group is called, by its name."""
    return {key: one.title for key, one in groups(work).items()}


def kept_lists(work: Work) -> Mapping[tuple[str, str], RevocationList]:
    """What every address gave, by the issuer's fingerprint and the address."""
    found = work.session.scalars(sa.select(RevocationList))
    return {(one.issuer_sha256, one.address): one for one in found}


def lists_in_force(work: Work) -> Sequence[bytes]:
    """The last good list (DER) of each address that is still asked, the newest first."""
    wanted = {(one.issuer_sha256, one.address) for one in sources_of(groups(work).values(), work.clock.now())}
    rows = sorted(
        (one for which, one in kept_lists(work).items() if which in wanted and one.content and one.this_update),
        key=lambda one: one.this_update or one.tried_at,
        reverse=True,
    )
    return [one.content for one in rows if one.content]
