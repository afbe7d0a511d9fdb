"""Some certified prints of the demonstration's licences, made now: at the counter, by the clerk, and by a holder."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from config.access import SYSTEM, Actor
from config.errors import Refused
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Account
from licensing.accounts.queries import actor_of
from licensing.demonstration.sign_and_seal import application_of
from licensing.demonstration.stories import STORIES, Ending
from licensing.licences.models import Licence
from licensing.licences.prints.make_print import make_print
from licensing.licences.prints.rules import PrintOrder

PATIENCE = 30.0  # seconds; what cannot be printed by then is printed at the next start


@dataclass(frozen=True)
class Printing:
    """One print of the licence of an establishment; `by` empty: its holder."""

    establishment: str
    by: str
    recipient: str = ""
    reason: str = ""

    @property
    def order(self) -> PrintOrder:
        """The same at every start, so that it is carried out once."""
        key = uuid5(NAMESPACE_URL, f"demonstration {self.establishment} {self.by} {self.recipient}")
        return PrintOrder(key, self.recipient, self.reason)


PRINTINGS = (
    Printing("Xưởng chế biến thực phẩm Ví Dụ", "tiepnhan", "Đỗ Ví Dụ", "Yêu cầu trực tiếp tại quầy"),
    Printing("Xưởng chế biến thực phẩm Ví Dụ", "vanthu", "Ngân hàng Ví Dụ", "Bổ sung hồ sơ vay vốn theo đề nghị"),
    Printing("Xưởng chế biến thực phẩm Ví Dụ", ""),
)


def print_some(unit: UnitOfWork, patience: float = PATIENCE) -> list[str]:
    """Make what was not made yet; the establishments whose licences could not be printed. May be run again."""
    waiting: Iterable[Printing] = PRINTINGS
    deadline = time.monotonic() + patience
    while waiting := [printing for printing in waiting if not _printed(unit, printing)]:
        if time.monotonic() > deadline:
            break
        Event().wait(0.3)
    return sorted({printing.establishment for printing in waiting})


def _printed(unit: UnitOfWork, printing: Printing) -> bool:
    """True when nothing more is to be done: it is on record, or its application took another way."""
    story = next(story for story in STORIES if story.establishment == printing.establishment)
    if story.ending != Ending.SEALED or story.refused:
        return True
    with unit.begin(SYSTEM) as work:
        application = application_of(work, story)
        if application is None or _is_void(work, application.id):
            return True
        actor = _person(work, printing.by or story.business.email)
    try:
        make_print(unit, actor, application.id, printing.order)
    except Refused:  # not published yet
        return False
    return True


def _is_void(work: Work, application_id: UUID) -> bool:
    query = sa.select(Licence.void_reason).where(Licence.application_id == application_id)
    reasons = work.session.scalars(query).all()
    return bool(reasons) and all(reason is not None for reason in reasons)


def _person(work: Work, login: str) -> Actor:
    return actor_of(work, work.session.scalars(sa.select(Account).where(Account.login == login)).one())
