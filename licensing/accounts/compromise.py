"""The lost secret of the installation, and access tokens in wrong hands: nothing of before is taken any more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from config import tokens
from config.access import SYSTEM
from config.compromise import Drill, Fate, KeyClass, Loss, Touched
from config.retired import RetiredKeys
from config.secret import SESSION as SECRET
from config.secret import mark_of_secret
from config.settings import Settings
from config.storage import write_durably
from config.unit_of_work import UnitOfWork, Work
from licensing.accounts.events import SessionEnded, TokenRevoked
from licensing.accounts.models import AccessToken, Account, SignInSession
from signing.sessions.end import end_session
from signing.sessions.models import SessionState, SigningSession

NAME = "secret-key"
ALL = "all"
LOST = "The secret of the installation was replaced."


def the_secret(unit: UnitOfWork) -> dict[str, str]:
    """The secret that this process was started with, or the one that took its place meanwhile."""
    settings = unit.tools[Settings]
    return {NAME: mark_of_secret(_present(settings))}


def retired_secrets(unit: UnitOfWork) -> RetiredKeys:
    """The register of secrets, beside the data, where the web server looks."""
    return RetiredKeys(unit.tools[Settings].data_folder)


def touched_by_secret(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """What the secret signed or protects: sessions, forms, links in mails."""
    with unit.begin(SYSTEM) as work:
        sessions, signing = len(_live_sessions(work)), len(_open_signing(work))
    yield Touched(Fate.ENDED, "sign-in sessions", str(sessions), "everybody signs in again")
    yield Touched(Fate.ENDED, "signing sessions", str(signing), "begun anew by whoever signs")
    yield Touched(Fate.ENDED, "links in mails", ALL, "to a new password, or to verify an address: asked for again")
    yield Touched(Fate.ENDED, "forms", ALL, "those that are open now are loaded again")


def retire_secret(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Every process refuses from here on to work with it."""
    done = retired_secrets(unit).add(loss.retired(unit.clock.now()))
    yield f"{loss.key} is retired since {done.at.isoformat(timespec='seconds')}; nothing that it signed is taken"


def end_sessions(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Nobody is signed in any more; documents that somebody was signing elsewhere are released."""
    with unit.begin(SYSTEM) as work:
        sessions, signing = _live_sessions(work), _open_signing(work)
        for session in sessions:
            session.ended_at = work.clock.now()
            work.record(SessionEnded(session.account_id, session.id))
        for begun in signing:
            end_session(work, begun, SessionState.CANCELLED, LOST)
    yield f"{len(sessions)} sign-in sessions and {len(signing)} signing sessions are ended"


def replace_secret(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """A trial's secret is made anew; another one stands where only its administrator can put a new one."""
    settings = unit.tools[Settings]
    made = _file(settings)
    if made.exists() and mark_of_secret(made.read_text(encoding="ascii")) == loss.mark:
        write_durably(made, tokens.random_secret().encode())
    if mark_of_secret(_present(settings)) == loss.mark:
        yield "BY HAND: put another SECRET_KEY in its place, and start the web server and the workers again"
    else:
        yield "there is a new secret; processes with the old one end themselves"


def _present(settings: Settings) -> str:
    """A trial's secret lies in a file, and the file counts; elsewhere the setting does."""
    made = _file(settings)
    if made.exists() and settings.trial:
        read = made.read_text(encoding="ascii")
        if mark_of_secret(settings.secret_key) in _marks(settings) or read == settings.secret_key:
            return read
    return settings.secret_key


def _marks(settings: Settings) -> set[str]:
    return {key.mark for key in RetiredKeys(settings.data_folder).of(SECRET)}


def _file(settings: Settings) -> Path:
    return settings.data_folder / "secret-key"


def _live_sessions(work: Work) -> Sequence[SignInSession]:
    query = sa.select(SignInSession).where(SignInSession.ended_at.is_(None)).with_for_update()
    return work.session.scalars(query).all()


def _open_signing(work: Work) -> Sequence[SigningSession]:
    query = sa.select(SigningSession).where(SigningSession.state == SessionState.OPEN).with_for_update()
    return work.session.scalars(query).all()


def live_tokens_as_one(unit: UnitOfWork) -> dict[str, str]:
    """All tokens that count today, told from those of another day."""
    with unit.begin(SYSTEM) as work:
        found = sorted(str(token.id) for token, _ in _live_tokens(work))
    return {ALL: hashlib.sha256("\n".join([ALL, *found]).encode()).hexdigest()}


def touched_by_tokens(unit: UnitOfWork, loss: Loss) -> Iterator[Touched]:
    """Every token that counts: which one was taken cannot be told."""
    with unit.begin(SYSTEM) as work:
        found = [(str(token.id), f"of {account.login}, made {token.created_at:%Y-%m-%d}")
                 for token, account in _live_tokens(work)]  # fmt: skip
    yield from (Touched(Fate.ENDED, "access tokens", name, why) for name, why in found)


def retire_tokens(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Put the loss on record."""
    done = retired_secrets(unit).add(loss.retired(unit.clock.now()))
    yield f"all access tokens of before {done.at.isoformat(timespec='seconds')} are retired"


def revoke_tokens(unit: UnitOfWork, loss: Loss) -> Iterator[str]:
    """Revoke what was made before the retirement; programs are given new ones by their owners."""
    known = retired_secrets(unit).find(loss.mark)
    with unit.begin(SYSTEM) as work:
        found = [token for token, _ in _live_tokens(work) if known is None or token.created_at <= known.at]
        for token in found:
            token.revoked_at = work.clock.now()
            work.record(TokenRevoked(token.account_id, token.id))
    yield f"{len(found)} access tokens are revoked; whoever needs one makes a new one"


def _live_tokens(work: Work) -> Sequence[tuple[AccessToken, Account]]:
    query = (
        sa.select(AccessToken, Account)
        .join(Account, Account.id == AccessToken.account_id)
        .where(AccessToken.revoked_at.is_(None), AccessToken.expires_at > work.clock.now())
        .order_by(AccessToken.created_at)
    )
    return [(token, account) for token, account in work.session.execute(query)]


SESSION = KeyClass(
    SECRET,
    "the secret that signs sessions, forms and links",
    Drill(the_secret, retired_secrets, touched_by_secret, (retire_secret, end_sessions, replace_secret)),
)
TOKEN = KeyClass(
    "token",
    "access tokens of programs",
    Drill(live_tokens_as_one, retired_secrets, touched_by_tokens, (retire_tokens, revoke_tokens)),
)
