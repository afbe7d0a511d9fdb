"""Files are found by their digest, unchanged or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.storage import FileDamaged, FileMissing, Storage, write_durably


def test_what_is_put_is_got_by_its_digest(tmp_path: Path) -> None:
    storage = Storage(tmp_path)

    @given(st.binary(max_size=2000))
    def round_trip(content: bytes) -> None:
        digest = storage.put(content)
        assert digest == hashlib.sha256(content).hexdigest()
        assert storage.get(digest) == content
        assert storage.put(content) == digest

    round_trip()


def test_a_changed_file_is_not_given_out(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    digest = storage.put(b"licence")
    path = tmp_path / digest[:2] / digest[2:4] / digest
    path.chmod(0o600)
    path.write_bytes(b"Licence")
    with pytest.raises(FileDamaged):
        storage.get(digest)


@pytest.mark.parametrize("digest", ["", "0" * 64, "../" * 21 + "x", "A" * 64, "0" * 63])
def test_what_is_no_stored_digest_is_missing(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileMissing):
        Storage(tmp_path).get(digest)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "ab").write_text("in the way")
    storage = Storage(tmp_path)
    content = next(
        f"{number}".encode() for number in range(10_000) if hashlib.sha256(f"{number}".encode()).hexdigest()[:2] == "ab"
    )
    with pytest.raises(OSError, match="ab"):
        storage.put(content)
    assert [path.name for path in tmp_path.iterdir()] == ["ab"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "state"
    write_durably(path, b"one")
    write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["state"]
