"""The passwords and PINs of a demonstration: random for each installation, in a file that only its owner reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config import tokens
from config.storage import write_durably

NAME = "demonstration.json"


@dataclass(frozen=True)
class Secrets:
    """One password for all demonstration accounts and one PIN for the signing key."""

    password: str
    pin: str


def secrets_of(data_folder: Path) -> Secrets:
    """Read the file, or make it on the first start."""
    path = data_folder / NAME
    if not path.exists():
        digits = str(int.from_bytes(tokens.random_bytes(8), "big"))[-6:]
        made = Secrets(f"thu-{tokens.random_code(5)}-{tokens.random_code(5)}".lower(), digits)
        write_durably(path, json.dumps(asdict(made)).encode())
    return Secrets(**json.loads(path.read_text(encoding="utf-8")))
