"""What an application costs, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_smorest import Blueprint

from config.access import begin_work, requires
from licensing.accounts.api import SIGNED_IN
from licensing.accounts.roles import APPLY, READ_APPLICATIONS
from licensing.applications.api import ONE
from licensing.applications.queries import visible_application
from licensing.fees.models import Charge
from licensing.fees.queries import charges_of
from licensing.fees.schemas import ChargeSchema

fees = Blueprint("fees", __name__, url_prefix="/v1/applications", description="What an application costs")


@fees.get(f"{ONE}/charges")
@fees.response(200, ChargeSchema(many=True))
@fees.doc(**SIGNED_IN)
@requires(APPLY, READ_APPLICATIONS)
def list_charges(application_id: UUID) -> Sequence[Charge]:
    """The charges of an application, as assessed when it was accepted."""
    with begin_work() as work:
        return charges_of(work, visible_application(work, application_id).id)
