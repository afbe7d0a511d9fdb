"""A document that waits for its official's held key, on running services."""

from __future__ import annotations

from tests.signing.sessions.conftest import in_hands, official, reactor, request_id

__all__ = ["in_hands", "official", "reactor", "request_id"]
