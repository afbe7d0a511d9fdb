"""The secret part of a link to choose a new password: signed, for one hour, and void once the password has changed.

Nothing of it is kept. It is made when the mail is written, so that it stands in no queue and no log, and it carries
a fingerprint of the password's hash: the first use changes the hash, and every link made before is void.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import URLSafeTimedSerializer

from licensing.accounts.rules import RECOVERY_LASTS

SALT = "antin recovery link"  # Flask-Security reads the links with the same


def recovery_token(secret_key: str, account_id: UUID, password_hash: str | None, now: datetime) -> str:
    """The secret part of a link, in the form that Flask-Security reads."""
    mark = f"{account_id}.{int((now + RECOVERY_LASTS).timestamp())}.{_fingerprint(password_hash)}"
    return str(URLSafeTimedSerializer([secret_key], salt=SALT).dumps([mark, None]))


def account_in(mark: str) -> UUID | None:
    """The account that the content of a link names; None when it is no such content."""
    name, _, rest = mark.partition(".")
    try:
        return UUID(name) if rest.count(".") == 1 else None
    except ValueError:
        return None


def still_good(mark: str, password_hash: str | None, now: datetime) -> bool:
    """The hour is not over, and the password is still the one that the link replaces."""
    _, until, fingerprint = mark.split(".")
    return now < datetime.fromtimestamp(int(until), UTC) and hmac.compare_digest(
        fingerprint, _fingerprint(password_hash)
    )


def _fingerprint(password_hash: str | None) -> str:
    return hashlib.sha256(b"recovery " + (password_hash or "").encode()).hexdigest()
