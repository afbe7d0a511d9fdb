"""The invented signatures and seal of the demonstration, drawn anew and put in place as real ones are.

The pictures stand in `pictures/` beside what they were drawn from (`.svg`; `seal.typ` with Typst at 300 dots per inch).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from config.access import SYSTEM
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.models import Account
from licensing.accounts.roles import Role
from licensing.demonstration import cast
from licensing.images.models import AppearanceImage
from licensing.images.queries import image_in_use
from licensing.images.rules import Kind
from licensing.images.take_into_use import draw_image, put_in_place

PICTURES = Path(__file__).parent / "pictures"
SEAL_WIDTH, SIGNATURE_WIDTH = Decimal(36), Decimal(46)  # millimetres
Pictures = dict[str, AppearanceImage]  # by the login of who brings it


def show_pictures(unit: UnitOfWork, officials: Sequence[cast.Official]) -> None:
    """Give the agency and those of the officials who sign their pictures, where they have none."""
    with unit.begin(SYSTEM) as work:
        waiting = [official for official in officials if _brings(official) and not _has(work, official)]
    pictures = draw_pictures(unit, waiting)
    with unit.begin(SYSTEM) as work:
        put_pictures(work, pictures)


def draw_pictures(unit: UnitOfWork, officials: Iterable[cast.Official]) -> Pictures:
    """The pictures that these officials bring: their signatures, or an administrator the agency's seal."""
    found: Pictures = {}
    for official in officials:
        if official.signs:
            found[official.login] = draw_image(unit, Kind.SIGNATURE, _file(official.login), SIGNATURE_WIDTH)
        elif official.role is Role.ADMINISTRATOR:
            found[official.login] = draw_image(unit, Kind.SEAL, _file("seal"), SEAL_WIDTH)
    return found


def put_pictures(work: Work, pictures: Pictures) -> None:
    """Take them into use, in the names of who brings them."""
    for login, image in pictures.items():
        image.uploaded_by = _account(work, login).id
        if image.kind == Kind.SIGNATURE:
            image.account_id = image.uploaded_by
        else:
            image.agency_code = cast.AGENCY.code
        put_in_place(work, image)


def _brings(official: cast.Official) -> bool:
    return official.signs or official.role is Role.ADMINISTRATOR


def _has(work: Work, official: cast.Official) -> bool:
    if official.signs:
        return image_in_use(work, account_id=_account(work, official.login).id) is not None
    return image_in_use(work, agency_code=cast.AGENCY.code) is not None


def _account(work: Work, login: str) -> Account:
    return work.session.scalars(sa.select(Account).where(Account.login == login)).one()


def _file(name: str) -> bytes:
    return (PICTURES / f"{name}.png").read_bytes()
