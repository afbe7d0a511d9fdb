"""The register of retired keys: what stands in it stays, for every process, and a damaged one lets no key pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.compromise import Drill, Loss, LossRefused, RetiredOtherwise, loss_of
from config.retired import FILE_NAME, RetiredKey, RetiredKeys, RetiredKeysUnreadable
from config.unit_of_work import UnitOfWork

CUT, AT = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)


def key(mark: str = "a", since: datetime = CUT, at: datetime = AT) -> RetiredKey:
    return RetiredKey("seal", "seal-a", mark, since, at, "stolen", "nobody")


def test_the_first_retirement_stays_and_others_see_it_at_once(tmp_path: Path) -> None:
    ours, theirs = RetiredKeys(tmp_path), RetiredKeys(tmp_path)
    assert theirs.find("a") is None
    ours.add(key())
    assert theirs.find("a") == key()
    assert ours.add(key(since=AT)) == key()
    assert theirs.of("seal", "seal-b") == []
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"[{}]", b"[1]", b'[{"mark": "a"}]'])
def test_a_damaged_register_lets_no_key_pass(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    with pytest.raises(RetiredKeysUnreadable):
        RetiredKeys(tmp_path).find("a")


def test_one_that_vanished_makes_nothing_good_again(tmp_path: Path) -> None:
    register = RetiredKeys(tmp_path)
    register.add(key())
    register.find("a")
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(RetiredKeysUnreadable):
        register.find("a")


def test_a_loss_is_of_the_present_key_or_repeats_one_that_was_told(unit: UnitOfWork, tmp_path: Path) -> None:
    register = RetiredKeys(tmp_path)
    drill = Drill(lambda _: {"seal-a": "b"}, lambda _: register, lambda *_: [], [])

    def mark(since: datetime) -> str:
        return loss_of(unit, drill, Loss("seal", "seal-a", "", since, "", "nobody")).mark

    assert mark(CUT) == "b"
    register.add(key())
    assert mark(CUT) == "a"  # a repeat, though another key has its name by now
    assert mark(datetime(2026, 2, 3, tzinfo=UTC)) == "b"  # the one that followed was lost as well
    with pytest.raises(RetiredOtherwise):
        mark(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(LossRefused):
        mark(datetime(2027, 1, 1, tzinfo=UTC))
