"""A token stops working at once."""

from __future__ import annotations

from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.errors import TokenNotFound
from licensing.accounts.events import TokenRevoked
from licensing.accounts.models import AccessToken


def revoke_token(work: Work, token_id: UUID) -> None:
    """Revoke a token of the caller's; raises `TokenNotFound` for another's, or one revoked before."""
    token = work.session.get(AccessToken, token_id, with_for_update=True, populate_existing=True)
    if token is None or token.account_id != work.actor.account_id or token.revoked_at is not None:
        raise TokenNotFound("There is no such token.")
    token.revoked_at = work.clock.now()
    work.record(TokenRevoked(token.account_id, token.id))
