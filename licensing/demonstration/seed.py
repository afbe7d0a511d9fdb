"""Fill an empty trial installation: keys of the invented agency and its officials, accounts, a published procedure."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa

from config.access import SYSTEM
from config.clock import FrozenClock
from config.errors import Stopped
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.appoint import appoint
from licensing.accounts.create_official import create_official
from licensing.accounts.grant_role import grant_role
from licensing.accounts.models import Account, Agency
from licensing.accounts.open_agency import create_position, open_agency
from licensing.accounts.register import register_applicant
from licensing.accounts.roles import Role
from licensing.accounts.verify_address import vouch_for_address
from licensing.catalogue.publish import publish_package
from licensing.demonstration import cast
from licensing.demonstration.businesses import BUSINESSES
from licensing.demonstration.passwords import Secrets, secrets_of
from licensing.demonstration.pictures import show_pictures
from signing.pki.ceremony import issue_official, issue_seal, load_authority
from signing.pki.certificates import official_name

SINCE = date(2026, 1, 5)  # a working day


class NotATrial(Stopped):
    """Invented data has no place in production."""


def seed_demonstration(unit: UnitOfWork, settings: Settings) -> Secrets:
    """Make what is missing; running it again changes nothing."""
    if not settings.trial:
        raise NotATrial("The demonstration is for trial mode only.")
    secrets = secrets_of(settings.data_folder)
    _make_keys(unit, settings, secrets)
    opened = datetime.combine(SINCE, time(8, 30), unit.clock.zone)
    then = unit.by(FrozenClock(min(opened, unit.clock.now()), unit.clock.zone))
    with then.begin(SYSTEM) as work:
        if work.session.get(Agency, cast.AGENCY.code) is None:
            _open(work, secrets)
        vouch_for_invented(work)
    show_pictures(then, cast.OFFICIALS)
    return secrets


def _make_keys(unit: UnitOfWork, settings: Settings, secrets: Secrets) -> None:
    authority = load_authority(settings.keys_folder, settings.responder_url)
    agency = cast.AGENCY.name_vi
    issue_seal(authority, cast.AGENCY.seal_key.removeprefix("seal-"), agency, unit.clock)
    for official in (*cast.OFFICIALS, *cast.MORE_OFFICIALS):
        if official.signs:
            subject = official_name(official.name, official.title_vi, agency)
            issue_official(authority, official.login, subject, secrets.pin, unit.clock)


def _open(work: Work, secrets: Secrets) -> None:
    open_agency(work, cast.AGENCY)
    for official in cast.OFFICIALS:
        employ(work, official, secrets)
    register_applicant(
        work,
        name=cast.APPLICANT_NAME,
        email=cast.APPLICANT_EMAIL,
        password=secrets.password,
        organisation=cast.ORGANISATION,
    )
    publish_package(work, cast.PROCEDURE, SINCE)


def vouch_for_invented(work: Work) -> None:
    """Invented people open no mails: the demonstration answers for the addresses of its businesses."""
    addresses = [cast.APPLICANT_EMAIL, *(business.email for business in BUSINESSES.values())]
    query = sa.select(Account.id).where(Account.email.in_(addresses), Account.email_verified_at.is_(None))
    for account_id in work.session.scalars(query).all():
        vouch_for_address(work, account_id)


def employ(work: Work, official: cast.Official, secrets: Secrets) -> None:
    """An official with account, role and, at the agency, a position."""
    account = create_official(
        work,
        login=official.login,
        name=official.name,
        email=f"{official.login}@vidu.example",
        password=secrets.password,
        signing_key=official.key,
    )
    agency = None if official.role is Role.ADMINISTRATOR else cast.AGENCY.code
    grant_role(work, account.id, agency, official.role, SINCE)
    if agency:
        position = create_position(work, agency, official.title_vi, official.title_en, may_sign=official.signs)
        appoint(
            work,
            account.id,
            position.id,
            SINCE,
            capacity=official.capacity,
            on_behalf_title=official.on_behalf_title,
        )
