"""The verdict of a suspicion in words, as the page said it."""

from __future__ import annotations

from collections.abc import Mapping

from registry.verification.result import Finding
from registry.verification.words import WORDS

UNKNOWN_CODE = {"vi": "Không có giấy phép nào mang mã đăng ký này.", "en": "No licence has this register code."}


def words_of(finding: str) -> Mapping[str, str]:
    """What the page said, in both languages."""
    return WORDS[Finding(finding)] if finding in set(Finding) else UNKNOWN_CODE
