"""Which keys live elsewhere than in files: `keys.toml` in the folder of keys, read at the start and checked at once.

    [stores.hsm]
    kind = "pkcs11"                     # and what this kind asks for
    module = "/usr/lib/softhsm/libsofthsm2.so"

    [keys.seal-minhhoa]
    store = "hsm"                       # and how the store knows the key
    token = "antin"
    label = "seal"

Beside it `seal-minhhoa.pem`: its certificate and those above it. Without the file all keys are PKCS #12 files.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from signing.keys.confirm import confirm_store
from signing.keys.csc import csc_store
from signing.keys.errors import KeyStoresInvalid
from signing.keys.held import held_store
from signing.keys.kms import kms_store
from signing.keys.pkcs11 import pkcs11_store
from signing.keys.protocol import KeyStore

FILE = "keys.toml"
NAME = re.compile(r"receipt|(seal|official)-[a-z0-9][a-z0-9._-]{0,62}")
Keys = Mapping[str, Mapping[str, Any]]
# What makes a store out of its options and its keys; raises ValueError with what is wrong.
KINDS: dict[str, Callable[[Mapping[str, Any], Keys, Path], KeyStore]] = {
    "confirm": confirm_store,
    "csc": csc_store,
    "held": held_store,
    "kms": kms_store,
    "pkcs11": pkcs11_store,
}


def read_stores(folder: Path) -> dict[str, KeyStore]:
    """The store of each key that `keys.toml` lists; raises KeyStoresInvalid, with a line for each fault."""
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KeyStoresInvalid(f"{FILE}: cannot be read: {error}.") from error
    faults: list[str] = []
    keys, stores = _tables(read, "keys", faults), _tables(read, "stores", faults)
    faults += [f"{FILE}: there is no table [{name}]." for name in read if name not in ("keys", "stores")]
    faults += [fault for name, key in keys.items() if (fault := _key_fault(folder, name, key, stores))]
    found: dict[str, KeyStore] = {}
    for name, options in stores.items():
        own = {key: given for key, given in keys.items() if given.get("store") == name}
        try:
            found |= dict.fromkeys(own, _made(options, own, folder))
        except (ValueError, KeyError) as error:
            faults.append(f"{FILE}: stores.{name}: {error}")
    if faults:
        raise KeyStoresInvalid("\n".join(faults))
    return found


def _tables(read: Mapping[str, Any], name: str, faults: list[str]) -> dict[str, dict[str, Any]]:
    table = read.get(name, {})
    if isinstance(table, dict) and all(isinstance(inner, dict) for inner in table.values()):
        return table
    faults.append(f"{FILE}: {name} must hold tables [{name}.…].")
    return {}


def _key_fault(folder: Path, name: str, key: Mapping[str, Any], stores: Mapping[str, Any]) -> str | None:
    if not NAME.fullmatch(name):
        return f"{FILE}: keys.{name}: a key is named seal-…, official-… or receipt, in small letters."
    if key.get("store") not in stores:
        return f"{FILE}: keys.{name}: store must name one of [stores.…]."
    if (folder / f"{name}.p12").exists():
        return f"{FILE}: keys.{name}: is in {name}.p12 too; one of the two must go."
    return None


def _made(options: Mapping[str, Any], keys: Keys, folder: Path) -> KeyStore:
    kind = options.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}.")
    return KINDS[str(kind)](options, keys, folder)
