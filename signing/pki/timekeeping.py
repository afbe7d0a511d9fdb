"""Whether the machine's clock follows a time source, as the kernel says (adjtimex, NTP's kernel discipline)."""

import ctypes
import logging
import sys

TIME_ERROR = 5  # what adjtimex returns for a clock that nobody disciplines
UNSYNCHRONISED = 0x40  # STA_UNSYNC in the status word
STATUS_OFFSET = 40  # bytes into struct timex of 64-bit Linux: modes, offset, freq, maxerror, esterror, then status
TIMEX_SIZE = 208

logger = logging.getLogger(__name__)


def clock_is_synchronised() -> bool:
    """True when the kernel's clock is disciplined; a kernel that does not say counts as no."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        timex = ctypes.create_string_buffer(TIMEX_SIZE)  # modes 0: only asks, which anybody may
        state = library.adjtimex(timex)
    except (OSError, AttributeError):
        return False
    return is_synchronised(state, bytes(timex))


def is_synchronised(state: int, timex: bytes) -> bool:
    """What adjtimex answered: its return value and the struct that it filled."""
    status = int.from_bytes(timex[STATUS_OFFSET : STATUS_OFFSET + 4], sys.byteorder)
    return 0 <= state < TIME_ERROR and not status & UNSYNCHRONISED


class ClockWatch:
    """Says no where an unsynchronised clock is to be refused, and warns once a change where it is not."""

    def __init__(self, must: bool) -> None:
        self._must = must
        self._warned = False

    def allows(self) -> bool:
        """Whether a timestamp may be given now."""
        good = clock_is_synchronised()
        if not good and not self._warned:
            logger.warning("the clock of this machine is not synchronised")
        self._warned = not good
        return good or not self._must
