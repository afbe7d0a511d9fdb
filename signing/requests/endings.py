"""What ends soon, as the signer process sees it: it alone may look into the folder of keys."""

from __future__ import annotations

from collections.abc import Sequence

from config.settings import Settings
from config.unit_of_work import UnitOfWork
from signing.signer.client import SignerClient
from signing.signer.errors import SignerUnavailable
from signing.trust.endings import Ending, soon


def ends_soon(unit: UnitOfWork) -> Sequence[Ending] | None:
    """What ends within ENDING_WARN_DAYS or has ended, the first on top; None while the signer does not answer."""
    try:
        found = unit.tools[SignerClient].endings()
    except SignerUnavailable:
        return None
    return soon(found, unit.clock.now(), unit.tools[Settings].evidence.warn_days)
