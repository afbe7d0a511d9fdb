"""Password hashes: Argon2id in the standard text form, of text normalised so that Vietnamese matches however typed.

NFKD, as Flask-Security normalises, so that its pages can verify the same hashes.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)


def hash_password(password: str) -> str:
    """The hash to keep, with its own salt. Takes about 0.1 s: never inside a transaction that others wait for."""
    return str(_hasher.hash(_normalised(password)))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Without a hash the same work is done, so that the time tells nothing."""
    try:
        matches = bool(_hasher.verify(password_hash or decoy(), _normalised(password)))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def _normalised(password: str) -> bytes:
    return unicodedata.normalize("NFKD", password).encode("utf-8", "surrogatepass")


def needs_new_hash(password_hash: str) -> bool:
    """The hash was made with other parameters than today's."""
    return bool(_hasher.check_needs_rehash(password_hash))


@cache
def decoy() -> str:
    """A hash that nobody's password fits, made with today's parameters once per process, at its start."""
    return hash_password("nobody's password")
