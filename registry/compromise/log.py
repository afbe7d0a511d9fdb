"""The log's lost key.

The tree stays: whoever kept a checkpoint of before can have it proven that the present tree begins with it. A new key
signs the newest head again, and every head from there on. What only the lost key signed after the cut proves nothing:
a proof that somebody keeps is asked for anew. The hand-over names both keys and the cut, and is signed by the new key.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.settings import Settings
from config.unit_of_work import UnitOfWork, Work
from registry.log.append import integrate, last_checkpoint
from registry.log.known_key import ask_log_key
from registry.log.models import SignedCheckpoint
from signing.compromise.keyfolder import folder_of, retired_keys
from signing.pki.ceremony import LOG_KEY
from signing.pki.keyfolder import locked, write_private
from signing.pki.marks import mark_of_key, spki
from signing.requests.retired import journal_retirement

NAME = "log"


def log_keys(unit: UnitOfWork) -> dict[str, str]:
    """The key of the log of this installation."""
    return {NAME: mark_of_key(_key(folder_of(unit)).public_key())}


def touched_by_log(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Signed heads: those of before the cut stand, the newest is signed again."""
    with unit.begin(SYSTEM) as work:
        last = _last_before(work, loss)
        newest = last_checkpoint(work)
        later = sa.select(sa.func.count()).where(SignedCheckpoint.signed_at >= loss.since)
        doubtful = work.session.scalar(later) or 0
    if last is not None:
        yield Touched(
            Fate.STANDS,
            "checkpoints",
            str(last.size),
            f"signed at {last.signed_at.isoformat()}, the last before the cut",
        )
    if doubtful:
        yield Touched(
            Fate.DOUBTFUL, "checkpoints", str(doubtful), "signed since the cut; proofs under them are asked for anew"
        )
    if newest is not None:
        yield Touched(Fate.REPLACED, "checkpoints", str(newest.size), "the newest head is signed again by the new key")
    for address in ("/log/checkpoint", "/log/keys", "/log/handover"):
        yield Touched(
            Fate.PUBLISHED_ANEW, "addresses", address, "tell those who verify: their key of the log has changed"
        )


def retire_log_key(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """The signer signs no head with it from here on; its public half is kept."""
    folder, public = folder_of(unit), b""
    key = _key(folder).public_key()
    if mark_of_key(key) == loss.mark:
        public = spki(key)
    done = retired_keys(unit).add(loss.retired(unit.clock.now(), base64.b64encode(public).decode()))
    yield f"the log's key is retired since {done.at.isoformat(timespec='seconds')}"


def make_log_key(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """A new key takes the file of the old one."""
    folder = folder_of(unit)
    with locked(folder):
        if mark_of_key(_key(folder).public_key()) == loss.mark:
            made = Ed25519PrivateKey.generate()
            write_private(folder / LOG_KEY, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    yield "the log has a new key"


def sign_head_again(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """What waits is brought in, and the newest head is signed by the new key and published."""
    key = ask_log_key(unit)
    size = integrate(unit)
    yield f"the head of {size} leaves is signed by {key.text}"
    origin = unit.tools[Settings].log_origin
    yield f"BY HAND: announce that the key of the log {origin} has changed, as docs/compromise.md says"


def _last_before(work: Work, loss: Loss) -> SignedCheckpoint | None:
    query = sa.select(SignedCheckpoint).where(SignedCheckpoint.signed_at < loss.since)
    return work.session.scalar(query.order_by(SignedCheckpoint.size.desc()).limit(1))


def _key(folder: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key((folder / LOG_KEY).read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the log's key is an Ed25519 key")
    return key


LOG = KeyClass(
    "log",
    "the key of the transparency log",
    Drill(log_keys, retired_keys, touched_by_log, (retire_log_key, journal_retirement, make_log_key, sign_head_again)),
)
