"""A typesetter process of the test's own, so that a test may break it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.serve import listens
from config.settings import FONTS
from config.typeset import Typesetter
from tests.processes import wait_for

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 2, 5, 3, 0, tzinfo=UTC)


@dataclass
class Running:
    """A running typesetter and the folder that tests put templates in."""

    process: subprocess.Popen[bytes]
    typesetter: Typesetter
    folder: Path

    def typeset(self, source: str, data: dict[str, Any] | None = None, **options: Any) -> bytes:
        """The PDF of a Typst text, in a folder of its own."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "main.typ").write_text(source, encoding="utf-8")
        return self.typesetter.typeset(folder, "main.typ", data or {}, **({"at": AT} | options))


@contextmanager
def running_typesetter() -> Iterator[Running]:
    """Start `python -m config.typesetter`, stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="antin-") as name:
        path = Path(name) / "typesetter.sock"
        command = [sys.executable, "-m", "config.typesetter", str(path), str(FONTS)]
        log = Path(name) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        try:
            wait_for(lambda: process.poll() is not None or listens(path))
            assert process.poll() is None, log.read_text()
            yield Running(process, Typesetter(path, timeout=30), Path(name))
        finally:
            process.terminate()
            process.wait(20)
