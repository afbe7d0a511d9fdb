"""Opens a file in a process of its own, with little memory, little time and no network: a bomb bursts there.

The child reads the content from its standard input and writes one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from config.errors import RuleBroken
from licensing.documents import errors
from licensing.documents.errors import FileUnreadable, InspectionUnavailable
from licensing.documents.look_into import Found, look_into
from licensing.documents.rules import media_type_of

MEMORY = 1_000_000_000  # bytes of address space; a picture of 50 million pixels needs about 200 MB
SECONDS = 20
ROOT = Path(__file__).parents[2]


def inspect_file(content: bytes) -> Found:
    """What `look_into` finds, or its refusal; a content that kills the child is refused as unreadable."""
    media_type_of(content)  # most wrong files are told apart without a process
    try:
        child = subprocess.run(
            [sys.executable, "-m", "licensing.documents.inspection"],
            input=content,
            capture_output=True,
            timeout=SECONDS * 2,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileUnreadable("The file could not be read in reasonable time; save it again.") from None
    except OSError as error:
        raise InspectionUnavailable("The file cannot be looked into just now; try again later.") from error
    if child.returncode != 0:
        raise FileUnreadable("The file is damaged or needs too much to be read; save it again.")
    answer = json.loads(child.stdout)
    if refusal := answer.get("refused"):
        raise getattr(errors, refusal)(answer["detail"])
    return Found(answer["media_type"], answer["pages"])


def answer_to(content: bytes) -> dict[str, object]:
    """What the child writes about a content."""
    try:
        found = look_into(content)
    except RuleBroken as refusal:
        return {"refused": type(refusal).__name__, "detail": refusal.detail}
    return {"media_type": found.media_type, "pages": found.pages}


def confine() -> None:
    """Give up what reading a file does not need; for good."""
    from config.no_network import deny_network

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    deny_network()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    confine()
    sys.stdout.write(json.dumps(answer_to(sys.stdin.buffer.read())))
