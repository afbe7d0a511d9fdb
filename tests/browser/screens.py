"""At which widths and in which languages a page is looked at."""

from __future__ import annotations

import os

import pytest

WIDTHS, LANGUAGES = (390, 1280), ("vi", "en")
# Every width and every language in each test; all four pairs where somebody wants to look at the pictures.
PAIRS = [(390, "vi"), (1280, "en")]
EVERY = [(width, language) for width in WIDTHS for language in LANGUAGES]
SCREENS = pytest.mark.parametrize(("width", "language"), EVERY if os.environ.get("ANTIN_PICTURES") else PAIRS)

# What in the main part of a page is drawn in any green: text, ground or a border that can be seen.
GREENS = """() => {
  const green = (colour) => {
    const [r, g, b, a] = (colour.match(/[\\d.]+/g) ?? []).map(Number);
    return (a ?? 1) > 0 && g > r + 12 && g > b + 5;
  };
  const seen = (one) => {
    const style = getComputedStyle(one);
    const sides = ['Top', 'Right', 'Bottom', 'Left'].filter((side) => parseFloat(style[`border${side}Width`]) > 0);
    return [style.color, style.backgroundColor, ...sides.map((side) => style[`border${side}Color`])].some(green);
  };
  return [...document.querySelectorAll('main *')].filter(seen).map((one) => `${one.tagName} ${one.className}`);
}"""
