"""No forgery of the collection is valid, none lacks an answer, none keeps us waiting; honest files are valid."""

import os
import random  # noqa: TID251 - seeded: the same mutations in every run
import time  # how long something took, not what time it is

import pytest

from signing.trust.anchors import TrustStore
from signing.validation.apart import validate_apart
from signing.validation.policy import MOST_MEMORY, MOST_SECONDS
from signing.validation.report import Report, Verdict
from signing.validation.validate import validate
from tests.attacks.bases import BASES, certified, plain, twice
from tests.attacks.collection import Attack
from tests.attacks.edit import Freedom, sign_freely
from tests.attacks.every import ALL
from tests.attacks.form_fields import boxed, fill_remark, tick
from tests.attacks.whole_file import COST
from tests.pki.build import pki
from tests.signing.pades.build import LATER, fresh, preserve_now, trust

LIMIT = 10.0  # seconds
MEMORY = 512 * 1024**2  # bytes of address space, which is the child's until it ends
FUZZED = float(os.environ.get("ANTIN_FUZZ_SECONDS", "6"))
CORNER = (400, 20, 560, 90)
AWAITED = frozenset({"Seal"})  # some of the honest states still wait for it


def _judge(attack: Attack, pdf: bytes, store: TrustStore) -> Report:
    """Costly files as strangers hand them in: by a confined child, whose time and memory end."""
    ask = validate_apart if attack.kind == COST else validate
    return ask(pdf, store, LATER, fresh())


@pytest.mark.parametrize("name", ALL)
def test_no_forgery_is_valid(name: str) -> None:
    attack = ALL[name]
    pdf = attack.file
    start = time.process_time(), time.perf_counter()
    report = _judge(attack, pdf, trust())
    spent = time.process_time() - start[0], time.perf_counter() - start[1]
    assert spent[1 if attack.kind == COST else 0] < LIMIT
    assert report.verdict is attack.expected, report.reasons
    assert report.reasons


@pytest.mark.parametrize("name", [name for name, one in ALL.items() if one.any_issuer])
def test_nor_is_it_where_nobody_asks_for_the_issuer(name: str) -> None:
    report = _judge(ALL[name], ALL[name].file, trust().for_any_issuer())
    assert report.verdict not in (Verdict.VALID, Verdict.NO_SIGNATURE)


def test_the_limits_of_a_child_are_those_that_are_promised() -> None:
    assert MOST_MEMORY <= MEMORY
    assert MOST_SECONDS < LIMIT


def test_the_collection_is_large_enough() -> None:
    assert len(ALL) >= 150
    assert len({one.kind for one in ALL.values()}) >= 18


@pytest.mark.parametrize("base", [name for name in BASES if name not in ("unsigned", "shadowed_archived")])
def test_what_the_forgeries_begin_with_is_valid(base: str) -> None:
    report = validate(BASES[base](), trust(), LATER, fresh(), AWAITED)
    assert (report.verdict, report.reasons) == (Verdict.VALID, ())


def test_honest_later_changes_are_valid() -> None:
    """A renewal, a second signer in a free corner, and one who fills in what was left empty."""
    filled = sign_freely(plain(), "Second", pki().official, Freedom(CORNER, change=fill_remark))
    honest = [
        preserve_now(preserve_now(BASES["licence"]())),
        preserve_now(twice()),
        sign_freely(plain(), "Second", pki().official, Freedom(CORNER)),
        filled,
        preserve_now(filled),
        sign_freely(certified(2), "Second", pki().official, Freedom(change=fill_remark)),
        sign_freely(boxed(), "Second", pki().official, Freedom(change=tick("/Yes", "/Yes"))),
    ]
    for document in honest:
        report = validate(document, trust(), LATER, fresh())
        assert (report.verdict, report.reasons) == (Verdict.VALID, ())


def test_mutated_files_never_are() -> None:
    """As many mutations as fit into the time; ANTIN_FUZZ_SECONDS makes it longer."""
    dice, start = random.Random(20260302), time.process_time()
    files = [BASES[name]() for name in ("licence", "numbered", "plain", "archived")]
    while time.process_time() - start < FUZZED:
        file = dice.choice(files)
        mutated = _mutated(file, dice)
        if mutated != file:
            assert validate(mutated, trust(), LATER, fresh()).verdict is not Verdict.VALID


def _mutated(pdf: bytes, dice: random.Random) -> bytes:
    place, length = dice.randrange(len(pdf)), dice.choice((1, 1, 2, 8, 64, 512))
    kind = dice.randrange(5)
    if kind == 0:
        return pdf[:place] + dice.randbytes(length) + pdf[place + length :]
    if kind == 1:
        return pdf[:place] + pdf[place + length :]
    if kind == 2:
        return pdf[:place] + dice.randbytes(length) + pdf[place:]
    if kind == 3:
        other = dice.randrange(len(pdf))
        return pdf[:place] + pdf[other : other + length] + pdf[place + length :]
    return pdf[:place] + bytes([pdf[place] ^ (1 << dice.randrange(8))]) + pdf[place + 1 :]
