"""Secrets that a browser or program holds: 256 random bits as text. We keep only the SHA-256."""

from __future__ import annotations

import base64
import hashlib

from config import tokens

TOKEN_MARK = "antin_"  # noqa: S105 - lets people and scanners see what leaked


def new_secret() -> str:
    """43 characters of base64url."""
    return base64.urlsafe_b64encode(tokens.random_bytes(32)).rstrip(b"=").decode()


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random, so a fast hash cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
