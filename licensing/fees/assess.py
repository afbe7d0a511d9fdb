"""Say what an application costs, in the transaction that accepts it: later changes of the tariff do not touch it."""

from __future__ import annotations

from config import tokens
from config.unit_of_work import Work
from licensing.applications.events import ApplicationAccepted
from licensing.applications.queries import application_by_id
from licensing.catalogue.queries import package_of
from licensing.fees.events import FeeAssessed
from licensing.fees.models import Charge
from licensing.fees.queries import charges_of
from licensing.fees.rules import amounts


def assess_fees(work: Work, event: ApplicationAccepted) -> None:
    """Record a charge for each fee of the procedure (reaction). Raises NoRowApplies, and then nothing is accepted."""
    application = application_by_id(work, event.application_id)
    if charges_of(work, application.id):
        return
    fees = package_of(work, application.revision_id).definition.fees
    for amount in amounts(fees, application.answers):
        charge = Charge(
            id=tokens.new_id(),
            application_id=application.id,
            fee=amount.fee.id,
            code=amount.fee.code,
            row=amount.row.name.vi,
            vnd=amount.vnd,
            collect=amount.fee.collect,
            assessed_at=work.clock.now(),
        )
        work.session.add(charge)
        work.record(FeeAssessed(charge.id, application.id, charge.vnd))
