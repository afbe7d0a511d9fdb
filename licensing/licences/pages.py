"""The sample of a licence, for those who think about applying."""

from __future__ import annotations

from flask import Response

from config.access import begin_work, current_unit, public
from config.pages import Pages
from licensing.accounts.queries import agencies
from licensing.catalogue.queries import offer_on
from licensing.licences.errors import SampleNotAvailable
from licensing.licences.sample import sample_licence

pages = Pages("licences", __name__)


@pages.get("/procedures/<code>/sample.pdf")
@public
def sample(code: str) -> Response:
    """What the licence of this procedure looks like."""
    with begin_work() as work:
        today = work.clock.today()
        offer = offer_on(work, code, today)
        issuing = next(iter(agencies(work)), None)
    if issuing is None:
        raise SampleNotAvailable("No agency issues licences here yet.")
    response = Response(sample_licence(current_unit(), offer.package, issuing, today), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="sample.pdf"'
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
