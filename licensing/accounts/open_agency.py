"""An agency begins to use the service, with the positions that its officials hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import sqlalchemy as sa

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.errors import AlreadyTaken
from licensing.accounts.events import AgencyOpened, PositionCreated
from licensing.accounts.models import Agency, Position
from licensing.accounts.queries import agency_by_code
from licensing.accounts.rules import visible_line
from signing.pki.certificates import LONGEST_ORGANISATION


@dataclass(frozen=True)
class NewAgency:
    """What an agency is called and reached by, its patterns of numbers, and the name of its seal's key.

    After `cutoff` (in the installation's time zone) an application counts as received on the next working day.
    """

    code: str
    name_vi: str
    name_en: str
    superior_name: str
    place_name: str
    symbol: str
    reference_pattern: str
    seal_key: str
    cutoff: time
    address: str
    phone: str


def open_agency(work: Work, new: NewAgency) -> Agency:
    """Put an agency on record; raises `AlreadyTaken` when its code or its seal's key belongs to another."""
    taken = sa.select(Agency.code).where(sa.or_(Agency.code == new.code, Agency.seal_key == new.seal_key))
    if work.session.scalar(taken):
        raise AlreadyTaken("There is an agency with this code or this seal.")
    agency = Agency(
        code=visible_line(new.code, "code", 40),
        name_vi=visible_line(new.name_vi, "name", LONGEST_ORGANISATION),
        name_en=visible_line(new.name_en, "name", 300),
        superior_name=visible_line(new.superior_name, "name of the superior body", 300),
        place_name=visible_line(new.place_name, "place", 100),
        symbol=visible_line(new.symbol, "symbol", 40),
        reference_pattern=visible_line(new.reference_pattern, "pattern", 100),
        seal_key=visible_line(new.seal_key, "name of the key", 100),
        cutoff=new.cutoff,
        address=visible_line(new.address, "address", 300),
        phone=visible_line(new.phone, "phone number", 30),
        opened_at=work.clock.now(),
    )
    work.session.add(agency)
    work.session.flush()
    work.record(AgencyOpened(agency.code))
    return agency


def create_position(work: Work, agency_code: str, title_vi: str, title_en: str, *, may_sign: bool) -> Position:
    """Add a post to an agency; its Vietnamese title is unique there."""
    agency_by_code(work, agency_code)
    title = visible_line(title_vi, "title", 200)
    if work.session.scalar(
        sa.select(Position.id).where(Position.agency_code == agency_code, Position.title_vi == title)
    ):
        raise AlreadyTaken("The agency has a position of this title.")
    position = Position(
        id=tokens.new_id(),
        agency_code=agency_code,
        title_vi=title,
        title_en=visible_line(title_en, "title", 200),
        may_sign=may_sign,
    )
    work.session.add(position)
    work.session.flush()
    work.record(PositionCreated(position.id, agency_code))
    return position
