"""Why no timestamp could be had; each can be tried again, nothing is lost."""

from config.errors import Unavailable


class TimestampUnavailable(Unavailable):
    """The time-stamping authority did not answer in time, or said no."""


class TimestampNotTrusted(TimestampUnavailable):
    """The time-stamping authority answered with something that must not be relied on."""
