"""Make a certified print: checked, numbered and on record in one transaction, before its paper is typeset.

Whatever dies on the way, the same order leads on: an order that was carried out finds its print, and the paper of a
print is typeset from its rows alone, the same again each time.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from config import tokens
from config.access import Actor
from config.sentences import later
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Account, Organisation
from licensing.accounts.roles import PRINT_LICENCES
from licensing.applications.errors import ApplicationNotFound
from licensing.applications.models import Application
from licensing.applications.queries import application_in_charge, own_application
from licensing.licences.models import Licence
from licensing.licences.prints.errors import LicenceNotIssued, PrintNotAllowed, PrintOrderTaken
from licensing.licences.prints.events import LicencePrinted
from licensing.licences.prints.models import MadeAs, PrintRecord
from licensing.licences.prints.rules import SELF_SERVICE, PrintOrder, checked
from registry.log.known_key import learn_log_key
from registry.prints.record_print import Original, lock_prints, printable, read_original, record_print

FOOTER_SHEETS = 1


def make_print(unit: UnitOfWork, actor: Actor, application_id: UUID, order: PrintOrder) -> PrintRecord:
    """The print of this order; the same one for the same order. Raises as `may_print` and `printable` do."""
    learn_log_key(unit)
    with unit.begin(actor) as work:
        if known := print_of_order(work, application_id, order.key):
            return known
        licence, made_as = may_print(work, application_id)
        order = checked(order) if made_as is MadeAs.OFFICIAL else _own_order(work, application_id, order)
        original = _original(work, licence)
    _, pages = read_original(unit, original)
    with unit.begin(actor) as work:
        licence, made_as = may_print(work, application_id)
        # whoever numbers another print of this licence is waited for: it may be this very order
        lock_prints(work, original.entry.id)
        if known := print_of_order(work, application_id, order.key):
            return known
        made = record_print(work, tokens.new_id(), original, pages + FOOTER_SHEETS)
        record = PrintRecord(
            id=made.id,
            licence_id=licence.id,
            application_id=application_id,
            agency=licence.agency,
            account_id=work.actor.account_id,
            made_as=made_as,
            name=work.actor.name,
            recipient=order.recipient,
            reason=order.reason,
            order_key=order.key,
        )
        work.session.add(record)
        work.session.flush()
        work.record(LicencePrinted(made.id, application_id))
        return record


def may_print(work: Work, application_id: UUID) -> tuple[Licence, MadeAs]:
    """The licence of an application, and as what the caller may print it.

    Raises ApplicationNotFound, PrintNotAllowed, LicenceNotIssued.
    """
    made_as = MadeAs.HOLDER
    try:
        own_application(work, application_id)
    except ApplicationNotFound:
        application = application_in_charge(work, application_id)
        if not work.actor.may(PRINT_LICENCES, application.agency):
            raise PrintNotAllowed(later("Your roles at this agency do not allow certified prints.")) from None
        made_as = MadeAs.OFFICIAL
    query = sa.select(Licence).where(Licence.application_id == application_id, Licence.entry_id.is_not(None))
    if licence := work.session.scalar(query):
        return licence, made_as
    raise LicenceNotIssued(later("There is no issued licence for this application yet."))


def print_of_order(work: Work, application_id: UUID, key: UUID) -> PrintRecord | None:
    """The print that this order of the caller's led to; raises PrintOrderTaken when it was for another licence."""
    query = sa.select(PrintRecord).where(PrintRecord.account_id == work.actor.account_id, PrintRecord.order_key == key)
    known = work.session.scalar(query)
    if known is not None and known.application_id != application_id:
        raise PrintOrderTaken(later("This order was made for another licence; begin anew."))
    return known


def _own_order(work: Work, application_id: UUID, order: PrintOrder) -> PrintOrder:
    """A holder need not say for whom: it is the holder's own."""
    query = (
        sa.select(sa.func.coalesce(Organisation.name, Account.name))
        .select_from(Application)
        .join(Account, Account.id == Application.applicant_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
    )
    holder = work.session.scalars(query.where(Application.id == application_id)).one()
    return PrintOrder(order.key, holder, SELF_SERVICE)


def _original(work: Work, licence: Licence) -> Original:
    if licence.entry_id is None:  # the query asked for it
        raise LicenceNotIssued(later("There is no issued licence for this application yet."))
    return printable(work, licence.entry_id)
