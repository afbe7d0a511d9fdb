"""The tariff: the first row that applies gives the amount. Values, lists and ranges; there are no expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from config.sentences import say
from licensing.catalogue.package import Fee, FeeRow
from licensing.catalogue.terms import Text
from licensing.fees.errors import NoRowApplies

NUMBER = r"-?\d{1,15}(?:\.\d{1,6})?"
RANGE = re.compile(rf"(?P<low>{NUMBER})?\.\.(?P<high>{NUMBER})?", re.ASCII)


@dataclass(frozen=True)
class Amount:
    """What one fee comes to, in whole đồng, and by which row."""

    fee: Fee
    row: FeeRow

    @property
    def vnd(self) -> int:
        return self.row.vnd


def amounts(fees: Sequence[Fee], answers: Mapping[str, Any]) -> list[Amount]:
    """What each fee of the procedure comes to; raises NoRowApplies rather than leaving one out."""
    return [Amount(fee, row_for(fee, answers)) for fee in fees]


def row_name(fees: Sequence[Fee], fee_id: str, row: str) -> Text:
    """The words, in every language, of the row that a charge names by its Vietnamese text."""
    rows = (item for fee in fees if fee.id == fee_id for item in fee.rows)
    return next((item.name for item in rows if item.name.vi == row), Text(row, row))


def row_for(fee: Fee, answers: Mapping[str, Any]) -> FeeRow:
    """The first row of the fee that applies."""
    for row in fee.rows:
        if applies(row, answers):
            return row
    raise NoRowApplies(say("No row of the fee “{fee}” fits the answers.", fee=fee.name.en))


def applies(row: FeeRow, answers: Mapping[str, Any]) -> bool:
    """True when every answer that the row names is among its values; a row that names none applies always."""
    return all(any(fits(value, answers.get(name)) for value in allowed) for name, allowed in row.when.items())


def fits(allowed: str, answer: Any) -> bool:
    """True when an answer is the allowed value, or a number in the allowed range (both ends belong to it)."""
    if answer is None or isinstance(answer, list | Mapping):
        return False
    span = RANGE.fullmatch(allowed)
    if span is None or allowed == "..":
        return allowed == (str(answer).lower() if isinstance(answer, bool) else str(answer))
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    number, low, high = Decimal(str(answer)), span["low"], span["high"]
    return (low is None or Decimal(low) <= number) and (high is None or number <= Decimal(high))
