"""An official is appointed to a position for a time: from its first day to its last the law lets the person act."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.errors import AlreadyAppointed, DetailsNotAccepted, NotAnOfficial, PositionNotFound
from licensing.accounts.events import OfficialAppointed
from licensing.accounts.models import Appointment, Capacity, Kind, Position
from licensing.accounts.queries import account_by_id
from licensing.accounts.rules import check_period, overlap, visible_line


def appoint(
    work: Work,
    account_id: UUID,
    position_id: UUID,
    starts_on: date,
    ends_on: date | None = None,
    *,
    capacity: Capacity = Capacity.OWN,
    on_behalf_title: str = "",
) -> Appointment:
    """Appoint an official; a deputy signs with a capacity and the title of whom it is for (KT. GIÁM ĐỐC).

    Raises `NotAnOfficial`, `PositionNotFound`, `PeriodBackwards`, `AlreadyAppointed`, `DetailsNotAccepted`.
    """
    check_period(starts_on, ends_on)
    account = account_by_id(work, account_id, lock=True)  # two appointments of one person come one after the other
    if account.kind != Kind.OFFICIAL:
        raise NotAnOfficial("Only officials are appointed to positions.")
    position = work.session.get(Position, position_id)
    if position is None:
        raise PositionNotFound("There is no such position.")
    if (capacity == Capacity.OWN) != (on_behalf_title == ""):
        raise DetailsNotAccepted("A capacity and the title it is for belong together.")
    _refuse_overlap(work, account_id, position_id, (starts_on, ends_on))
    appointment = Appointment(
        id=tokens.new_id(),
        account_id=account_id,
        position_id=position_id,
        capacity=capacity,
        on_behalf_title=visible_line(on_behalf_title, "title", 200) if on_behalf_title else "",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    work.session.add(appointment)
    work.session.flush()
    work.record(OfficialAppointed(appointment.id, account_id, position.agency_code))
    return appointment


def _refuse_overlap(work: Work, account_id: UUID, position_id: UUID, period: tuple[date, date | None]) -> None:
    others = sa.select(Appointment).where(Appointment.account_id == account_id, Appointment.position_id == position_id)
    if any(overlap(period, (item.starts_on, item.ends_on)) for item in work.session.scalars(others)):
        raise AlreadyAppointed("This official holds this position in that period already.")
