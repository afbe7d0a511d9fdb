"""The log as files that any web server can serve and nobody needs to trust (C2SP tlog-tiles).

`tile/<level>/<n>` holds 256 hashes, `tile/entries/<n>` 256 leaves, `….p/<w>` the first w of a tile still growing.
A file that is there is never replaced: the same bytes, or the log is broken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.storage import write_durably
from registry.log.errors import LogBroken, LogUnreachable
from registry.log.merkle import Node, root_of

WIDTH = 256
HEIGHT = 8  # levels in one tile
CHECKPOINT = "checkpoint"


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """`tile/0/x001/x234/067`, with `.p/<width>` for a tile that is not full."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


class Tiles:
    """The files of one log below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """A file by its path in the log; None when there is none. Raises LogUnreachable when it cannot be read."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise LogUnreachable(f"{path} cannot be read.") from error

    def begun(self, level: int | str, number: int) -> Iterator[tuple[int, bytes]]:
        """The files that a tile grew through, each with its width."""
        folder = self._folder / tile_path(level, number, 0).removesuffix("/0")
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.name.isdecimal():
                yield int(path.name), path.read_bytes()

    def write(self, path: str, content: bytes) -> None:
        """Add a file; raises LogBroken when another content stands there."""
        known = self.read(path)
        if known is None:
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            write_durably(target, content, 0o644)
        elif known != content:
            raise LogBroken(f"{path} stands with other bytes.")

    def publish(self, note: str) -> None:
        """Replace the published checkpoint; the caller sees to it that it only grows."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._folder / CHECKPOINT, note.encode(), 0o644)

    def hashes(self, level: int, number: int, size: int) -> list[bytes]:
        """The hashes of a tile in a tree of `size` leaves (LogUnreachable when the file is missing or cut)."""
        wide = min(WIDTH, (size >> HEIGHT * level) - number * WIDTH)
        for width in dict.fromkeys((WIDTH, wide)):
            content = self.read(tile_path(level, number, width))
            if content is not None and len(content) == width * 32:
                return [content[at : at + 32] for at in range(0, wide * 32, 32)]
        raise LogUnreachable(f"{tile_path(level, number, wide)} is missing.")

    def node(self, size: int) -> Node:
        """The hashes of complete subtrees of the first `size` leaves, each tile read once."""
        read: dict[tuple[int, int], list[bytes]] = {}

        def find(level: int, index: int) -> bytes:
            tile_level, inside = divmod(level, HEIGHT)
            first = index << inside
            key = (tile_level, first // WIDTH)
            if key not in read:
                read[key] = self.hashes(*key, size)
            row = read[key][first % WIDTH : first % WIDTH + (1 << inside)]
            if len(row) != 1 << inside:
                raise LogBroken("A subtree that is not complete was asked for.")
            return root_of(row)

        return find

    def render(self, old: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Write what the tree of `old` leaves needs to grow by `leaves`, whose hashes are given.

        Every file follows from the leaves alone, so that doing it again after a kill writes the same bytes.
        """
        known = self._bundle(old) if old % WIDTH else []
        for number, whole in _rows(old, [*known, *leaves]):
            self.write(tile_path("entries", number, len(whole)), framed(whole))
        row, level, begun = list(hashes), 0, old
        while row:
            below = self.hashes(level, begun // WIDTH, old) if begun % WIDTH else []
            tiles = list(_rows(begun, [*below, *row]))
            for number, part in tiles:
                self.write(tile_path(level, number, len(part)), b"".join(part))
            row = [root_of(part) for _, part in tiles if len(part) == WIDTH]
            level, begun = level + 1, old >> HEIGHT * (level + 1)

    def _bundle(self, size: int) -> list[bytes]:
        """The leaves of the growing bundle of a tree of `size` leaves."""
        path = tile_path("entries", size // WIDTH, size % WIDTH)
        content = self.read(path)
        if content is None:
            raise LogUnreachable(f"{path} is missing.")
        return list(unframed(content))


def unframed(bundle: bytes) -> Iterator[bytes]:
    """The leaves of an entry bundle: each with its length in two bytes before it."""
    at = 0
    while at < len(bundle):
        (length,) = struct.unpack_from(">H", bundle, at)
        yield bundle[at + 2 : at + 2 + length]
        at += 2 + length


def framed(leaves: Sequence[bytes]) -> bytes:
    """An entry bundle of these leaves."""
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def _rows(start: int, parts: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Tiles of up to 256: `parts` begin at the first place of the tile that `start` is in."""
    first = start // WIDTH
    for offset in range(0, len(parts), WIDTH):
        yield first + offset // WIDTH, list(parts[offset : offset + WIDTH])
