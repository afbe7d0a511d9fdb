"""Anybody can have the log: its head, its tiles, its key, and a proof that a leaf is in it."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config.access import SYSTEM
from config.settings import Settings
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import EntryEvent
from registry.log.append import integrate
from registry.log.known_key import KnownLogKey
from registry.log.merkle import leaf_hash, root_by_path
from registry.log.models import LogLeaf
from registry.log.tiles import tile_path, unframed
from signing.notes.checkpoint import Checkpoint
from signing.notes.note import NoteKey, verify_note
from signing.signer.client import SignerClient
from tests.registry.conftest import made_up_entry


@pytest.fixture
def size(live_unit: UnitOfWork) -> int:
    """The size of a log with some leaves in it."""
    for _ in range(2):
        new = made_up_entry(live_unit)
        with live_unit.begin(SYSTEM) as work:
            enter(work, new)
    return integrate(live_unit)


def head_of(client: FlaskClient, note: str) -> Checkpoint:
    key = NoteKey.from_text(client.get("/log/keys").text.strip())
    return Checkpoint.from_text(verify_note(note, [key]))


def test_head_tiles_and_key_fit_each_other(client: FlaskClient, size: int) -> None:
    answer = client.get("/log/checkpoint")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=5")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert head_of(client, answer.text).size == size
    bundle = client.get(f"/log/{tile_path('entries', size // 256, size % 256)}")
    hashes = client.get(f"/log/{tile_path(0, size // 256, size % 256)}")
    assert "immutable" in hashes.headers["Cache-Control"]
    assert b"".join(leaf_hash(leaf) for leaf in unframed(bundle.data)) == hashes.data


def test_a_proof_needs_nothing_but_itself_and_the_key(client: FlaskClient, live_unit: UnitOfWork, size: int) -> None:
    for index in (0, size - 1):
        answer = client.get(f"/v1/log/proof?index={index}")
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        proof, note = answer.text.split("\n\n", 1)
        title, extra, place, *path = proof.split("\n")
        head, leaf = head_of(client, note), base64.b64decode(extra.removeprefix("extra "))
        assert (title, place) == ("c2sp.org/tlog-proof@v1", f"index {index}")
        assert root_by_path(index, head.size, leaf_hash(leaf), [base64.b64decode(one) for one in path]) == head.root
        with live_unit.begin(SYSTEM) as work:
            query = sa.select(EntryEvent.body).join(LogLeaf, LogLeaf.event_id == EntryEvent.id)
            assert work.session.scalar(query.where(LogLeaf.leaf_index == index)) == leaf


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/tile/0/999", 404),
        ("/log/tile/0/../checkpoint", 404),
        ("/log/tile/0/000.p/0", 404),
        ("/log/tile/0/000.p/256", 404),
        ("/log/tile/entries/../../checkpoint", 404),
        ("/log/tile/9/000", 404),
        ("/v1/log/proof?index=100000", 404),
        ("/v1/log/proof?index=-1", 422),
        ("/v1/log/proof?index=x", 422),
        ("/v1/log/proof", 422),
    ],
)
def test_what_the_log_does_not_have_is_told(client: FlaskClient, size: int, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")


def test_the_key_is_asked_of_the_signer_once(
    client: FlaskClient, live_unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_unit.tools._parts.pop(KnownLogKey, None)
    monkeypatch.setattr("signing.requests.checkpoint._known_keys", {}, raising=False)
    asked: list[str] = []
    real = SignerClient.log_key

    def ask(signer: SignerClient, origin: str) -> str:
        asked.append(origin)
        return real(signer, origin)

    monkeypatch.setattr(SignerClient, "log_key", ask)
    assert client.get("/log/keys").data == client.get("/log/keys").data
    assert asked == [live_unit.tools[Settings].log_origin]
