"""Each class of keys is lost once in a running installation: the thief gains nothing, genuine papers stay good."""

from __future__ import annotations

import pytest

from licensing.accounts.recovery_links import recovery_token
from licensing.demonstration.walk import Walk
from signing.notes.checkpoint import Checkpoint
from signing.notes.errors import NoteInvalid
from signing.notes.note import NoteKey, make_note, verify_note
from tests.compromise.office import Office, moment

RED = "red"

pytestmark = pytest.mark.slow


def test_a_stolen_seal(office: Office) -> None:
    before = office.licence()
    cut = moment()
    after = office.licence()
    seal, official = office.stolen_seal(), office.stolen_official()
    forged = office.forged(official, seal)
    assert office.finding(forged) == (RED, "signed_not_issued")

    fates = {one["name"]: one["fate"] for one in office.touched("seal", "seal-minhhoa", "--since", cut)}
    assert fates[before.register_code] == "stands"
    assert fates[after.register_code] == "sealed anew"
    assert office.finding(after.pdf) == ("green", "valid")  # nothing was changed

    done = office.retire("seal", "seal-minhhoa", "--since", cut, "--reason", "laptop stolen", "--by", "Nguyễn Ví Dụ")
    assert any("1 papers are being sealed anew" in line for line in done), done

    assert office.finding(before.pdf) == ("green", "valid")
    assert office.finding(forged) == (RED, "signed_not_issued")
    assert office.finding(office.forged(official, seal, "Giấy phép giả khác"))[0] == RED
    office.until(lambda: office.look_up(after.register_code)["licence"]["document"] is not None, True)
    sealed_anew = office.published(after.register_code)
    assert sealed_anew != after.pdf
    assert office.finding(sealed_anew) == ("green", "valid")
    assert office.finding(after.pdf) == (RED, "replaced")
    acts = office.look_up(after.register_code)["licence"]["acts"]
    assert [act["kind"] for act in acts] == ["issue", "reseal"]
    assert office.finding(office.licence().pdf) == ("green", "valid")

    told = [(body["reason"], actor) for body, actor in office.events("KeyRetired") if body["mark"] == office.mark(seal)]
    assert told == [("laptop stolen", "command: Nguyễn Ví Dụ")]
    assert [line[:2] for line in office.journal("retirement") if cut in line[2]] == [("seal-minhhoa", "refused")]
    again = office.retire("seal", "seal-minhhoa", "--since", cut)
    assert any("0 papers" in line for line in again), again
    assert len([body for body, _ in office.events("KeyRetired") if body["mark"] == office.mark(seal)]) == 1
    office.audited()


def test_a_stolen_key_of_an_official(office: Office) -> None:
    before = office.licence()
    cut = moment()
    after = office.licence()
    official, seal = office.stolen_official(), office.stolen_seal()
    walk = office.walk
    waiting = signed_not_sealed(walk)

    touched = office.touched("official", "official-lanhdao", "--since", cut)
    fates = {one["name"]: one["fate"] for one in touched}
    assert (fates[before.register_code], fates[after.register_code]) == ("stands", "needs a new paper")
    assert [one["fate"] for one in touched if one["what"] == "documents"] == ["prepared anew"]

    done = office.retire("official", "official-lanhdao", "--since", cut)
    assert any("1 documents that were signed and not sealed" in line for line in done), done
    by_hand = next(line for line in done if "renew-certificate" in line)

    assert office.finding(before.pdf) == ("green", "valid")
    assert office.finding(office.forged(official, seal))[0] == RED
    office.until(lambda: office.finding(after.pdf), (RED, "key_lost"))
    prepared = office.waiting(waiting, "lanhdao", "filed")
    refused = office.refused(lambda: walk.sign(prepared))
    assert "retired" in refused

    pin = office.folder / "new-pin"
    pin.write_text(office.secrets.pin)
    pin.chmod(0o600)
    assert by_hand.endswith("antin signing renew-certificate official-lanhdao")
    office.antin("signing", "renew-certificate", "official-lanhdao", "--pin-file", str(pin))
    walk.sign(prepared)
    walk.seal(office.waiting(waiting, "vanthu", "signed"))
    office.until(lambda: walk.published(waiting) is not None, True)
    assert office.finding(office.published(waiting)) == ("green", "valid")
    assert office.finding(office.forged(official, seal))[0] == RED
    office.retire("official", "official-lanhdao", "--since", cut)
    assert office.finding(before.pdf) == ("green", "valid")
    office.audited()


def signed_not_sealed(walk: Walk) -> str:
    """A licence that its official has signed; its register code."""
    application = walk.apply()
    walk.accept(application)
    walk.examine(application)
    walk.decide(application)
    code = str(walk._until("prepared", lambda: walk.licence_of(application))["register_code"])
    walk.sign(walk._until("filed", lambda: walk.waiting_document(code, "lanhdao", "filed")))
    walk._until("signed", lambda: walk.waiting_document(code, "vanthu", "signed"))
    return code


def test_a_stolen_key_of_the_timestamp_server(office: Office) -> None:
    first = office.licence()
    thief, official, seal = office.stolen_tsa(), office.stolen_official(), office.stolen_seal()
    cut = moment()
    second = office.licence()

    touched = office.touched("tsa", "--since", cut)
    files = {one["name"]: one for one in touched if one["what"] == "files"}
    assert files[first.register_code]["fate"] == files[second.register_code]["fate"] == "new evidence"
    assert "after the cut" in files[second.register_code]["why"]

    done = office.retire("tsa", "--since", cut)
    assert any(line.startswith("certificate") and "revoked" in line for line in done), done
    for outcome in (first, second):
        renewed = office.published(outcome.register_code)
        assert renewed.startswith(outcome.pdf)
        assert office.finding(renewed) == ("green", "valid")
        assert office.finding(outcome.pdf) == ("green", "valid")  # proven by the newest file
    assert office.finding(office.licence().pdf) == ("green", "valid")
    assert office.touched("tsa", "--since", cut)[0]["what"] == "certificates"

    # With a lost seal as well, its thief would make a seal of before that loss: by a timestamp that counts no more.
    office.retire("seal", "seal-minhhoa", "--since", cut)
    told = office.verdict(office.forged(official, seal, stamped=thief))
    assert (told["verdict"], told["finding"]) == (RED, "signed_not_issued")
    assert [one["verdict"] for one in told["signatures"] if one["field"] == "Seal"] != ["valid"]
    assert office.finding(office.published(first.register_code)) == ("green", "valid")
    office.until(lambda: office.finding(office.published(second.register_code)), ("green", "valid"))
    office.audited()


def test_a_stolen_key_of_the_responder(office: Office) -> None:
    licence = office.licence()
    cut = moment()
    thief = office.stolen("ocsp", office.password("ocsp"))
    assert any(one["what"] == "certificates" for one in office.touched("ocsp", "--since", cut))
    done = office.retire("ocsp", "--since", cut)
    assert any("revoked" in line for line in done), done
    assert office.responder_certificate() != thief.info.certificate
    assert office.finding(licence.pdf) == ("green", "valid")
    assert office.finding(office.licence().pdf) == ("green", "valid")
    office.audited()


def test_a_stolen_key_of_requests_to_agents(office: Office) -> None:
    stolen = office.fingerprint_for_agents()
    cut = moment()
    assert office.read_for_agents() == stolen
    assert any(one["what"] == "pairings" for one in office.touched("agent", "--since", cut))
    done = office.retire("agent", "--since", cut)
    assert any("agent pair" in line for line in done), done
    new = office.fingerprint_for_agents()
    assert new != stolen
    office.until(office.read_for_agents, new)
    assert office.retire("agent", "--since", cut)[-1:] == done[-1:]  # the same command again changes nothing
    assert office.fingerprint_for_agents() == new


def test_a_stolen_key_of_the_log(office: Office) -> None:
    licence = office.licence()
    old_head, old_key = office.read("/log/checkpoint"), NoteKey.from_text(office.read("/log/keys").strip())
    cut = moment()
    thief = office.stolen_log_key()
    later = office.licence()

    touched = office.touched("log", "--since", cut)
    assert {one["fate"] for one in touched} >= {"stands", "replaced", "published anew", "cannot be told apart"}
    done = office.retire("log", "--since", cut)
    new_key = NoteKey.from_text(office.read("/log/keys").strip())
    assert new_key.key_id != old_key.key_id
    assert any(new_key.text in line for line in done)
    head = Checkpoint.from_text(verify_note(office.read("/log/checkpoint"), [new_key]))
    for outcome in (licence, later, office.licence()):
        office.until(lambda code=outcome.register_code: office.look_up(code)["verdict"], "green")
        assert office.finding(outcome.pdf) == ("green", "valid")

    forged = make_note(Checkpoint(head.origin, head.size + 9, bytes(32)).text, head.origin, thief)
    with pytest.raises(NoteInvalid):
        verify_note(forged, [new_key])
    handover = verify_note(office.read("/log/handover"), [new_key])
    assert f"old {old_key.text}\nnew {new_key.text}\n" in handover
    old = Checkpoint.from_text(verify_note(old_head, [old_key]))
    assert office.begins_with(old, head)  # whoever kept a head of before sees that it is the same log
    office.retire("log", "--since", cut)
    assert NoteKey.from_text(office.read("/log/keys").strip()) == new_key
    office.audited()


def test_a_stolen_secret_of_the_installation(office: Office) -> None:
    walk, cut = office.walk, moment()
    caller = walk.caller("quantri")
    assert caller.get("/v1/me")["name"]
    secret = (office.folder / "secret-key").read_text()
    account = office.account("doanhnghiep@vidu.example")
    link = recovery_token(secret, account.id, account.password_hash, office.unit.clock.now())
    assert office.link_is_good(link)
    touched = office.touched("session", "--since", cut)
    assert next(one for one in touched if one["what"] == "sign-in sessions")["name"] != "0"
    office.retire("session", "--since", cut)
    assert (office.folder / "secret-key").read_text() != secret
    office.until(lambda: office.status("/healthz"), 200)
    assert office.refused(lambda: caller.get("/v1/me"))
    office.until(lambda: office.link_is_good(link), False)
    assert office.finding(office.licence().pdf) == ("green", "valid")


def test_stolen_access_tokens(office: Office) -> None:
    token = office.walk.caller("quantri").post("/v1/tokens", {"name": "backup", "days": 30})["token"]
    assert office.with_token(token) == 200
    cut = moment()
    assert [one["what"] for one in office.touched("token", "--since", cut)] == ["access tokens"]
    office.retire("token", "--since", cut)
    assert office.with_token(token) == 401
    fresh = office.walk.caller("quantri").post("/v1/tokens", {"name": "backup", "days": 30})["token"]
    office.retire("token", "--since", cut)  # a repeat ends nothing that was made since
    assert office.with_token(fresh) == 200


def test_a_stolen_secret_of_pseudonyms(office: Office) -> None:
    first, cut = office.licence(), moment()
    (year,) = office.pseudonym_years()
    stolen = office.pseudonym_secret(year)
    office.retire("pseudonym", str(year), "--since", cut)
    assert office.pseudonym_secret(year) != stolen
    second = office.licence()
    assert office.finding(first.pdf) == office.finding(second.pdf) == ("green", "valid")
    assert not office.actors(second.register_code) & office.actors(first.register_code)


def test_a_stolen_key_of_the_issuing_authority(office: Office) -> None:
    before, cut = office.licence(), moment()
    thief = office.stolen_issuing()
    after = office.licence()
    done = office.retire("issuing", "--since", cut)
    assert any("revoked by the root" in line for line in done), done
    pin = office.folder / "new-pin"
    pin.write_text(office.secrets.pin)
    pin.chmod(0o600)
    office.antin("signing", "renew-certificate", "official-lanhdao", "--same-key", "--pin-file", str(pin))
    official, seal = thief.certified("official", "Kẻ Trộm"), thief.certified("seal", "Sở Ví Dụ")
    assert office.finding(office.forged(official, seal))[0] == RED
    for outcome in (before, after, office.licence()):
        assert office.finding(office.published(outcome.register_code)) == ("green", "valid")
        assert office.finding(outcome.pdf) == ("green", "valid")
    office.audited()


def test_a_stolen_root(office: Office) -> None:
    licence, cut = office.licence(), moment()
    done = office.retire("root", "--since", cut)
    assert any("ceremony" in line for line in done)
    assert office.finding(licence.pdf) == ("green", "valid")
    assert office.finding(office.licence().pdf) == ("green", "valid")


@pytest.mark.parametrize("name", ["qr", "status", "witness", "code"])
def test_a_class_that_is_not_there_yet_is_refused_by_name(office: Office, name: str) -> None:
    done = office.antin("compromise", name, "--since", moment(), good=False)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{name} (")
    assert "this installation has no such key yet" in done.stderr


def test_what_cannot_be_meant_is_refused(office: Office) -> None:
    def said(*arguments: str) -> str:
        done = office.antin("compromise", *arguments, good=False)
        assert done.exit_code in (1, 2), done.stdout
        return done.stderr

    assert "There is no class of keys 'stamp'" in said("stamp", "--since", moment())
    assert "There is no seal key 'seal-nobody'" in said("seal", "seal-nobody", "--since", moment())
    assert "Say which official key" in said("official", "--since", moment())
    assert "not lost in the future" in said("seal", "seal-minhhoa", "--since", "2099-01-01")
    assert "no time of ISO 8601" in said("seal", "seal-minhhoa", "--since", "yesterday")
