"""The door of the signer process: who may come in, how long they may talk, and what they cannot upset."""

import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from signing.keys.errors import KeyUnknown
from signing.signer import server as server_module
from signing.signer.client import SignerClient
from signing.signer.errors import QuestionMalformed, SignerUnavailable
from signing.signer.frames import MAX_BLOBS, Frame, receive, send
from signing.signer.server import CONNECTIONS, SignerServer
from tests.pki.build import PIN
from tests.signing.signer.conftest import HEAD, Case

LENGTH = struct.Struct(">I")


def _echo(header: dict[str, Any], blobs: list[bytes]) -> Frame:
    if header.get("ask") == "break":
        raise ZeroDivisionError(header["pin"])
    return {"said": header.get("ask")}, blobs


@contextmanager
def _listening(path: Path, uids: tuple[int, ...] = (os.getuid(),), answer: Any = _echo) -> Iterator[SignerServer]:
    server = SignerServer(path, uids, answer)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        assert server.wait_until_idle(10)
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    with _listening(tmp_path / "run" / "s.sock"):
        yield tmp_path / "run" / "s.sock"


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        yield connection


def _answer_to(path: Path, raw: bytes) -> Frame:
    with _connected(path) as connection:
        connection.sendall(raw)
        return receive(connection, 5)


def _framed(header: object) -> bytes:
    encoded = json.dumps(header).encode()
    return LENGTH.pack(len(encoded)) + encoded


def test_octets_come_back_as_they_went(path: Path) -> None:
    with _connected(path) as connection:
        send(connection, {"ask": "x"}, [b"", b"\x00\xff" * 100_000])
        assert receive(connection, 5) == ({"said": "x"}, [b"", b"\x00\xff" * 100_000])


def test_the_socket_and_its_folder_are_closed_to_others(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_another_user_is_turned_away_before_a_word_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "run" / "s.sock"
    asked: list[object] = []
    with _listening(path, (os.getuid() + 1,), lambda header, blobs: asked.append(header)):
        with pytest.raises(SignerUnavailable, match="does not serve this user"):
            SignerClient(path, 5).certificate("seal-health")
        assert path.stat().st_mode & 0o777 == 0o666  # told apart at the door, not by the file
    assert asked == []
    assert "turned away" in caplog.text


@pytest.mark.parametrize(
    "raw",
    [
        LENGTH.pack(300_000),
        LENGTH.pack(4) + b"junk",
        _framed([]),
        _framed({"ask": "x"}),
        _framed({"blobs": "3"}),
        _framed({"blobs": [-1]}),
        _framed({"blobs": [True]}),
        _framed({"blobs": [MAX_BLOBS + 1]}),
        _framed({"blobs": [MAX_BLOBS, 1]}),
    ],
)
def test_a_frame_out_of_shape_is_told_so(path: Path, raw: bytes) -> None:
    answer, _ = _answer_to(path, raw)
    assert answer["error"] == "QuestionMalformed"


def test_callers_that_go_away_or_stop_talking_upset_nobody(path: Path) -> None:
    for raw in (b"", b"\x00", LENGTH.pack(100) + b"{"):
        with _connected(path) as connection:
            connection.sendall(raw)
    assert _answer_to(path, _framed({"ask": "y", "blobs": []}))[0] == {"said": "y"}


def test_a_slow_caller_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SECONDS", 0.1)
    path = tmp_path / "run" / "s.sock"
    with _listening(path), _connected(path) as connection:
        connection.sendall(b"\x00\x00")
        connection.settimeout(5)
        assert connection.recv(10) == b""


def test_more_callers_than_places_wait_and_are_served(tmp_path: Path) -> None:
    path, gate = tmp_path / "run" / "s.sock", threading.Event()
    inside: list[int] = []

    def waiting(header: dict[str, Any], blobs: list[bytes]) -> Frame:
        inside.append(1)
        gate.wait(10)
        return {}, []

    with _listening(path, answer=waiting):
        answers: list[Frame] = []
        threads = [
            threading.Thread(target=lambda: answers.append(_answer_to(path, _framed({"blobs": []}))))
            for _ in range(CONNECTIONS + 8)
        ]
        for thread in threads:
            thread.start()
        while len(inside) < CONNECTIONS:
            threading.Event().wait(0.01)
        threading.Event().wait(0.1)
        assert len(inside) == CONNECTIONS
        gate.set()
        for thread in threads:
            thread.join(10)
    assert len(answers) == CONNECTIONS + 8


def test_an_error_inside_stays_inside_and_the_process_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer, _ = _answer_to(path, _framed({"ask": "break", "pin": PIN, "blobs": []}))
    assert answer == {"error": "SignerUnavailable", "detail": "The signer process could not answer."}
    assert "ZeroDivisionError" in caplog.text
    assert PIN not in caplog.text
    assert _answer_to(path, _framed({"ask": "y", "blobs": []}))[0] == {"said": "y"}


def test_without_a_process_it_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SignerUnavailable):
        SignerClient(tmp_path / "none.sock", 1).certificate("seal-health")


def test_a_process_that_dies_with_the_question_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def die() -> None:
            connection, _ = listener.accept()
            connection.recv(10)
            connection.close()

        thread = threading.Thread(target=die)
        thread.start()
        with pytest.raises(SignerUnavailable):
            SignerClient(path, 5).certificate("seal-health")
        thread.join()


def test_a_left_over_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with _listening(path):
        assert _answer_to(path, _framed({"ask": "y", "blobs": []}))[0] == {"said": "y"}
    assert not path.exists()


@pytest.mark.parametrize(
    ("header", "blobs"),
    [
        ({"ask": "nothing"}, []),
        ({}, []),
        ({"ask": ["sign"]}, []),
        ({"ask": "certificate"}, []),
        ({"ask": "certificate", "key": 5}, []),
        ({"ask": "certificate", "key": "x" * 513}, []),
        ({"ask": "sign", "request": "no id", "key": HEAD, "pin": PIN}, [b"", b""]),
        ({"ask": "sign", "request": "6f1c1d5e-0000-4000-8000-000000000001", "key": HEAD, "pin": PIN}, [b""]),
        ({"ask": "sign", "request": "6f1c1d5e-0000-4000-8000-000000000001", "key": HEAD, "pin": 5}, [b"", b""]),
        ({"ask": "note", "origin": "x", "old_size": 0, "size": 1}, [b""]),
        ({"ask": "note", "origin": "x", "old_size": -1, "size": 1}, [b"", b""]),
        ({"ask": "note", "origin": "x", "old_size": 0, "size": "1"}, [b"", b""]),
        ({"ask": "note", "origin": "x", "old_size": 0, "size": 1 << 63}, [b"", b""]),
    ],
)
def test_a_question_out_of_shape_is_told_so(case: Case, header: dict[str, Any], blobs: list[bytes]) -> None:
    with pytest.raises(QuestionMalformed):
        case.signer._ask(header, blobs)


def test_what_the_process_says_no_with_arrives_as_the_same_error(case: Case) -> None:
    with pytest.raises(KeyUnknown, match="no key of this name"):
        case.signer.certificate("seal-nobody")
    assert case.signer.certificate(HEAD).certificate == case.ours.official.certificate_der
