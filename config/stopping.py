"""Waits for the order to stop (SIGTERM or SIGINT) in a process whose work is done by threads."""

import signal
from collections.abc import Callable

ORDERS = (signal.SIGTERM, signal.SIGINT)


def hold_stop_orders(*others: signal.Signals) -> Callable[[], int]:
    """Keep orders to stop, and `others`, until they are asked for; returns what waits for the next and tells which.

    To be called before the first thread or child starts: both inherit it. A handler would not do: a signal that
    comes after Python last looked for one and before the main thread sleeps in a lock wakes nobody.
    """
    awaited = (*ORDERS, *others)
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    return lambda: signal.sigwait(awaited)


def obey_again(*others: signal.Signals) -> None:
    """In a child that was forked: its parent's way of waiting is not its own."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*ORDERS, *others))
