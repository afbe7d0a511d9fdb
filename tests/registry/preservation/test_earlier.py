"""Whoever has a file of before is told that it is ours, still good, and which one took its place."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app import create_app
from config.access import SYSTEM
from config.settings import Settings
from config.storage import Storage
from config.unit_of_work import UnitOfWork
from registry.entries.events import PaperPreserved
from registry.entries.models import Paper
from registry.preservation.round import renew_round
from registry.verification.publish import publish_preserved
from tests.registry.conftest import Entered
from tests.registry.preservation.build import Answer, digest_of, published_shortly
from tests.registry.preservation.conftest import Only

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_digest_of_before_is_known_and_names_the_newest(
    live_unit: UnitOfWork, settings: Settings, client: FlaskClient, entered: Entered, short: Answer, only: Only
) -> None:
    paper_id, old = published_shortly(live_unit, entered, short)
    with live_unit.begin(SYSTEM) as work:
        entry_id = work.session.scalars(sa.select(Paper.entry_id).where(Paper.id == paper_id)).one()
        publish_preserved(work, PaperPreserved(entry_id, paper_id))
    first = client.get(f"/verify/digest/{old}").get_json()
    assert (first["newest"], first["register_code"] is not None) == (old, True)
    only(paper_id)
    assert renew_round(live_unit).renewed == 1
    new = digest_of(live_unit, paper_id)
    for digest in (old, new):
        answer = client.get(f"/verify/digest/{digest}").get_json()
        assert (answer["sha256"], answer["newest"], answer["register_code"]) == (digest, new, first["register_code"])
        assert answer["published_at"] is not None
    assert client.get(f"/verify/digest/{'0' * 64}").get_json()["newest"] is None
    content = live_unit.tools[Storage].get(old)
    sent = client.post("/v1/verify", data=content, content_type="application/pdf").get_json()
    assert (sent["finding"], sent["licence"]["document"]["sha256"]) == ("valid", new)
    assert client.get(f"/v1/licences/{first['register_code']}/document").data.startswith(content)
    app = create_app(settings)
    app.extensions["unit_of_work"] = live_unit
    browser = app.test_client()
    page = browser.get(f"/verify/digest/{old}", headers=HTML).get_data(as_text=True)
    assert "bản chúng tôi đã phát hành trước đây" in page
    assert "bản chúng tôi đã phát hành trước đây" not in browser.get(f"/verify/digest/{new}", headers=HTML).text
