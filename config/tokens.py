"""The only place that makes random values: ids, codes, secrets."""

from __future__ import annotations

import secrets
import uuid

# No I, L, O, U: they are misread on paper or spell words (Crockford's base 32).
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """A random id for a row (UUID version 4)."""
    return uuid.UUID(bytes=secrets.token_bytes(16), version=4)


def random_bytes(length: int) -> bytes:
    """`length` unpredictable bytes."""
    return secrets.token_bytes(length)


def random_code(length: int) -> str:
    """`length` unpredictable characters of `CODE_ALPHABET`, 5 bits each."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def random_secret() -> str:
    """A secret for a token or a password file: 43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)
