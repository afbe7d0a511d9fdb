"""The key of what the service itself says is lost: its papers stay good or are signed anew, the thief's are red."""

from __future__ import annotations

import pytest

from tests.compromise.office import Office, moment

RED = "red"

pytestmark = pytest.mark.slow


def test_a_stolen_key_of_receipts(office: Office) -> None:
    first_id, first = office.slip()
    cut = moment()
    second_id, second = office.slip()
    key, official = office.stolen("receipt", office.password("receipt")), office.stolen_official()
    receipt, licence = office.forged_receipt(key), office.forged(official, key)
    for forged in (receipt, licence):
        assert office.finding(forged) == (RED, "signed_not_issued")
    assert office.finding(first) == office.finding(second) == ("amber", "receipt")

    touched = {one["name"]: one["fate"] for one in office.touched("receipt", "--since", cut)}
    assert (touched[first_id], touched[second_id]) == ("stands", "signed anew")
    done = office.retire("receipt", "--since", cut)
    assert any("1 receipts are being signed anew" in line for line in done), done

    office.until(lambda: office.slip_of(second_id) not in (None, second), True)
    assert office.slip_of(first_id) == first
    assert office.finding(first) == office.finding(office.slip_of(second_id) or b"") == ("amber", "receipt")
    office.until(lambda: office.finding(second), (RED, "receipt_key_lost"))
    for forged in (receipt, licence, office.forged_receipt(key), office.forged(official, key)):
        assert office.finding(forged)[0] == RED
    assert office.finding(office.slip()[1]) == ("amber", "receipt")
    again = office.retire("receipt", "--since", cut)
    assert any("0 receipts" in line for line in again), again
    office.audited()
