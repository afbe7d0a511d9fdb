"""Reads of charges."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from config.unit_of_work import Work
from licensing.fees.models import Charge


def charges_of(work: Work, application_id: UUID) -> Sequence[Charge]:
    """What is owed for an application, by the id of the fee."""
    query = sa.select(Charge).where(Charge.application_id == application_id).order_by(Charge.fee)
    return work.session.scalars(query).all()
