"""A commitment holds its facts for ever and tells nothing of the ones that were erased."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.entries.disclosures import Disclosure, commit, commitment_of, decode, disclose, encode, facts_in

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
facts = st.dictionaries(texts, values, max_size=5)


@given(facts)
def test_facts_are_read_back_from_what_was_committed_to(value: dict[str, Any]) -> None:
    made = commit(value)
    assert facts_in([disclosure.text for disclosure in made.disclosures]) == value
    assert made.ver == commitment_of(made.digests)
    assert sorted(disclosure.digest for disclosure in made.disclosures) == list(made.digests)


@given(facts)
def test_the_same_facts_under_other_salts_cannot_be_recognised(value: dict[str, Any]) -> None:
    one, other = commit(value), commit(value)
    assert not set(one.digests) & set(other.digests)
    assert one.ver != other.ver or not value


@given(texts, values)
def test_a_disclosure_is_an_sd_jwt_one(name: str, value: Any) -> None:
    disclosure = disclose(name, value)
    salt, said, content = json.loads(decode(disclosure.text))
    assert (len(decode(salt)), said, content) == (16, name, value)
    assert disclosure.digest == encode(hashlib.sha256(disclosure.text.encode("ascii")).digest())
    assert Disclosure(disclosure.text) == disclosure


def test_the_digest_is_that_of_the_standard() -> None:
    """The example of RFC 9901, 4.2.3."""
    text = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert Disclosure(text).value == "Möbius"
    assert Disclosure(text).digest == "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"


def test_another_fact_another_digest_or_another_number_of_them_is_another_commitment() -> None:
    made = commit({"name": "Đỗ Ví Dụ", "area": 12.5})
    assert commitment_of(made.digests[:1]) != made.ver
    assert commitment_of([*made.digests, made.digests[0]]) != made.ver
    assert commitment_of(list(reversed(made.digests))) == made.ver
