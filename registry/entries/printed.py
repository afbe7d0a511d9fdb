"""What stands in the blanks of a paper that is numbered after the signature: number and days of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from signing.pades.printed import printed


def printed_by(leaf: Mapping[str, Any]) -> dict[str, str]:
    """By the leaf of the act that a paper belongs to; raises KeyError or ValueError for what is no act."""
    until = date.fromisoformat(leaf["exp"]) if "exp" in leaf else None
    return printed(leaf["no"], date.fromisoformat(leaf["eff"]), until)
