"""The secret part of a link that verifies an e-mail address: signed, for one account and one address, for 24 hours.

Nothing of it is kept, and it names the address only by a digest: it stands in browsers' histories.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from licensing.accounts.rules import ADDRESS_LINK_LASTS

FIRST = "v"  # else it could begin with a point, and many a proxy hands out nothing that does
SALT = "antin address link"  # of no use as any other link, and no other link is of use here


@dataclass(frozen=True)
class AddressLink:
    """What a link of ours says."""

    account_id: UUID
    digest: str
    until: datetime

    def is_for(self, address: str | None) -> bool:
        """The link was sent to this address."""
        return address is not None and hmac.compare_digest(self.digest, _digest(address))


def address_token(secret_key: str, account_id: UUID, address: str, now: datetime) -> str:
    """The secret part of a link, sent to the address that it verifies."""
    until = int((now + ADDRESS_LINK_LASTS).timestamp())
    return FIRST + str(_serializer(secret_key).dumps([str(account_id), _digest(address), until]))


def read_token(secret_key: str, token: str) -> AddressLink | None:
    """What the link says, also when it is too old; None when we never made it."""
    try:
        account_id, digest, until = _serializer(secret_key).loads(token.removeprefix(FIRST))
        return AddressLink(UUID(account_id), str(digest), datetime.fromtimestamp(int(until), UTC))
    except (BadData, ValueError, TypeError):
        return None


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer([secret_key], salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})


def _digest(address: str) -> str:
    return hashlib.sha256(b"address " + address.encode()).hexdigest()
