"""Somebody says in which language we write to them."""

from __future__ import annotations

from config.unit_of_work import Work
from licensing.accounts.errors import DetailsNotAccepted
from licensing.accounts.queries import account_by_id
from licensing.accounts.rules import LANGUAGES


def choose_language(work: Work, language: str) -> None:
    """Mails to the caller are in this language from now on; raises `DetailsNotAccepted`."""
    if language not in LANGUAGES:
        raise DetailsNotAccepted("Choose one of the languages.")
    account_by_id(work, work.actor.account_id, lock=True).language = language
