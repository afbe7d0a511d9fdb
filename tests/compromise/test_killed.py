"""The drill is killed at once after each of its steps, and repeated: it ends as if it had never been cut off."""

from __future__ import annotations

import json

import pytest

from tests.compromise.office import Office, moment

pytestmark = pytest.mark.slow


def test_a_drill_that_is_killed_again_and_again_ends_whole(office: Office) -> None:
    before, cut = office.licence(), moment()
    after = office.licence()
    thief, official = office.stolen_seal(), office.stolen_official()
    lost = ("seal", "seal-minhhoa", "--since", cut)

    for file in ("retired.json", "revoked.json", "crl/issuing.crl", "seal-minhhoa.p12", "seal-minhhoa.pem"):
        office.killed(*lost, after=office.keys / file)
        retired = json.loads((office.keys / "retired.json").read_text())
        assert len([key for key in retired if key["since"] == cut]) == 1
    office.retire(*lost)

    def acts() -> list[str]:
        return [act["kind"] for act in office.look_up(after.register_code)["licence"]["acts"]]

    office.until(acts, ["issue", "reseal"])
    office.until(lambda: office.finding(office.published(after.register_code)), ("green", "valid"))
    assert office.finding(before.pdf) == ("green", "valid")
    assert office.finding(after.pdf) == ("red", "replaced")
    assert office.finding(office.forged(official, thief))[0] == "red"
    told = office.antin("signing", "list-certificates", "--json").stdout.splitlines()
    seals = [row for row in map(json.loads, told) if row["name"] == "seal-minhhoa"]
    assert [row["state"] for row in seals if row["serial"] == f"{office.serial(thief):x}"] == ["revoked"]
    for name in ("KeyRetired", "CompromiseHandled"):
        assert len([body for body, _ in office.events(name) if body["mark"] == office.mark(thief)]) == 1
    assert len([line for line in office.journal("retirement") if cut in line[2]]) == 1
    assert office.finding(office.licence().pdf) == ("green", "valid")
    office.audited()
