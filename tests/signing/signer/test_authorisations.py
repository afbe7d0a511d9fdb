"""An authorisation ends: with its time, with its last document, with the process; and each ending closes the key."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config.clock import FrozenClock
from signing.keys.protocol import KeyInfo
from signing.signer.authorisations import LASTS, Authorisations
from signing.signer.errors import AuthorisationEnded, SignatureRefused

FIRST, SECOND = uuid4(), uuid4()


class Key:
    """An opened key that says when it was closed."""

    name = "official-head"
    info = KeyInfo(b"", [])
    closed = 0

    def sign(self, data: bytes) -> bytes:
        assert not self.closed
        return data

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def key() -> Key:
    return Key()


@pytest.fixture
def open_for(clock: FrozenClock, key: Key) -> tuple[Authorisations, str]:
    authorisations = Authorisations(clock)
    name, ends = authorisations.grant(key, {FIRST: "a" * 64, SECOND: "b" * 64})
    assert ends == clock.now() + LASTS
    return authorisations, name


def test_its_documents_are_those_that_were_named(open_for: tuple[Authorisations, str]) -> None:
    authorisations, name = open_for
    assert authorisations.document(name, Key.name, SECOND) == "b" * 64
    with pytest.raises(SignatureRefused):
        authorisations.document(name, Key.name, uuid4())


def test_its_time_ends(open_for: tuple[Authorisations, str], clock: FrozenClock, key: Key) -> None:
    authorisations, name = open_for
    clock.advance(seconds=LASTS.total_seconds() - 1)
    with authorisations.use(name, Key.name) as opened:
        opened.sign(b"x")
    clock.advance(seconds=1)
    with pytest.raises(AuthorisationEnded):
        authorisations.document(name, Key.name, FIRST)
    assert key.closed == 1


def test_the_last_document_ends_it(open_for: tuple[Authorisations, str], key: Key) -> None:
    authorisations, name = open_for
    authorisations.done(name, FIRST)
    authorisations.done(name, FIRST)
    with authorisations.use(name, Key.name) as opened:
        opened.sign(b"the second")
    authorisations.done(name, SECOND)
    authorisations.done(name, SECOND)
    assert key.closed == 1
    with pytest.raises(AuthorisationEnded), authorisations.use(name, Key.name):
        pass


def test_the_end_of_the_process_closes_the_key(open_for: tuple[Authorisations, str], key: Key) -> None:
    open_for[0].close()
    assert key.closed == 1


def test_half_an_hour_is_the_longest() -> None:
    assert timedelta(minutes=30) >= LASTS
