"""An applicant names another e-mail address, or has the link to verify one sent again."""

from __future__ import annotations

from config.access import VISITOR, Actor
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.address_links import AddressLink
from licensing.accounts.attempts import begin_address_mail, begin_sign_in, note_success
from licensing.accounts.errors import PresentPasswordWrong
from licensing.accounts.events import AddressChangeAsked, AddressLinkAsked
from licensing.accounts.models import Account
from licensing.accounts.passwords import password_matches
from licensing.accounts.queries import account_by_id, address_state
from licensing.accounts.rules import check_address
from licensing.accounts.verify_address import LinkState, look_at_link


def change_address(unit: UnitOfWork, actor: Actor, address: str, password: str, network: str) -> None:
    """Have the new address verified; until that is done the present one stays in force.

    Naming the present one drops a change that waits. The answer never tells whether another account has the address.
    Raises `DetailsNotAccepted`, `PresentPasswordWrong`, `TooManyAttempts`.
    """
    wanted = check_address(address)
    with unit.begin(VISITOR) as work:
        account = account_by_id(work, actor.account_id)
        attempt = begin_sign_in(work, account.login, network)
    if not password_matches(account.password_hash, password):
        raise PresentPasswordWrong("This is not your present password.")
    with unit.begin(actor) as work:
        note_success(work, attempt)
        _name_address(work, account_by_id(work, account.id, lock=True), wanted, network)


def _name_address(work: Work, account: Account, address: str, network: str) -> None:
    if address == account.email:
        account.new_email = None
        return
    begin_address_mail(work, account.id, address, network)
    account.new_email = address
    work.record(AddressChangeAsked(account.id))


def ask_address_link(work: Work, network: str) -> str | None:
    """Have the link sent again to the caller's address that waits, and give it; raises `TooManyAttempts`."""
    address = address_state(work, work.actor.account_id).waiting
    if address is not None:
        begin_address_mail(work, work.actor.account_id, address, network)
        work.record(AddressLinkAsked(work.actor.account_id))
    return address


def renew_link(work: Work, link: AddressLink | None, network: str) -> bool:
    """Have a fresh link sent where one that is too old had been sent; raises `TooManyAttempts`."""
    found = look_at_link(work, link, lock=True)
    if found.account is None or found.state is not LinkState.EXPIRED:
        return False
    begin_address_mail(work, found.account.id, found.address, network)
    work.record(AddressLinkAsked(found.account.id))
    return True
