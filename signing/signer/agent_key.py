"""The installation's key for requests to agents: it vouches for what an agent is asked, and signs no document.

Optional: an installation whose officials use no agent needs none, and the question is then refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.retired import RetiredKeys
from signing.agent_requests.claims import KIND, AgentRequest
from signing.agent_requests.jws import jwk_of, sign_jws, to_be_signed
from signing.keys.errors import KeyUnusable
from signing.pki.marks import mark_of_key
from signing.signer.errors import AgentsNotServed

FILE_NAME = "agent.key.pem"
KEY = "agent"  # as the journal names it


class AgentKey:
    """The key of the folder, looked at when the process starts (KeyUnusable for one that is none), and at each use.

    One that was lost is not used, and the one that took its place is, without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._retired = RetiredKeys(folder)
        _load(self._path)

    def jwk(self) -> dict[str, str]:
        """The public half (AgentsNotServed)."""
        return jwk_of(self._held().public_key())

    def to_be_signed(self, request: AgentRequest) -> str:
        """Header and claims of the request (AgentsNotServed)."""
        return to_be_signed(self._held().public_key(), request.as_claims(), KIND)

    def sign(self, said: str) -> str:
        """What `to_be_signed` gave, as JWS."""
        return sign_jws(self._held(), said)

    def _held(self) -> EllipticCurvePrivateKey:
        key = _load(self._path)
        if key is None or self._retired.find(mark_of_key(key.public_key())) is not None:
            raise AgentsNotServed("This installation has no key for requests to agents.")
        return key


def _load(path: Path) -> EllipticCurvePrivateKey | None:
    if not path.exists():
        return None
    try:
        key: Any = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"{path.name}: no key can be read from it.") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise KeyUnusable(f"{path.name}: must hold a P-256 key.")
    return key
