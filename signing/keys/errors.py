"""Why a key cannot be used. No message holds a PIN or a password."""

from config.errors import NotAllowed, NotFound, RuleBroken, Stopped, Unavailable


class KeyUnknown(NotFound):
    """There is no key of this name."""


class KeyUnusable(Unavailable):
    """The key file is missing, damaged, or not opened by its password."""


class KeyNotValid(RuleBroken):
    """The key's certificate is expired, not valid yet, or revoked."""


class KeyElsewhere(RuleBroken):
    """The key is not opened by a PIN: its holder signs in a signing session."""


class ConfirmationUnavailable(Unavailable):
    """The service that asks officials on their telephones does not answer, or answers nonsense."""


class ConfirmationRefused(RuleBroken):
    """The service that asks officials on their telephones does not take the request."""


class WrongPin(NotAllowed):
    """The PIN does not open the key."""


class PinLocked(NotAllowed):
    """Too many wrong PINs: the key stays shut for a while."""


class KeyStoresInvalid(Stopped):
    """`keys.toml` says what cannot be; `str()` has one line for each fault."""
