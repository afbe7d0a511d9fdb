"""What the clock starts."""

from __future__ import annotations

from config.jobs import Periodic
from licensing.accounts.forget import forget_sign_ins
from licensing.decisions.prepare_refusal import prepare_expired_refusals
from licensing.licences.prepare import prepare_expired

SCHEDULE = [
    Periodic("forget old sessions and attempts", "17 * * * *", forget_sign_ins),
    Periodic("date licences anew", "*/10 * * * *", prepare_expired),
    Periodic("date refusals anew", "5-59/10 * * * *", prepare_expired_refusals),
]
