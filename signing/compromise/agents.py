"""The lost key for requests to agents: with it a stranger may ask agents about documents, as if this installation did.

It signs no document, and each agent still shows its owner what is to be signed. An agent that pinned the lost key
must be paired again: nothing else tells it that the key is not ours any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.unit_of_work import UnitOfWork
from signing.agent_requests.jws import spoken
from signing.compromise.keyfolder import folder_of, retire_file_key, retired_keys
from signing.pki.agent_key import AGENT_KEY, make_agent_key
from signing.pki.keyfolder import locked
from signing.pki.marks import mark_of_key
from signing.requests.retired import journal_retirement
from signing.sessions.models import Kind, SessionState, SigningSession

NAME = "agent"


def own_agent_key(unit: UnitOfWork) -> dict[str, str]:
    """The key of the folder; none where no agents are served."""
    path = folder_of(unit) / AGENT_KEY
    return {NAME: mark_of_key(load_pem_private_key(path.read_bytes(), None).public_key())} if path.exists() else {}


def touched_by_agent_key(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Every pairing; the sessions that wait for an agent's answer stand, for they are asked anew."""
    open_now = sa.select(sa.func.count()).where(
        SigningSession.kind == Kind.HELD, SigningSession.state == SessionState.OPEN
    )
    with unit.begin(SYSTEM) as work:
        count = work.session.scalar(open_now) or 0
    yield Touched(Fate.ENDED, "pairings", "all", "each official pairs the agent again, and compares the fingerprint")
    yield Touched(Fate.STANDS, "open signing sessions", str(count), "asked anew under the new key")
    yield Touched(Fate.PUBLISHED_ANEW, "key for agents", "/.well-known/antin-agent.json")


def replace_agent_key(unit: UnitOfWork, loss: Loss) -> Iterable[str]:
    """Another key in its place, made at once; the signer takes it without a restart."""
    folder = folder_of(unit)
    with locked(folder):
        if own_agent_key(unit).get(NAME) == loss.mark:
            (folder / AGENT_KEY).unlink()
        fingerprint = spoken(make_agent_key(folder))
    yield f"requests to agents are signed with a new key: {fingerprint}"
    yield "BY HAND: tell every official with an agent to run antin agent pair again, and to compare the fingerprint"


AGENT = KeyClass(
    NAME,
    "the key that signs requests to officials' agents",
    Drill(own_agent_key, retired_keys, touched_by_agent_key, (retire_file_key, journal_retirement, replace_agent_key)),
)
