"""A file is opened in a process that may burst without anybody noticing."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from licensing.documents import inspection
from licensing.documents.errors import FileTypeRefused, FileUnreadable, ImageTooLarge, InspectionUnavailable
from licensing.documents.inspection import ROOT, inspect_file
from licensing.documents.look_into import Found
from tests.licensing.documents import build


def test_the_child_tells_what_it_found() -> None:
    assert inspect_file(build.pdf(pages=2)) == Found("application/pdf", 2)


def test_the_refusal_of_the_child_is_raised_here() -> None:
    with pytest.raises(ImageTooLarge, match="million pixels"):
        inspect_file(build.pixel_bomb(8000, 7500))


def test_a_stream_that_unpacks_to_more_than_the_memory_is_refused() -> None:
    bomb = build.stream_bomb(2_000)
    assert len(bomb) < 4_000_000
    before = _largest_child()
    with pytest.raises(FileUnreadable):
        inspect_file(bomb)
    assert _largest_child() < max(inspection.MEMORY, before + 1)  # browsers of other tests were larger


def _largest_child() -> int:
    """Bytes of memory that the largest child of this process ever had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def test_no_process_is_started_for_what_is_told_apart_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere")
    with pytest.raises(FileTypeRefused):
        inspect_file(build.archive())


def test_without_a_child_nothing_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere")
    with pytest.raises(InspectionUnavailable):
        inspect_file(build.pdf())


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "SECONDS", 0.01)
    with pytest.raises(FileUnreadable, match="reasonable time"):
        inspect_file(build.pdf())


def test_the_child_can_neither_write_nor_connect_nor_run_programs() -> None:
    attempts = """
import socket, subprocess, tempfile
from licensing.documents.inspection import confine
confine()
write = lambda: open(tempfile.mktemp(), "wb", 0).write(b"x")
for attempt in (socket.socket, lambda: subprocess.run(["true"]), write):
    try:
        attempt()
    except OSError:
        print("refused")
"""
    child = subprocess.run([sys.executable, "-c", attempts], cwd=ROOT, capture_output=True, text=True, check=True)
    assert child.stdout.split() == ["refused"] * 3
