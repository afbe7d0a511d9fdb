"""The mail server of a trial: takes every mail and delivers none; each is kept as a file that a mail program opens.

It listens to this machine only and is started by `antin serve` where no other mail server is named.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config import tokens
from config.stopping import hold_stop_orders
from config.storage import write_durably

LARGEST = 2_000_000  # bytes of one mail


class Keeper:
    """Writes each mail into the folder; the order of their names is that in which they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its protocol
        """A mail has come."""
        self._count += 1
        content = envelope.original_content or b""
        write_durably(self._folder / f"{self._count:06d}-{tokens.new_id().hex[-6:]}.eml", content)
        return "250 Kept"


def serve_mailbox(port: int, folder: Path) -> None:
    """Take mail until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    wait_for_stop = hold_stop_orders()
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST)
    controller.start()
    try:
        wait_for_stop()
    finally:
        controller.stop()


if __name__ == "__main__":
    serve_mailbox(int(sys.argv[1]), Path(sys.argv[2]))
