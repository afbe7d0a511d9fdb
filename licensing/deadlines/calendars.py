"""Reads the calendars in config/calendars: public holidays and days worked in exchange, as the notices give them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from config.sentences import say
from licensing.deadlines.errors import CalendarUnusable
from licensing.deadlines.working_days import Calendar

FOLDER = Path(__file__).parents[2] / "config" / "calendars"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEYS = {"name", "years", "weekly_rest", "office_hours", "off", "worked", "half"}
ROW_KEYS = {"days", "name", "source", "verified"}


@cache
def calendar_named(name: str, folder: Path = FOLDER) -> Calendar:
    """The calendar of this name, read once. Raises CalendarUnusable."""
    try:
        return calendar_of(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CalendarUnusable(say("The calendar {name} cannot be used: {error}", name=name, error=error)) from error


def calendar_of(said: Mapping[str, Any]) -> Calendar:
    """The calendar that a file says; ValueError, KeyError or TypeError when it says it wrong."""
    if unknown := said.keys() - KEYS:
        raise ValueError(f"unknown key {min(unknown)}")
    years = frozenset(said["years"])
    off, worked, half = (_days(said.get(key, []), years) for key in ("off", "worked", "half"))
    if both := off & (worked | half) | worked & half:
        raise ValueError(f"{min(both)} is listed twice")
    return Calendar(
        name=said["name"],
        years=years,
        weekly_rest=frozenset(WEEK.index(day) for day in said["weekly_rest"]),
        off=off,
        worked=worked,
        half=half,
        office_hours=_hours(said["office_hours"]),
        names={day: row["name"] for row in said.get("off", []) for day in map(date.fromisoformat, row["days"])},
    )


def _days(rows: list[Mapping[str, Any]], years: frozenset[int]) -> frozenset[date]:
    found: set[date] = set()
    for row in rows:
        if row.keys() != ROW_KEYS:
            raise ValueError("every row needs days, name, source and verified")
        for day in map(date.fromisoformat, row["days"]):
            if day.year not in years or day in found:
                raise ValueError(f"{day} is listed twice, or its year is not listed")
            found.add(day)
    return frozenset(found)


def _hours(rows: list[list[str]]) -> tuple[tuple[time, time], ...]:
    hours = tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in rows)
    flat = [moment for pair in hours for moment in pair]
    if not hours or flat != sorted(set(flat)):
        raise ValueError("office hours must follow one another")
    return hours
