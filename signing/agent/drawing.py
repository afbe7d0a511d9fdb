"""Pages of a PDF as images, drawn by a process of its own with little memory and time and without network."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

from config.no_network import deny_network
from signing.agent.errors import DocumentUnreadable

WIDTH = 1240  # pixels: an A4 page at 150 dots per inch
LONGEST = 4 * WIDTH
SECONDS = 30
MEMORY = 2_000_000_000  # bytes of addresses
MOST_PAGES = 500
ROOT = Path(__file__).parents[2]
_two_at_once = threading.BoundedSemaphore(2)


def count_pages(document: bytes) -> int:
    """How many pages there are (DocumentUnreadable when it cannot be read: nobody signs what nobody can look at)."""
    try:
        number = int(_child(document, "0"))
    except ValueError:
        number = 0
    if not 0 < number <= MOST_PAGES:
        raise DocumentUnreadable
    return number


def draw_page(document: bytes, page: int) -> bytes:
    """The page (from 1) as PNG; empty when it cannot be drawn."""
    return _child(document, str(page))


def _child(document: bytes, argument: str) -> bytes:
    try:
        with _two_at_once:
            child = subprocess.run(
                [sys.executable, "-m", "signing.agent.drawing", argument],
                input=document,
                capture_output=True,
                timeout=SECONDS,
                cwd=ROOT,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
                check=False,
            )
    except (subprocess.TimeoutExpired, OSError):
        return b""
    return child.stdout if child.returncode == 0 else b""


def draw(document: bytes, page: int) -> bytes:
    """What the child writes: the number of pages, or one of them with what stands in its fields."""
    import pypdfium2

    found = pypdfium2.PdfDocument(document)
    if page == 0:
        return str(len(found)).encode()
    found.init_forms()  # else the stamps of signatures are left out
    shown = found[page - 1]
    scale = min(WIDTH / shown.get_width(), LONGEST / shown.get_height())
    written = io.BytesIO()
    shown.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB").save(written, "PNG")
    return written.getvalue()


def confine() -> None:
    """Nothing of this process reaches farther than its own output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    deny_network()


if __name__ == "__main__":
    confine()
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
