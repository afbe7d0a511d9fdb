"""How to sign in to the demonstration: a table for the terminal."""

from __future__ import annotations

from config.settings import Settings
from licensing.accounts.roles import Role
from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL, APPLICANT_NAME, MORE_OFFICIALS, OFFICIALS
from licensing.demonstration.passwords import secrets_of

DOES = {
    Role.RECEPTION_OFFICER: "receives applications, returns results",
    Role.CASE_OFFICER: "checks, inspects, recommends",
    Role.UNIT_HEAD: "reviews what is recommended",
    Role.APPROVER: "decides, signs with the PIN",
    Role.CLERK: "numbers and seals",
    Role.ADMINISTRATOR: "runs the installation",
}


def demonstration_accounts(settings: Settings, whole: bool) -> list[str]:
    """Who can sign in, and with what; `whole`: also those who come with the applications."""
    secrets = secrets_of(settings.data_folder)
    rows = [(APPLICANT_EMAIL, APPLICANT_NAME, "Business", "applies, follows its applications")]
    officials = (*OFFICIALS, *MORE_OFFICIALS) if whole else OFFICIALS
    rows += [(one.login, one.name, one.title_en, DOES[one.role]) for one in officials]
    return [
        f"Demonstration of {AGENCY.name_vi}: everything in it is invented.",
        "",
        *(f"  {login:<26}{name:<18}{title:<22}{does}" for login, name, title, does in rows),
        "",
        f"  Password of all accounts: {secrets.password}",
        f"  PIN of the signing keys:  {secrets.pin}",
        f"  Sign in at:               {settings.public_url}/sign-in",
    ]
