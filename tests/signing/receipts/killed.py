"""Signs receipts in children that kill themselves (SIGKILL), each at a later instant than the one before.

    python -m tests.signing.receipts.killed STORAGE RECEIPT…

An instant is an audit event of Python (a file, a socket, a rename) or a statement or commit of the database. Prints how
many of the children were killed; the last one is whoever was quicker than its instant.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

import signing.reactions
import signing.wiring
from config.clock import SystemClock
from config.database import make_engine
from config.events import Reactor
from config.jobs import Jobs
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import Tools, UnitOfWork
from signing.receipts.sign import sign_receipt

STEPS = ("socket.connect", "os.rename", "open", "socket.__new__")
STRIDE = 5  # instants between one death and the next


def mortal(dies_at: int) -> Callable[[], None]:
    """Counts instants; the one at which this process dies."""
    seen = 0

    def step() -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def signs(settings: Settings, storage: Path, receipt_id: UUID, dies_at: int) -> None:
    """In a child: sign, unless killed."""
    step, reactor, clock = mortal(dies_at), Reactor([signing.reactions.REACTIONS]), SystemClock(settings.time_zone)
    engine = make_engine(settings.database_url)
    tools = Tools(settings, Storage(storage), *signing.wiring.tools(settings, clock))
    unit = UnitOfWork(
        sessionmaker[Session](engine, expire_on_commit=False), clock, reactor, Jobs(settings, reactor, {}), tools
    )
    for when in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(engine, when, lambda *_: step())
    sys.addaudithook(lambda name, _: step() if name in STEPS else None)
    sign_receipt(unit, receipt_id)


def main() -> None:
    storage, *receipts = sys.argv[1:]
    settings, killed = Settings.from_environment(), 0
    for number, receipt in enumerate(receipts):
        child = os.fork()
        if child == 0:
            try:
                signs(settings, Path(storage), UUID(receipt), 1 + STRIDE * number)
            finally:
                os._exit(0)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(killed)


if __name__ == "__main__":
    main()
