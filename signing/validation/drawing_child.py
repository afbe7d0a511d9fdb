"""The program that draws strangers' files: a zygote whose children compare two states of one document each and end.

python -m signing.validation.drawing_child BYTES SECONDS
"""

from __future__ import annotations

import sys
from pathlib import Path

from config.zygote import serve
from signing.validation.compared import compared
from signing.validation.pictured import answer, question_taken_apart

SAMPLE = Path(__file__).with_name("sample.pdf")


def draw(message: bytes) -> bytes:
    """What differs between the two documents in `message`, with pictures."""
    return answer(*compared(*question_taken_apart(message)))


def main(arguments: list[str]) -> int:
    """Draw a document of our own, so that all is loaded that libraries load when first needed, and serve."""
    told, pixels = compared(SAMPLE.read_bytes(), b"")
    if told.differing != (1,) or not pixels:
        sys.stderr.write("The program that draws pages does not draw its own sample.\n")
        return 1
    return serve(lambda message, ask: draw(message), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
