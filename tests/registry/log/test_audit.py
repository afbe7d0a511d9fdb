"""The audit reads everything once and sees each thing that somebody with all rights has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.enter import enter
from registry.entries.models import Entry, EntryEvent, Paper
from registry.log.append import integrate
from registry.log.audit import audit, audit_files
from registry.log.audit_tree import Growing, Rebuilt
from registry.log.merkle import leaf_hash, root_of
from registry.log.models import LogLeaf, SignedCheckpoint
from registry.log.tiles import Tiles, tile_path
from tests.registry.conftest import Entered, edited, made_up_entry


@pytest.fixture
def entry_id(live_unit: UnitOfWork) -> UUID:
    """A logged entry; beside it the log has others."""
    for _ in range(2):
        new = made_up_entry(live_unit)
        with live_unit.begin(SYSTEM) as work:
            made = enter(work, new).id
    integrate(live_unit)
    assert audit(live_unit) == []
    return made


NEWEST = sa.select(SignedCheckpoint.size, SignedCheckpoint.key_id).order_by(SignedCheckpoint.size.desc()).limit(1)
CHANGES: list[tuple[Any, str, dict[str, Any], str]] = [
    (Entry, "id", {"valid_until": None}, "another “exp”"),
    (Entry, "id", {"register_code": "0000000000001"}, "other public facts"),
    (Entry, "id", {"public_facts": []}, "other public facts"),
    (Entry, "id", {"kind": "other"}, "another “kind”"),
    (Entry, "id", {"agency": "other"}, "another “iss”"),
    (Paper, "entry_id", {"sv": bytes(32)}, "“sv”"),
    (Paper, "entry_id", {"disclosures": []}, ""),
    (EntryEvent, "entry_id", {"body": b"{}"}, "its bytes do not have its hash"),
]


@pytest.mark.parametrize(("table", "key", "changes", "expected"), CHANGES)
def test_a_changed_row_is_seen(
    live_unit: UnitOfWork, settings: Settings, entry_id: UUID, table: Any, key: str, changes: Any, expected: str
) -> None:
    with edited(settings, table, getattr(table, key) == entry_id, **changes):
        findings = audit(live_unit)
    assert bool(expected) == bool(findings)  # facts may be erased
    assert any(expected in line for line in findings) or not expected, findings
    assert audit(live_unit) == []


def test_a_changed_leaf_or_head_is_seen(live_unit: UnitOfWork, settings: Settings, entry_id: UUID) -> None:
    with live_unit.begin(SYSTEM) as work:
        size, key_id = work.session.execute(NEWEST).one()
        head = work.session.get_one(SignedCheckpoint, (size, key_id))
        event = work.session.scalars(sa.select(EntryEvent.id).where(EntryEvent.entry_id == entry_id)).one()
    changes: list[tuple[Any, Any, dict[str, Any], str]] = [
        (LogLeaf, LogLeaf.event_id == event, {"leaf_hash": bytes(32)}, "is not the act it should be"),
        (SignedCheckpoint, SignedCheckpoint.size == size, {"root": bytes(32)}, "is not the root of its leaves"),
        (SignedCheckpoint, SignedCheckpoint.size == size, {"note": head.note[:-9] + "AAAAAAA=\n"}, "not signed by"),
        (SignedCheckpoint, SignedCheckpoint.size == size, {"size": size + 5}, "covers leaves that are not there"),
    ]
    for table, which, change, expected in changes:
        undo = SignedCheckpoint.size == size + 5 if "size" in change else which
        with edited(settings, table, which, undo=undo, **change):
            findings = audit(live_unit)
        assert any(expected in line for line in findings), findings
    assert audit(live_unit) == []


@pytest.mark.parametrize("level", [0, "entries"])
@pytest.mark.parametrize("how", ["flipped", "gone"])
def test_a_changed_tile_or_bundle_is_seen(
    live_unit: UnitOfWork, settings: Settings, entry_id: UUID, level: int | str, how: str
) -> None:
    size = integrate(live_unit)
    path = settings.log_folder / tile_path(level, size // 256, size % 256)
    content = path.read_bytes()
    try:
        path.unlink()
        if how == "flipped":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert [line for line in audit(live_unit) if path.name in line]
    finally:
        path.write_bytes(content)
    assert audit(live_unit) == []


def test_a_stored_file_that_is_not_the_paper_is_seen(
    live_unit: UnitOfWork, settings: Settings, entered: Entered
) -> None:
    entry_id = entered()
    with live_unit.begin(SYSTEM) as work:
        sealed = work.session.scalars(sa.select(Paper.sealed_sha256).where(Paper.entry_id == entry_id)).one()
    assert not [line for line in audit_files(live_unit) if sealed in line]
    other = live_unit.tools[Storage].put(b"any bytes at all")
    for digest in (other, "0" * 64):
        with edited(settings, Paper, Paper.entry_id == entry_id, published_sha256=digest):
            assert [line for line in audit_files(live_unit) if digest in line]


def test_the_tree_and_its_files_are_rebuilt_leaf_by_leaf(tmp_path: Path) -> None:
    leaves = [str(number).encode() for number in range(600)]
    hashes, tiles, tree = [leaf_hash(leaf) for leaf in leaves], Tiles(tmp_path), Growing()
    tiles.render(0, leaves[:100], hashes[:100])
    tiles.render(100, leaves[100:], hashes[100:])
    assert tree.root == root_of([])
    for size, value in enumerate(hashes, 1):
        tree.add(value)
        assert tree.root == root_of(hashes[:size])

    def findings() -> list[str]:
        rebuilt = Rebuilt(tiles)
        return [line for leaf in leaves for line in rebuilt.add(leaf)] + list(rebuilt.end())

    assert findings() == []
    paths = ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/0/000.p/100", "tile/entries/000"]
    for path in [*paths, "tile/entries/002.p/88", "tile/entries/000.p/100"]:
        content = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(b"\0" * len(content))
        assert [line for line in findings() if line.startswith(path)], path
        (tmp_path / path).write_bytes(content)
