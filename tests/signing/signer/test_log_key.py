"""The log's key signs one history: it remembers, and refuses whatever is not a proven extension."""

import hashlib
import json
from pathlib import Path

import pytest

from config.clock import FrozenClock
from config.settings import Settings
from signing.notes.checkpoint import Checkpoint
from signing.notes.note import NoteKey, verify_note
from signing.signer.client import SignerClient
from signing.signer.errors import CheckpointRefused, SignerNotReady
from signing.signer.serving import prepare

ORIGIN = "localhost/log/antin.trial"


def _leaf(number: int) -> bytes:
    return hashlib.sha256(b"\x00" + bytes([number])).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


ONE = (1, _leaf(1))
TWO = (2, _node(_leaf(1), _leaf(2)))
THREE = (3, _node(TWO[1], _leaf(3)))
FORGED = (3, _node(_node(_leaf(9), _leaf(2)), _leaf(3)))


def _read(signer: SignerClient, note: str) -> Checkpoint:
    return Checkpoint.from_text(verify_note(note, [NoteKey.from_text(signer.log_key(ORIGIN))]))


def test_a_growing_log_is_signed_step_by_step(signer: SignerClient) -> None:
    assert signer.log_state() is None
    assert _read(signer, signer.sign_note(ORIGIN, None, *ONE, [])) == Checkpoint(ORIGIN, *ONE)
    assert _read(signer, signer.sign_note(ORIGIN, ONE, *TWO, [_leaf(2)])) == Checkpoint(ORIGIN, *TWO)
    assert _read(signer, signer.sign_note(ORIGIN, TWO, *THREE, [_leaf(3)])) == Checkpoint(ORIGIN, *THREE)
    assert signer.log_state() == THREE


def test_the_same_head_is_signed_again_without_a_proof(signer: SignerClient) -> None:
    first = signer.sign_note(ORIGIN, None, *TWO, [])
    assert signer.sign_note(ORIGIN, TWO, *TWO, []) == first
    assert signer.sign_note(ORIGIN, None, *TWO, []) == first  # killed before it could keep the first


@pytest.mark.parametrize(
    ("old", "head", "proof", "why"),
    [
        (TWO, ONE, [], "another root"),
        (TWO, (2, ONE[1]), [], "another root"),
        (TWO, (0, hashlib.sha256(b"").digest()), [], "another root"),
        (TWO, THREE, [], "not proven"),
        (TWO, THREE, [_leaf(4)], "not proven"),
        (TWO, FORGED, [_leaf(3)], "not proven"),
        (ONE, THREE, [_leaf(2), _leaf(3)], "has 2 leaves"),
        (None, THREE, [], "has 2 leaves"),
        ((2, ONE[1]), THREE, [_leaf(3)], "has 2 leaves"),
        (TWO, (3, b"short"), [_leaf(3)], "root of 32"),
    ],
)
def test_no_other_history_is_signed(
    signer: SignerClient, old: tuple[int, bytes] | None, head: tuple[int, bytes], proof: list[bytes], why: str
) -> None:
    signer.sign_note(ORIGIN, None, *TWO, [])
    with pytest.raises(CheckpointRefused, match=why):
        signer.sign_note(ORIGIN, old, *head, proof)
    assert signer.log_state() == TWO
    signer.sign_note(ORIGIN, TWO, *THREE, [_leaf(3)])


def test_another_log_is_not_signed_by_this_key(signer: SignerClient) -> None:
    signer.sign_note(ORIGIN, None, *TWO, [])
    with pytest.raises(CheckpointRefused, match="another log"):
        signer.sign_note("elsewhere/log", TWO, *THREE, [_leaf(3)])


def test_what_was_signed_is_remembered_before_the_signature_leaves(
    signer: SignerClient, signer_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> str:
        raise OSError("killed")

    monkeypatch.setattr("signing.signer.log_key.make_note", fail)
    with pytest.raises(Exception, match="could not answer"):
        signer.sign_note(ORIGIN, None, *TWO, [])
    assert signer.log_state() == TWO


def test_a_lost_or_damaged_memory_is_not_taken_for_a_new_log(
    signer: SignerClient, signer_settings: Settings, clock: FrozenClock
) -> None:
    signer.sign_note(ORIGIN, None, *TWO, [])
    memory = signer_settings.data_folder / "signer" / "log-state.json"
    kept = memory.read_bytes()
    memory.write_text(json.dumps({"origin": ORIGIN, "size": "two"}))
    with pytest.raises(CheckpointRefused, match="cannot be read"):
        signer.sign_note(ORIGIN, None, *FORGED, [])
    memory.unlink()
    with pytest.raises(CheckpointRefused, match="lost its memory"):
        signer.sign_note(ORIGIN, None, *FORGED, [])
    memory.write_bytes(kept)
    signer.sign_note(ORIGIN, TWO, *THREE, [_leaf(3)])


def test_a_lost_memory_stops_the_start(signer_settings: Settings, clock: FrozenClock, unit: object) -> None:
    first = prepare(signer_settings, clock)
    first.answers.answer({"ask": "note", "origin": ORIGIN, "old_size": 0, "size": 2}, [b"", TWO[1]])
    first.close()
    Path(signer_settings.data_folder / "signer" / "log-state.json").unlink()
    with pytest.raises(SignerNotReady, match="lost its memory"):
        prepare(signer_settings, clock)
