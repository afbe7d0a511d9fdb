"""Who made which certified print, for whom and why; beside the register's row, which names nobody."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, Id


class MadeAs(StrEnum):
    """In which place somebody makes a print: for others at the agency, or of one's own licence."""

    OFFICIAL = "official"
    HOLDER = "holder"


class PrintRecord(Base):
    """The same id as the print's in the register; written once, never changed.

    `order_key` is what the form or the program named its order by: the same order again finds this record.
    """

    __tablename__ = "print_records"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "order_key"),
        sa.CheckConstraint("made_as IN ('official', 'holder')", name="made_as_is_known"),
        {"info": {"append_only": True}},
    )
    id: Mapped[Id] = mapped_column(sa.ForeignKey("certified_prints.id"))
    licence_id: Mapped[UUID] = mapped_column(sa.ForeignKey("licences.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    agency: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id"))
    made_as: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str]
    recipient: Mapped[str]
    reason: Mapped[str]
    order_key: Mapped[UUID]
