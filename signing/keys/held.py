"""Keys in their holders' own hands: a token on somebody's desk, a file on their own machine.

The signer knows whose certificate it is, from the `.pem` in the folder of keys, and never meets the key: what it signed
comes back in a signing session and counts only if it verifies under that certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from signing.keys.errors import KeyElsewhere
from signing.keys.options import Options
from signing.keys.protocol import KeyInfo


class HeldStore:
    """Names of keys that others hold; there is nothing to open."""

    asks_secret = False  # and has no seals

    def check(self, name: str, info: KeyInfo) -> None:
        """Nothing to ask: the key is not here."""

    def open(self, name: str, info: KeyInfo, secret: str) -> NoReturn:
        """Always KeyElsewhere; the secret is not looked at."""
        raise KeyElsewhere(f"{name}: is in its holder's own hands and signs in a signing session.")


def held_store(table: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]], folder: Path) -> HeldStore:
    """The store of `kind = "held"`; beside its name a key needs its `.pem` alone."""
    Options(table, "kind")
    refuse_seals(keys)
    for key in keys.values():
        Options(key, "store")
    return HeldStore()


def refuse_seals(keys: Mapping[str, Mapping[str, Any]]) -> None:
    """An agency's seal is put on by jobs, so no person can be asked for it (ValueError)."""
    if seal := next((name for name in keys if not name.startswith("official-")), None):
        raise ValueError(f"{seal}: a seal cannot wait for a person; only an official's key can stand here.")
