"""Makes the key with which an installation signs its requests to agents, where there is none."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from signing.agent_requests.jws import jwk_of, thumbprint
from signing.pki.errors import KeyFolderUnusable
from signing.pki.keyfolder import write_private

AGENT_KEY = "agent.key.pem"


def make_agent_key(folder: Path) -> str:
    """The fingerprint of the key in the folder, made now if there was none. Whoever calls holds the folder's lock."""
    path = folder / AGENT_KEY
    if not path.exists():
        key = generate_private_key(SECP256R1())
        write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        public = load_pem_private_key(path.read_bytes(), None).public_key()
    except (OSError, ValueError, TypeError) as error:
        raise KeyFolderUnusable(f"{AGENT_KEY}: no key can be read from it.") from error
    if not isinstance(public, EllipticCurvePublicKey):
        raise KeyFolderUnusable(f"{AGENT_KEY}: must hold a P-256 key.")
    return thumbprint(jwk_of(public))
