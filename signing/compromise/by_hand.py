"""What people do for a key that no command can make anew, told by where the key is: each line is one step."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LIST = "keys.toml"  # `signing.keys.stores` reads it; here only the words of it count
START_AGAIN = "write {what} into keys.toml instead of {now} and start the signer process again"
# By the kind of a store: where the next key is made, and what of keys.toml may have to change.
STEPS: Mapping[str, tuple[str, ...]] = {
    "pkcs11": (
        "in the token {token} delete the lost key ({place}), make a new one with the same label and identifier, "
        "and a certificate request (PKCS #10) for it",
    ),
    "csc": (
        "have the service lock the credential {credential}, make a new key, and give you a certificate request "
        "(PKCS #10) for it",
    ),
    "kms": (
        "take kms:Sign on the lost key away, make a new one there (ECC_NIST_P256 or RSA_2048 and longer), and a "
        "certificate request (PKCS #10) for it",
    ),
    "confirm": (
        "have the service lock the credential {credential} and make a new one in its holder's name; it gives a "
        "certificate request (PKCS #10)",
    ),
    "held": ("its holder makes a new key in a new token, and a certificate request (PKCS #10) for it",),
}
AFTERWARDS: Mapping[str, tuple[str, ...]] = {
    "csc": (
        "give the service the new certificate, the first one in {name}.pem",
        "if the new credential has another identifier, " + START_AGAIN.format(what="it", now="{credential}"),
    ),
    "kms": (
        "point {key} at the new key if it is an alias; else "
        + START_AGAIN.format(what="the new identifier", now="{key}"),
    ),
    "confirm": ("if the new credential has another identifier, " + START_AGAIN.format(what="it", now="{credential}"),),
}
PASS = "if it has another PIN, put that into {name}.pass"  # noqa: S105 - a sentence
OURS = "antin signing renew-certificate {name} --request FILE"
ANOTHERS = (
    "have the authority of the lost key's certificate certify the new one, and put that certificate and those above it "
    "without the root into {name}.pem"
)
LAST = "the same command once more"


def steps_by_hand(folder: Path, name: str, *, ours: bool) -> Iterator[str]:
    """The steps for a key that is not in a file; `ours`: the authority of this folder certified it."""
    store, key = _listed(folder, name)
    kind = str(store.get("kind", ""))
    words = {"name": name, "place": _place(key)} | {
        what: str(key.get(what, "?")) for what in ("token", "credential", "key")
    }
    steps = [*STEPS.get(kind, ("make a new key in its store, and a certificate request (PKCS #10) for it",))]
    steps.append(OURS if ours else ANOTHERS)
    steps += AFTERWARDS.get(kind, ())
    if name.startswith("seal-") and kind in ("pkcs11", "csc"):
        steps.append(PASS)
    for number, step in enumerate([*steps, LAST], 1):
        yield f"BY HAND, {number}: {step.format(**words)}"


def _listed(folder: Path, name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What keys.toml says of the key's store, and of the key; nothing where it cannot be read."""
    try:
        read = tomllib.loads((folder / LIST).read_text(encoding="utf-8"))
        key = read["keys"][name]
        return dict(read["stores"][key["store"]]), dict(key)
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}


def _place(key: Mapping[str, Any]) -> str:
    return ", ".join(f"{what} {key[what]}" for what in ("label", "id") if what in key)
