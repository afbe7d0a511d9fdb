"""Signed notes: what is made is verified, what is altered in any place is not, and others read the same."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signing.notes.checkpoint import Checkpoint
from signing.notes.errors import CheckpointInvalid, NoteInvalid
from signing.notes.note import NoteKey, make_note, read_note, signature_line, verify_note

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
OURS = NoteKey("log.example/antin", KEY.public_key().public_bytes_raw())
THEIRS = NoteKey("witness.example", OTHER.public_key().public_bytes_raw())
TEXT = "log.example/antin\n3\n" + base64.b64encode(b"r" * 32).decode() + "\n"

# The example of the specification and of Go's x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_made_by_others_is_verified() -> None:
    assert verify_note(GO_NOTE, [NoteKey.from_text(GO_KEY)]).startswith("If you think")
    assert NoteKey.from_text(GO_KEY).text == GO_KEY


def test_what_is_made_is_verified_and_ends_with_one_signature() -> None:
    note = make_note(TEXT, OURS.name, KEY)
    assert verify_note(note, [OURS]) == TEXT
    text, signatures = read_note(note)
    assert (text, len(signatures)) == (TEXT, 1)


@given(place=st.integers(0, len(make_note(TEXT, OURS.name, KEY)) - 1), letter=st.characters(codec="utf-8"))
def test_another_letter_anywhere_spoils_the_note(place: int, letter: str) -> None:
    note = make_note(TEXT, OURS.name, KEY)
    altered = note[:place] + letter + note[place + 1 :]
    if altered != note:
        with pytest.raises(NoteInvalid):
            verify_note(altered, [OURS])


def test_unknown_signers_are_skipped_but_do_not_count() -> None:
    note = make_note(TEXT, OURS.name, KEY) + signature_line(THEIRS, OTHER.sign(TEXT.encode()))
    assert verify_note(note, [OURS]) == TEXT
    assert verify_note(note, [THEIRS]) == TEXT
    with pytest.raises(NoteInvalid, match="None"):
        verify_note(note, [NoteKey("nobody", b"n" * 32)])


def test_a_wrong_signature_of_a_known_key_refuses_the_note_whatever_else_it_carries() -> None:
    note = make_note(TEXT, OURS.name, KEY) + signature_line(THEIRS, b"w" * 64)
    with pytest.raises(NoteInvalid, match="is wrong"):
        verify_note(note, [OURS, THEIRS])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no signatures\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name !!!\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "te\x01xt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
        "text\n\n— name AAAAAAAA",
        "x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteInvalid):
        read_note(note)


@pytest.mark.parametrize("text", ["", "\n", "unended", "tab\there\n"])
def test_what_cannot_be_signed_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        make_note(text, OURS.name, KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_name_that_would_break_the_line_is_refused(name: str) -> None:
    with pytest.raises(NoteInvalid):
        make_note(TEXT, name, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "name+00000000+!!",
        "name+00000000+" + base64.b64encode(b"\x06" + b"k" * 32).decode(),
        "name+0+AQ==",
        OURS.text.replace(OURS.key_id.hex(), "00000000"),
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        NoteKey.from_text(text)


@given(size=st.integers(0, 1 << 62), root=st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("log.example/antin", size, root)
    assert Checkpoint.from_text(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT + "extension\n",
        TEXT[:-1],
        TEXT.replace("\n3\n", "\n03\n"),
        TEXT.replace("\n3\n", "\n-3\n"),
        TEXT.replace("\n3\n", "\n+3\n"),
        TEXT.replace("\n3\n", "\nthree\n"),
        "\n3\n" + base64.b64encode(b"r" * 32).decode() + "\n",
        "origin\n3\n" + base64.b64encode(b"r" * 31).decode() + "\n",
        "origin\n3\n***\n",
    ],
)
def test_any_other_way_to_write_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Checkpoint.from_text(text)
