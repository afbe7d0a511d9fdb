"""What stands in the blanks of a document: its number, and its days in words."""

from __future__ import annotations

from datetime import date

from signing.pades.blanks import DATE, EXPIRY, NUMBER


def day_in_words(day: date) -> str:
    """As official papers write it: days below 10 and months 1 and 2 with a zero (Decree 30/2020, annex I)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def printed(number: str, issued_on: date, valid_until: date | None) -> dict[str, str]:
    """The text of each blank by name; a document without an end has none for it."""
    filled = {NUMBER: number, DATE: day_in_words(issued_on)}
    return filled if valid_until is None else filled | {EXPIRY: day_in_words(valid_until)}
