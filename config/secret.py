"""The secret of this installation (SECRET_KEY), handed out only while it is not retired.

It signs forms, links in mails, and signing sessions. A process that holds a retired one refuses, and ends where
somebody starts it anew: then it reads the one that took its place.
"""

from __future__ import annotations

import functools
import hashlib
import os
import signal
from pathlib import Path

from config.errors import Unavailable
from config.retired import RetiredKeys
from config.settings import Settings

SESSION = "session"


class SecretRetired(Unavailable):
    """The secret that this process was started with was lost; it is started again with another one."""


def secret_of(settings: Settings) -> str:
    """The secret, or SecretRetired."""
    refuse_retired(settings)
    return settings.secret_key


def refuse_retired(settings: Settings) -> None:
    """Raise SecretRetired when the secret of this process is not accepted any more."""
    if settings.secret_key and _register(settings.data_folder).find(mark_of_secret(settings.secret_key)):
        raise SecretRetired("The secret of this installation was replaced; this process must be started again.")


def end_if_retired(settings: Settings) -> None:
    """End this process in good order when its secret is retired: whoever watches it starts it with the new one."""
    try:
        refuse_retired(settings)
    except SecretRetired:
        os.kill(os.getpid(), signal.SIGTERM)


@functools.cache
def mark_of_secret(secret: str) -> str:
    """What tells a secret from the next. Slow on purpose: from a weak one it must not be guessed."""
    return hashlib.scrypt(secret.encode(), salt=b"antin retired secret", n=2**14, r=8, p=1, dklen=32).hex()


@functools.cache
def _register(folder: Path) -> RetiredKeys:
    return RetiredKeys(folder)
