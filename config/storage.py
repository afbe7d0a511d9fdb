"""Files by the SHA-256 of their content: written once, durable before they are named, checked when read."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from config import tokens
from config.errors import NotFound


class FileMissing(NotFound):
    """No file with this digest is stored."""


class FileDamaged(Exception):
    """A stored file no longer has the content that its name promises."""


class Storage:
    """`put` content, get its digest (64 lower-case hex characters); `get` it back, unchanged or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store and return the SHA-256; on disk (fsync) when this returns. Storing the same content again is free."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{digest}.{tokens.new_id()}")
        try:
            with partial.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(0o400)
            partial.rename(path)
            sync_folder(path.parent)
        finally:
            with suppress(FileNotFoundError):
                partial.unlink()
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this digest; raises `FileMissing`, or `FileDamaged` when the disk changed it."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise FileMissing("There is no such file.") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(f"The stored file {digest} has been changed.")
        return content

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileMissing("There is no such file.")
        return self._folder / digest[:2] / digest[2:4] / digest


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file by `content`, whole or not at all, on disk when this returns."""
    partial = path.with_name(f".{path.name}.{tokens.new_id()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    sync_folder(path.parent)
