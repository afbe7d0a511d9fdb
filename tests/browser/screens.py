"""At which widths and in which languages a page is looked at."""

from __future__ import annotations

import os

import pytest

WIDTHS, LANGUAGES = (390, 1280), ("vi", "en")
# Every width and every language in each test; all four pairs where somebody wants to look at the pictures.
PAIRS = [(390, "vi"), (1280, "en")]
EVERY = [(width, language) for width in WIDTHS for language in LANGUAGES]
SCREENS = pytest.mark.parametrize(("width", "language"), EVERY if os.environ.get("ANTIN_PICTURES") else PAIRS)
