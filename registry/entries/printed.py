"""What stands in the blanks of a paper that is numbered after the signature: number and days of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from signing.pades.blanks import DATE, EXPIRY, NUMBER


def day_in_words(day: date) -> str:
    """As official papers write it: days below 10 and months 1 and 2 with a zero (Decree 30/2020, annex I)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def printed(number: str, issued_on: date, valid_until: date | None) -> dict[str, str]:
    """The text of each blank by name; a licence without an end has none for it."""
    filled = {NUMBER: number, DATE: day_in_words(issued_on)}
    return filled if valid_until is None else filled | {EXPIRY: day_in_words(valid_until)}


def printed_by(leaf: Mapping[str, Any]) -> dict[str, str]:
    """The same by the leaf of the act that a paper belongs to; raises KeyError or ValueError for what is no act."""
    until = date.fromisoformat(leaf["exp"]) if "exp" in leaf else None
    return printed(leaf["no"], date.fromisoformat(leaf["eff"]), until)
