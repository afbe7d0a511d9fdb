"""Keep a licence from being granted or issued until something is cleared, and let it go again."""

from __future__ import annotations

from uuid import UUID

from config import tokens
from config.unit_of_work import Work
from licensing.accounts.roles import HOLD
from licensing.applications.errors import MoveNotPossible
from licensing.applications.lifecycle import Status
from licensing.applications.queries import application_in_charge
from licensing.decisions.errors import HoldLifted
from licensing.decisions.events import HoldEnded, HoldPlaced
from licensing.decisions.models import Hold
from licensing.decisions.queries import hold_on

OVER = (Status.CLOSED, Status.WITHDRAWN)


def place_hold(work: Work, application_id: UUID, reason: str) -> Hold:
    """Place a hold, also after the decision: whoever enters the licence meets it at the gate.

    The lock on the application lets either the hold or the entry be first, never both at once.
    """
    application = application_in_charge(work, application_id, HOLD, lock=True)
    if application.status in OVER:
        raise MoveNotPossible("hold", application.status)
    hold = Hold(
        id=tokens.new_id(),
        application_id=application_id,
        reason=reason,
        placed_by=work.actor.account_id,
        placed_at=work.clock.now(),
    )
    work.session.add(hold)
    work.record(HoldPlaced(hold.id, application_id))
    return hold


def lift_hold(work: Work, application_id: UUID, hold_id: UUID, reason: str) -> Hold:
    """Lift a hold, with the reason; raises HoldLifted the second time."""
    application_in_charge(work, application_id, HOLD, lock=True)
    hold = hold_on(work, application_id, hold_id)
    if hold.lifted_at is not None:
        raise HoldLifted("This hold was lifted before.")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = work.clock.now(), work.actor.account_id, reason
    work.record(HoldEnded(hold.id, application_id))
    return hold
