"""The secret of a signing session: known to whoever began it, made anew from the row, kept nowhere."""

from __future__ import annotations

import hmac

from config.secret import secret_of as installation_secret
from config.settings import Settings
from config.unit_of_work import Tools
from signing.sessions.models import SigningSession


def secret_of(tools: Tools, session: SigningSession) -> str:
    """64 hexadecimal digits, bound to session, account and revision; who reads the table alone cannot make them."""
    bound = "\n".join(
        (str(session.id), session.account, session.certificate_sha256, session.attributes_sha256, session.nonce.hex())
    )
    key = f"signing session\n{installation_secret(tools[Settings])}".encode()
    return hmac.new(key, bound.encode(), "sha256").hexdigest()


def is_secret(tools: Tools, session: SigningSession, given: str) -> bool:
    """Whether this is the session's secret; takes the same time for every wrong one."""
    return hmac.compare_digest(secret_of(tools, session).encode(), given.encode(errors="replace"))
