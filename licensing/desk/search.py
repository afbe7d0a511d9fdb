"""The desk's search: any part of a word, without case and marks, in references, answers, names and tax codes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from licensing.accounts.models import Account, Organisation
from licensing.applications.models import Application


def matching(words: str) -> sa.CompoundSelect[tuple[UUID]]:
    """The ids of what was handed in and has each of these words in one place; each place has its index.

    The words may stand apart, for people leave out middle names.
    """
    each = [sa.literal("%") + sa.func.folded(as_they_are(word)) + "%" for word in words.split()]
    handed_in = sa.select(Application.id).where(Application.submitted_at.is_not(None))
    named = sa.select(Account.id).where(*(sa.func.folded(Account.name).like(part) for part in each))
    organised = sa.select(Organisation.id).where(
        *(sa.func.organisation_words(Organisation.name, Organisation.tax_code).like(part) for part in each)
    )
    return sa.union(
        handed_in.where(
            *(sa.func.application_words(Application.reference, Application.answers).like(part) for part in each)
        ),
        handed_in.where(Application.applicant_id.in_(named)),
        handed_in.where(Application.organisation_id.in_(organised)),
    )


def as_they_are(words: str) -> str:
    """The words with every sign meaning itself, for LIKE."""
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
