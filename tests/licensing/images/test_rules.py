"""The law as data, and the width that people type."""

from decimal import Decimal

import pytest

from licensing.images.errors import PictureSizeWrong
from licensing.images.rules import Kind, law_of, width_stated


@pytest.mark.parametrize("kind", list(Kind))
def test_the_law_is_cited_and_says_whether_it_was_read(kind: Kind) -> None:
    law = law_of(kind)
    assert "30/2020/NĐ-CP" in law.provision
    assert not law.verified
    assert law.width[0] < law.width[1]


def test_signatures_are_blue_and_recoloured_seals_are_red_and_refused_otherwise() -> None:
    signature, seal = law_of(Kind.SIGNATURE), law_of(Kind.SEAL)
    assert signature.recolour and signature.ink[2] == max(signature.ink)
    assert not seal.recolour and seal.ink[0] == max(seal.ink)


@pytest.mark.parametrize(("typed", "width"), [("36", "36.0"), (" 36,5 ", "36.5"), ("41.25", "41.2")])
def test_a_width_is_taken_with_point_or_comma(typed: str, width: str) -> None:
    assert width_stated(Kind.SEAL, {"width_mm": typed}) == Decimal(width)


@pytest.mark.parametrize("typed", ["", "wide", "-36", "0", "1e9", "NaN", "Infinity", "19.9", "61"])
def test_another_width_is_refused(typed: str) -> None:
    with pytest.raises(PictureSizeWrong):
        width_stated(Kind.SEAL, {"width_mm": typed})
