"""Why evidence was not given or renewed."""

from __future__ import annotations

from config.errors import RuleBroken, Unavailable


class NotTheLeafs(RuleBroken):
    """The stored file does not carry the seal that its paper is on record with; it is not renewed."""


class AuthorityDistrusted(Unavailable):
    """The timestamp authority in use is itself named as distrusted, or its certificate is revoked."""
