"""What accounts accept, as functions over values: folding, passwords, how long to wait after failed attempts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from config.sentences import later, say
from licensing.accounts.errors import DetailsNotAccepted, PasswordTooWeak, PeriodBackwards

PASSWORD_MIN, PASSWORD_MAX = 12, 128
TAX_CODE = r"^[0-9]{10}(-?[0-9]{3})?$"  # goes into OpenAPI as it stands
PHONE = r"^\+?[0-9][0-9 ().-]{5,25}$"
FREE_FAILURES = 5  # of one account, before waiting begins
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
ACCOUNT_WINDOW = timedelta(hours=24)
NETWORK_WINDOW = timedelta(minutes=15)
NETWORK_LIMIT = 100  # failures of one network in that time: many offices share one address
REGISTRATION_WINDOW = timedelta(hours=1)
REGISTRATION_LIMIT = 60  # registrations from one network in that time
RECOVERY_LASTS = timedelta(hours=1)  # a link to choose a new password
RECOVERY_LIMIT, RECOVERY_WINDOW = 60, timedelta(hours=1)  # of one network
RECOVERY_MAILS = 5  # to one account in that time; more are asked for in vain
ADDRESS_LINK_LASTS = timedelta(hours=24)  # a link to verify an address
ADDRESS_MAILS = 5  # for one account, and to one address, in the time of recovery
LANGUAGES = ("vi", "en")
IDLE_LIMIT, ABSOLUTE_LIMIT = timedelta(minutes=30), timedelta(hours=12)
COOKIE_LASTS = timedelta(hours=24)  # longer than any session: it says whose form waits on a page until the next morning
TOKEN_DAYS_MAX = 366
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # control, format (bidi too), surrogate, private, line separators


def folded(login: str) -> str:
    """The form in which logins and e-mail addresses are compared: no two that look the same differ."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login).strip().casefold())


def has_unseen(text: str) -> bool:
    """Some of its characters cannot be seen; no login, name or address has such."""
    return any(unicodedata.category(sign) in UNSEEN for sign in text)


# What an applicant reads about a field; other fields are filled in by those who run the installation.
MISSING = {
    "name": later("The name is missing."),
    "name of the organisation": later("The name of the organisation is missing."),
    "reason": later("The reason is missing."),
}


def visible_line(text: str, what: str, longest: int) -> str:
    """`text` in NFC without spaces around it; raises `DetailsNotAccepted` when empty, long or hiding characters."""
    line = unicodedata.normalize("NFC", text).strip()
    if not line:
        raise DetailsNotAccepted(MISSING.get(what) or say("Something is missing: {what}.", what=what))
    if len(line) > longest:
        raise DetailsNotAccepted(say("This is longer than {longest} characters.", longest=longest))
    if has_unseen(line):
        raise DetailsNotAccepted("This has characters that cannot be seen.")
    return line


def check_address(email: str) -> str:
    """The folded address; one that cannot be an e-mail address raises `DetailsNotAccepted`."""
    address = folded(email)
    local, at, domain = address.rpartition("@")
    fits = bool(local and at) and "@" not in local and "." in domain.strip(".") and len(address) <= 254
    if not fits or has_unseen(address) or any(map(str.isspace, address)):
        raise DetailsNotAccepted("This is not an e-mail address.")
    return address


def check_login(login: str) -> str:
    """The folded login of an official: 2 to 64 letters, digits, points and hyphens, never an address."""
    name = folded(login)
    if not 2 <= len(name) <= 64 or not all(sign.isascii() and (sign.isalnum() or sign in ".-_") for sign in name):
        raise DetailsNotAccepted("A login has 2 to 64 letters, digits, points, hyphens or underscores.")
    return name


def check_password(password: str, *known: str) -> None:
    """Raises `PasswordTooWeak` for one that is short, repeats itself, or is made of what is `known` of the person.

    Length is counted as people count it: a letter with its accents is one, however it was typed.
    """
    composed = unicodedata.normalize("NFC", password)
    if len(composed) < PASSWORD_MIN:
        raise PasswordTooWeak(say("A password has at least {least} characters.", least=PASSWORD_MIN))
    if len(password) > PASSWORD_MAX * 4 or len(composed) > PASSWORD_MAX:
        raise PasswordTooWeak(say("A password has at most {most} characters.", most=PASSWORD_MAX))
    if len(set(composed)) < 5:
        raise PasswordTooWeak("This password repeats the same few characters.")
    plain = folded(composed)
    for word in filter(None, map(folded, known)):
        if plain == word or (len(word) >= 4 and len(plain.replace(word, "")) < PASSWORD_MIN / 2):
            raise PasswordTooWeak("This password is made of your name or address.")


def check_period(starts_on: date, ends_on: date | None) -> None:
    """Raises `PeriodBackwards` when the last day is before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise PeriodBackwards("The period ends before it starts.")


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Two periods of days, both ends included, share a day."""
    return (second[1] is None or first[0] <= second[1]) and (first[1] is None or second[0] <= first[1])


def wait_for_account(failures: Sequence[datetime], now: datetime) -> int:
    """Seconds to wait after failures (the latest last) since the last success: none for 5, then 30, 60, … 900."""
    if len(failures) < FREE_FAILURES:
        return 0
    doublings = min(len(failures) - FREE_FAILURES, 10)
    return _seconds_until(failures[-1] + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT), now)


def wait_for_network(attempts: Sequence[datetime], limit: int, window: timedelta, now: datetime) -> int:
    """Seconds until fewer than `limit` attempts (the latest last) lie in the window."""
    if len(attempts) < limit:
        return 0
    return _seconds_until(attempts[-limit] + window, now)


def _seconds_until(instant: datetime, now: datetime) -> int:
    return max(0, -int(-(instant - now).total_seconds() // 1))


def session_is_over(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Idle for 30 minutes, or 12 hours old."""
    return now - seen_at >= IDLE_LIMIT or now - created_at >= ABSOLUTE_LIMIT
