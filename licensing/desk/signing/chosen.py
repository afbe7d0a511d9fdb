"""Which documents a page of signing or sealing is about: a kept selection, or a few that the address names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from config.pages import page_address
from config.unit_of_work import Work
from licensing.licences.selections import selected

ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOST_IN_ADDRESS = 50


class Fields(Protocol):
    """The arguments of an address, or the fields of a form."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Chosen:
    """The documents in their order, and `named`: the arguments by which an address or a form names them again."""

    ids: list[UUID]
    named: dict[str, Any]

    def onward(self, page: str, mode: str, **more: Any) -> str:
        """The address of another page about the same documents."""
        return page_address(f"desk_signing_pages.{page}", mode=mode, **self.named, **more)


def ids(values: list[str]) -> list[UUID]:
    """The documents that fields name, each once; a field may hold many, apart by spaces."""
    found = [UUID(value) for field in values for value in field.split() if re.fullmatch(ID, value)]
    return list(dict.fromkeys(found))


def chosen_in(work: Work, fields: Fields) -> Chosen:
    """What an address or a form is about; raises SelectionNotFound."""
    if kept := ids(fields.getlist("list")):
        return Chosen(selected(work, kept[0]), {"list": str(kept[0])})
    found = ids(fields.getlist("document"))[:MOST_IN_ADDRESS]
    return Chosen(found, {"document": [str(item) for item in found]})
