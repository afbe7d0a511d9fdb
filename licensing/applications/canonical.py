"""One text for one value, so that its digest means something: sorted keys, no spaces, UTF-8 (RFC 8785 in spirit)."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """The JSON text of a value of texts, numbers, booleans, lists and objects; the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a text, 64 hex characters."""
    return hashlib.sha256(text.encode()).hexdigest()
