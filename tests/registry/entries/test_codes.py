"""A register code that was misread or mistyped is found out before anybody is told something about another licence."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.tokens import CODE_ALPHABET
from registry.entries.codes import LENGTH, MISREAD, new_register_code, parse_register_code, readable
from registry.entries.errors import CodeMalformed

codes = st.builds(new_register_code)
places = st.integers(0, LENGTH - 1)


@given(codes)
def test_a_code_is_read_back_as_people_write_it(code: str) -> None:
    assert len(code) == LENGTH
    assert set(code) <= set(CODE_ALPHABET)
    for written in (code, code.lower(), readable(code), f"  {readable(code).lower()} ", code.replace("0", "O")):
        assert parse_register_code(written) == code


@given(codes)
def test_every_single_wrong_character_is_found(code: str) -> None:
    for place in range(LENGTH):
        for other in CODE_ALPHABET:
            if other != code[place]:
                with pytest.raises(CodeMalformed):
                    parse_register_code(code[:place] + other + code[place + 1 :])


@given(codes)
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for place in range(LENGTH - 1):
        if code[place] != code[place + 1]:
            with pytest.raises(CodeMalformed):
                parse_register_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(codes, places)
def test_a_missing_or_doubled_character_is_found(code: str, place: int) -> None:
    for wrong in (code[:place] + code[place + 1 :], code[:place] + code[place] + code[place:]):
        with pytest.raises(CodeMalformed):
            parse_register_code(wrong)


@given(st.text(max_size=60))
def test_what_is_no_code_is_refused_and_nothing_else_happens(text: str) -> None:
    assume(len(text.translate(MISREAD)) != LENGTH)
    with pytest.raises(CodeMalformed):
        parse_register_code(text)
