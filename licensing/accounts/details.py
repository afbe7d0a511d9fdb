"""What a new applicant states in a form, checked field by field, so that all faults are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.errors import Refused
from config.sentences import later
from licensing.accounts.rules import PHONE, TAX_CODE, check_address, check_password, visible_line

FIELDS = ("name", "email", "phone", "organisation", "tax_code")


@dataclass(frozen=True)
class Stated:
    """The fields as typed, and what is wrong with each."""

    typed: dict[str, str]
    faults: dict[str, str]

    @property
    def organisation(self) -> tuple[str, str] | None:
        name, code = self.typed["organisation"], self.typed["tax_code"]
        return (name, code) if name else None


def stated(form: Mapping[str, str]) -> Stated:
    """Check a form; passwords are not among what is typed and kept."""
    typed = {name: form.get(name, "").strip() for name in FIELDS}
    password = form.get("password", "")
    faults: dict[str, str] = {}

    def check(field: str, rule: Callable[[], object]) -> None:
        try:
            rule()
        except Refused as refusal:
            faults[field] = refusal.detail

    check("name", lambda: visible_line(typed["name"], "name", 200))
    check("email", lambda: check_address(typed["email"]))
    check("password", lambda: check_password(password, typed["email"], typed["name"]))
    if typed["phone"] and not re.fullmatch(PHONE, typed["phone"]):
        faults["phone"] = later("A telephone number has digits, and may begin with +.")
    if password != form.get("password_again", "") and "password" not in faults:
        faults["password_again"] = later("The two passwords are not the same.")
    if typed["organisation"] or typed["tax_code"]:
        check("organisation", lambda: visible_line(typed["organisation"], "name of the organisation", 300))
        if not re.fullmatch(TAX_CODE, typed["tax_code"]):
            faults["tax_code"] = later("A tax code has 10 digits, or 13 for a branch.")
    return Stated(typed, faults)
