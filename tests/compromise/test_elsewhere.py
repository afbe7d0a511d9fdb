"""Keys that are in no file are lost: in tokens of a security module, at a remote signing service, at a cloud's.

The command lists and retires; what it then says "BY HAND" is done here against the real counterpart, word by word, and
the same command once more finishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.compromise.office import Office, moment
from tests.compromise.stores import OFFICIAL, SEAL, Stores, stolen
from tests.compromise.test_rehearsals import prepared, signed_not_sealed
from tests.csc.folder import KEYS as AT_SERVICE
from tests.csc.provider import CLIENT_SECRET, Held, Provider
from tests.csc.serve import Running
from tests.csc.serve import serving as serving_csc
from tests.kms.provider import ID, REGION, SECRET, Kms
from tests.kms.provider import serving as serving_kms
from tests.pki.build import Identity
from tests.softhsm import ABSENT, SoftHsm

pytestmark = pytest.mark.slow

RED = "red"
SEALS_PIN = "975310"
IN_TOKENS = f"""
[stores.hsm]
kind = "pkcs11"
module = "{{module}}"

[keys.{SEAL}]
store = "hsm"
token = "seals"
label = "minhhoa"

[keys.{OFFICIAL}]
store = "hsm"
token = "lanhdao"
label = "lanhdao"
"""
IN_CLOUD = f"""
[stores.cloud]
kind = "kms"
region = "{REGION}"
endpoint = "{{address}}"
credentials = "kms.credentials"

[keys.{SEAL}]
store = "cloud"
key = "alias/minhhoa"
"""
FOR_TOKENS = [
    "in the token seals delete the lost key (label minhhoa), make a new one with the same label and identifier, "
    "and a certificate request (PKCS #10) for it",
    f"antin signing renew-certificate {SEAL} --request FILE",
    f"if it has another PIN, put that into {SEAL}.pass",
    "the same command once more",
]


@pytest.fixture(scope="module")
def stores(office: Office) -> Iterator[Stores]:
    stores = Stores(office)
    yield stores
    stores.back_into_files()


def test_keys_in_tokens(office: Office, stores: Stores, softhsm: SoftHsm | None) -> None:
    if softhsm is None:
        pytest.skip(ABSENT)
    pin = office.secrets.pin
    stores.list_keys(IN_TOKENS.format(module=softhsm.module))
    lost, official = stores.made(SEAL), stores.made(OFFICIAL)
    for token, secret, key in (("seals", SEALS_PIN, lost), ("lanhdao", pin, official)):
        softhsm.add_token(token, secret)
        softhsm.put(token, secret, key, key.name.partition("-")[2], "a1")
    stores.set_pin(SEAL, SEALS_PIN)
    stores.start_signer_again()

    before, cut = office.licence(), moment()
    after = office.licence()
    fates = {one["name"]: one["fate"] for one in office.touched("seal", SEAL, "--since", cut)}
    assert (fates[before.register_code], fates[after.register_code]) == ("stands", "sealed anew")
    waiting = signed_not_sealed(office.walk)
    done = office.retire("seal", SEAL, "--since", cut)
    assert by_hand(done) == FOR_TOKENS
    assert any("1 papers wait for the new key" in line for line in done), done
    assert not stores.in_use(SEAL)
    office.walk.seal(office.waiting(waiting, "vanthu", "signed"))  # it waits as well
    forged = office.forged(stolen(official), stolen(lost))
    assert office.finding(forged) == (RED, "signed_not_issued")

    stores.certified(SEAL, stores.replaced_in_token(softhsm, "seals", SEALS_PIN, "minhhoa"))
    assert stores.in_use(SEAL)
    finished(office, "seal", SEAL, cut, after.register_code, after.pdf)
    assert office.finding(before.pdf) == ("green", "valid")
    office.until(lambda: office.walk.published(waiting) is not None, True)
    assert office.finding(office.published(waiting)) == ("green", "valid")
    assert verdicts(office, office.forged(stolen(official), stolen(lost), "Giấy phép giả khác"))["Seal"] != "valid"

    official_is_lost(office, official, lambda: in_token(stores, softhsm, pin))
    office.audited()


def in_token(stores: Stores, softhsm: SoftHsm, pin: str) -> None:
    stores.certified(OFFICIAL, stores.replaced_in_token(softhsm, "lanhdao", pin, "lanhdao"))


def test_keys_at_a_remote_signing_service(office: Office, stores: Stores) -> None:
    pin = office.secrets.pin
    with serving_csc(Provider("2.0", {})) as running:
        service = running.provider.held
        list_at_service(office, stores, running)
        lost, official = stores.made(SEAL), stores.made(OFFICIAL)
        service |= {"SEAL": Held(lost, SEALS_PIN), "HEAD": Held(official, pin)}
        stores.set_pin(SEAL, SEALS_PIN)
        stores.start_signer_again()
        cut = moment()
        after = office.licence()
        steps = by_hand(office.retire("seal", SEAL, "--since", cut))
        assert steps[0].startswith("have the service lock the credential SEAL")
        assert steps[2] == f"give the service the new certificate, the first one in {SEAL}.pem"
        assert steps[3].endswith("write it into keys.toml instead of SEAL and start the signer process again")
        assert not stores.in_use(SEAL)
        asked = len(running.provider.calls)
        assert not stores.in_use(SEAL)
        assert len(running.provider.calls) == asked  # the service is not even asked
        service["SEAL"].enabled = False
        service["SEAL-2"] = Held(stores.made(SEAL), SEALS_PIN)
        stores.change('credential = "SEAL"', 'credential = "SEAL-2"')
        stores.start_signer_again()
        finished(office, "seal", SEAL, cut, after.register_code, after.pdf)
        assert verdicts(office, office.forged(stolen(official), stolen(lost)))["Seal"] != "valid"

        def next_one() -> None:
            service["HEAD"] = Held(stores.made(OFFICIAL), pin)

        official_is_lost(office, official, next_one)


def test_a_seal_in_a_cloud(office: Office, stores: Stores) -> None:
    with serving_kms(Kms({})) as kms:
        access = office.keys / "kms.credentials"
        access.write_text(f"[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n")
        official = stores.into_file(OFFICIAL, office.secrets.pin)
        stores.list_keys(IN_CLOUD.format(address=kms.address))
        lost = kms.keys["alias/minhhoa"] = stores.made(SEAL)
        stores.start_signer_again()
        cut = moment()
        after = office.licence()
        steps = by_hand(office.retire("seal", SEAL, "--since", cut))
        assert steps[2].startswith("point alias/minhhoa at the new key if it is an alias")
        assert not stores.in_use(SEAL)
        kms.keys["alias/minhhoa"] = stores.made(SEAL)
        assert stores.in_use(SEAL)
        finished(office, "seal", SEAL, cut, after.register_code, after.pdf)
        assert verdicts(office, office.forged(stolen(official), stolen(lost)))["Seal"] != "valid"
        office.audited()


def finished(office: Office, key_class: str, key: str, cut: str, code: str, old: bytes) -> None:
    """The same command once more: the paper of after the cut gets its new seal, the old file is not good any more."""
    done = office.retire(key_class, key, "--since", cut)
    assert f"{key} has a new key" in done
    assert not by_hand(done)
    office.until(lambda: office.finding(office.published(code)), ("green", "valid"))
    office.until(lambda: office.finding(old), (RED, "replaced"))
    assert [act["kind"] for act in office.look_up(code)["licence"]["acts"]] == ["issue", "reseal"]


def official_is_lost(office: Office, lost: Identity, make_next: Callable[[], None]) -> None:
    """The same for the official's key, while a document waits for it."""
    cut, walk = moment(), office.walk
    after, waiting = office.licence(), prepared(walk)
    document = office.waiting(waiting, "lanhdao", "filed")
    fates = {one["name"]: one["fate"] for one in office.touched("official", OFFICIAL, "--since", cut)}
    assert fates[after.register_code] == "needs a new paper"
    steps = by_hand(office.retire("official", OFFICIAL, "--since", cut))
    assert steps[1] == f"antin signing renew-certificate {OFFICIAL} --request FILE"
    assert steps[-1] == "the same command once more"
    assert "retired" in office.refused(lambda: walk.sign(document))
    make_next()
    done = office.retire("official", OFFICIAL, "--since", cut)
    assert f"{OFFICIAL} has a new key" in done
    assert not by_hand(done)
    office.until(lambda: office.finding(after.pdf), (RED, "key_lost"))
    walk.sign(document)
    walk.seal(office.waiting(waiting, "vanthu", "signed"))
    office.until(lambda: walk.published(waiting) is not None, True)
    assert office.finding(office.published(waiting)) == ("green", "valid")
    assert verdicts(office, office.forged(stolen(lost), stolen(lost)))["Official"] != "valid"


def list_at_service(office: Office, stores: Stores, running: Running) -> None:
    given = {"version": running.provider.version, "url": running.address, "token": running.token_address}
    names = AT_SERVICE.replace("seal-health", SEAL).replace("official-head", OFFICIAL)
    stores.list_keys(names.format(**given))
    (office.keys / "remote.secret").write_text(CLIENT_SECRET)


def by_hand(done: list[str]) -> list[str]:
    """The numbered steps that people are told, without their numbers."""
    told = [line.removeprefix("BY HAND, ") for line in done if line.startswith("BY HAND, ")]
    assert [line.partition(": ")[0] for line in told] == [str(number) for number in range(1, len(told) + 1)]
    return [line.partition(": ")[2] for line in told]


def verdicts(office: Office, forged: bytes) -> dict[str, str]:
    """What a file that nobody granted is found to be, signature by signature; as a whole it is red."""
    told = office.verdict(forged)
    assert told["verdict"] == RED
    return {one["field"]: one["verdict"] for one in told["signatures"]}
