"""Who may talk to the agent, and what comes of a conversation."""

from __future__ import annotations

import base64
import json
import socket
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from signing.agent.door import MOST
from signing.agent.pairings import Pairing, Pairings
from signing.pades.complete import check_value
from signing.pades.prepare import PreparedRevision
from tests.agent.installation import Installation
from tests.pki.build import PIN, Identity
from tests.signing.agent.conftest import House, Person, heard, until_done


def sign(connection: Any, *requests: str, **more: Any) -> list[dict[str, Any]]:
    connection.send(json.dumps({"type": "sign", "requests": list(requests)} | more))
    return until_done(connection)


def test_a_paired_page_gets_what_the_key_signs_and_nothing_else_leaves(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person, official: Identity
) -> None:
    person.pins = [PIN]
    with house.come(installation.address) as page:
        hello = heard(page)
        assert set(hello) == {"type", "version", "agent", "nonce", "verbs", "most"}
        said = installation.said(prepared, hello["agent"], hello["nonce"])
        asking, signed = sign(page, installation.signed(said, prepared.revision), language="en")
    assert asking == {"type": "asking"}
    assert (signed["index"], signed["session"]) == (0, said.session)
    assert base64.b64decode(signed["certificate"]) == official.certificate_der
    check_value(prepared.attributes, base64.b64decode(signed["value"]), official.certificate_der)
    (asked,) = person.asked
    assert asked.sheets[0].document == prepared.revision
    assert PIN not in json.dumps([asking, signed])
    assert house.told == [f"Signed for {installation.address}: {said.summary} ({said.revision_sha256})"]


def test_one_bad_request_stops_no_other(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person
) -> None:
    person.pins = ["wrong", PIN]
    with house.come(installation.address) as page:
        hello = heard(page)
        good = [installation.said(prepared, hello["agent"], hello["nonce"]) for _ in range(2)]
        requests = [installation.signed(one, prepared.revision) for one in good]
        bad = installation.signed(good[0], prepared.revision + b"%", jti="another-request-1")
        answers = sign(page, requests[0], bad, requests[1], requests[0])
    found = [(one["type"], one.get("index"), one.get("error")) for one in answers]
    assert found == [
        ("refused", 3, "replayed"),
        ("refused", 1, "document-differs"),
        ("asking", None, None),
        ("signed", 0, None),
        ("signed", 2, None),
    ]
    assert person.faults[0] == "The PIN is wrong. Check it before you try again."


def test_three_wrong_pins_end_it(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person
) -> None:
    person.pins = ["1", "2", "3", PIN]
    with house.come(installation.address) as page:
        hello = heard(page)
        request = installation.signed(installation.said(prepared, hello["agent"], hello["nonce"]), prepared.revision)
        assert [one.get("error") for one in sign(page, request)] == [None, "wrong-pin"]
    assert person.pins == [PIN]


def test_a_person_who_does_not_sign(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person
) -> None:
    with house.come(installation.address) as page:
        hello = heard(page)
        request = installation.signed(installation.said(prepared, hello["agent"], hello["nonce"]), prepared.revision)
        assert sign(page, request)[-1]["error"] == "declined"


def test_a_request_does_not_outlive_its_connection(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person
) -> None:
    with house.come(installation.address) as page:
        hello = heard(page)
        request = installation.signed(installation.said(prepared, hello["agent"], hello["nonce"]), prepared.revision)
    with house.come(installation.address) as page:
        assert heard(page)["nonce"] != hello["nonce"]
        assert [one["error"] for one in sign(page, request)] == ["other-agent"]
    assert (person.asked, installation.fetched) == ([], [])


def test_an_exchanged_key_counts_only_once_the_person_paired_anew(
    house: House, installation: Installation, pairings: Pairings, prepared: PreparedRevision, person: Person
) -> None:
    installation.key = generate_private_key(SECP256R1())
    for paired, error in ((False, "foreign-key"), (True, "declined")):
        if paired:
            pairings.keep(installation.address, installation.address, installation.jwk)
        with house.come(installation.address) as page:
            hello = heard(page)
            said = installation.said(prepared, hello["agent"], hello["nonce"])
            assert sign(page, installation.signed(said, prepared.revision))[-1]["error"] == error
    assert len(person.asked) == 1


@pytest.mark.parametrize("leaves", [True, False])
def test_a_page_that_leaves_or_gives_up_is_signed_nothing(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person, leaves: bool
) -> None:
    person.pins = [PIN]
    person.may_answer.clear()
    with house.come(installation.address) as page:
        hello = heard(page)
        request = installation.signed(installation.said(prepared, hello["agent"], hello["nonce"]), prepared.revision)
        page.send(json.dumps({"type": "sign", "requests": [request]}))
        assert person.looking.wait(20)
        if leaves:
            page.close()
        else:
            page.send('{"type": "cancel"}')
        assert person.asked[0].over.wait(20)
        person.may_answer.set()
        if not leaves:
            assert until_done(page)[-1]["error"] == "given-up"
    assert person.pins == [PIN]


def test_one_question_at_a_time(
    house: House, installation: Installation, prepared: PreparedRevision, person: Person
) -> None:
    person.may_answer.clear()
    with house.come(installation.address) as page, house.come(installation.address) as other:
        hello, second = heard(page), heard(other)
        request = installation.signed(installation.said(prepared, hello["agent"], hello["nonce"]), prepared.revision)
        page.send(json.dumps({"type": "sign", "requests": [request]}))
        assert person.looking.wait(20)
        late = installation.signed(installation.said(prepared, second["agent"], second["nonce"]), prepared.revision)
        assert [one["error"] for one in sign(other, late)] == ["busy"]
        person.may_answer.set()
        assert until_done(page)[-1]["error"] == "declined"


ORIGINS = ["http://127.0.0.1", "https://evil.example", "null", "", "http://localhost:1"]


@pytest.mark.parametrize("origin", [None, *ORIGINS])
def test_another_origin_or_a_program_that_names_none_is_not_let_in(house: House, origin: str | None) -> None:
    with pytest.raises(InvalidHandshake), house.come(origin):
        pass


def test_only_the_very_origin_counts(house: House, installation: Installation) -> None:
    for origin in (installation.address + "/", installation.address.upper(), installation.address + ".evil.example"):
        with pytest.raises(InvalidHandshake), house.come(origin):
            pass
    assert any("not paired" in line for line in house.told)


def raw(house: House, *lines: str) -> str:
    """The status line that somebody gets who writes the handshake by hand."""
    handshake = [
        "GET / HTTP/1.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *lines,
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", house.door.port), 10) as connection:
        connection.sendall("\r\n".join(handshake).encode())
        return connection.recv(100).decode().split("\r\n")[0]


def test_a_name_that_leads_here_is_not_our_address(house: House, installation: Installation) -> None:
    port, origin = house.door.port, f"Origin: {installation.address}"
    protocol = "Sec-WebSocket-Protocol: antin-agent-1"
    assert "101" in raw(house, f"Host: 127.0.0.1:{port}", origin, protocol)
    for host in (f"localhost:{port}", "127.0.0.1", f"evil.example:{port}", f"127.0.0.1:{port}.", "127.0.0.1:1"):
        assert "421" in raw(house, f"Host: {host}", origin, protocol), host
    assert "403" in raw(house, f"Host: 127.0.0.1:{port}", origin, origin, protocol)
    assert "101" not in raw(house, f"Host: 127.0.0.1:{port}", f"Host: 127.0.0.1:{port}", origin, protocol)


def test_a_page_of_another_version_is_not_let_in(house: House, installation: Installation) -> None:
    host, origin = f"Host: 127.0.0.1:{house.door.port}", f"Origin: {installation.address}"
    assert "400" in raw(house, host, origin, "Sec-WebSocket-Protocol: antin-agent-9")
    assert "400" in raw(house, host, origin)


def test_unpairing_counts_at_once(house: House, pairings: Pairings, pairing: Pairing) -> None:
    with house.come(pairing.origin) as page:
        assert heard(page)["type"] == "hello"
    assert pairings.forget(pairing.origin)
    with pytest.raises(InvalidHandshake), house.come(pairing.origin):
        pass


def test_a_damaged_list_of_pairings_lets_nobody_in(house: House, pairing: Pairing, tmp_path: Any) -> None:
    (tmp_path / "agent" / "pairings.json").chmod(0o644)
    with pytest.raises(InvalidHandshake), house.come(pairing.origin):
        pass


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MALFORMED = [
    "",
    "[]",
    '{"type": "sign"}',
    '{"type": "sign", "requests": []}',
    '{"type": "sign", "requests": [1]}',
    '{"type": "sign", "requests": ["a"], "pin": "1"}',
    '{"type": "sign", "requests": ["a"], "language": "../vi"}',
    json.dumps({"type": "sign", "requests": ["a"] * (MOST + 1)}),
    b"\x00",
]


@pytest.mark.parametrize("message", MALFORMED)
def test_what_is_no_message_ends_the_conversation(
    house: House, installation: Installation, message: str | bytes
) -> None:
    with house.come(installation.address) as page:
        heard(page)
        page.send(message)
        assert heard(page)["error"] == "malformed"
        with pytest.raises(ConnectionClosed):
            page.recv(10)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=JSON)
def test_no_message_of_a_stranger_s_making_is_shown_to_anybody(
    house: House, installation: Installation, person: Person, message: Any
) -> None:
    with house.come(installation.address) as page:
        heard(page)
        page.send(json.dumps(message))
        assert heard(page)["type"] in ("refused", "done")
    assert person.asked == []
