"""Whether a fee table gives exactly one amount for every answer that the form allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.errors import Fault
from licensing.catalogue.package import Fee, FeeRow

KINDS = {"fee", "charge"}
COLLECTED = {"acceptance", "return"}
LARGEST = 10_000_000_000
RANGE = re.compile(r"(\d{0,9})\.\.(\d{0,9})", re.ASCII)


def fee_faults(fees: Sequence[Fee], form: Mapping[str, Any]) -> Iterator[Fault]:
    """All faults of the fee tables, with their places."""
    properties = form.get("properties", {})
    for fee in fees:
        place = f"/fees/{fee.id}"
        if fee.kind not in KINDS:
            yield Fault(pointer=f"{place}/kind", detail="must be fee (phí) or charge (lệ phí)")
        if fee.collect not in COLLECTED:
            yield Fault(pointer=f"{place}/collect", detail="must be acceptance or return")
        faults = [fault for row in fee.rows for fault in _row_faults(row, properties, place)]
        yield from faults or _holes(fee, properties, place)


def _row_faults(row: FeeRow, properties: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if not 0 <= row.vnd <= LARGEST:
        yield Fault(pointer=place, detail=f"{row.vnd} is no amount in đồng")
    for name, allowed in row.when.items():
        if name not in properties:
            yield Fault(pointer=place, detail=f"the form has no field {name!r}")
        elif wrong := [value for value in allowed if not _possible(properties[name], value)]:
            yield Fault(pointer=place, detail=f"{name} can never be {wrong[0]!r}")


def _possible(field: Mapping[str, Any], value: str) -> bool:
    """True when an answer of this field can be this value, or lie in this range."""
    if field.get("type") == "boolean":
        return value in ("true", "false")
    if field.get("type") in ("integer", "number"):
        return value != ".." and bool(RANGE.fullmatch(value) or value.isdecimal())
    return value in field.get("enum", [])


def _holes(fee: Fee, properties: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """Tries every combination of answers that the rows tell apart; numbers stand for all between two borders."""
    names = sorted({name for row in fee.rows for name in row.when})
    used = set()
    answers: list[dict[str, Any]] = [{}]
    for name in names:
        answers = [{**known, name: value} for known in answers for value in _samples(name, properties[name], fee)]
        if len(answers) > 10_000:
            yield Fault(pointer=place, detail="the table tells too many combinations apart")
            return
    for given in answers:
        row = next((index for index, row in enumerate(fee.rows) if _applies(row, given)), None)
        used.add(row)
        if row is None:
            said = ", ".join(f"{name} = {value}" for name, value in given.items())
            yield Fault(pointer=place, detail=f"no row applies when {said or 'nothing is asked'}")
    for index in sorted(set(range(len(fee.rows))) - used):
        yield Fault(pointer=f"{place}/rows/{index}", detail="never applies: the rows before it take every case")


def _samples(name: str, field: Mapping[str, Any], fee: Fee) -> list[Any]:
    if field.get("type") == "boolean":
        return [True, False]
    if "enum" in field:
        return list(field["enum"])
    lowest = int(field.get("minimum", 0))
    borders = {lowest}
    for value in (value for row in fee.rows for value in row.when.get(name, ())):
        low, _, high = value.partition("..")
        borders |= {int(low)} if low else set()
        borders |= {int(high) + 1} if high else set()
    return sorted(border for border in borders if lowest <= border <= field.get("maximum", border))


def _applies(row: FeeRow, given: Mapping[str, Any]) -> bool:
    return all(any(_fits(value, given[name]) for value in allowed) for name, allowed in row.when.items())


def _fits(value: str, answer: Any) -> bool:
    if isinstance(answer, bool):
        return value == str(answer).lower()
    if span := RANGE.fullmatch(value):
        return int(span[1] or 0) <= answer and (not span[2] or answer <= int(span[2]))
    return value == str(answer)
