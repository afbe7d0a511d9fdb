"""A sample shows what a licence looks like, and nobody can take it for one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pypdfium2

from licensing.demonstration.cast import PROCEDURE
from tests.browser.visitor import House, Visitor


def test_the_page_of_a_procedure_leads_to_a_sample(visit: Callable[..., Visitor]) -> None:
    visitor = visit(language="en")
    visitor.open(f"/procedures/{PROCEDURE}")
    address = visitor.page.get_attribute("a[href$='sample.pdf']", "href")
    answer = visitor.context.request.get(f"{visitor.house.address}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    text = pypdfium2.PdfDocument(answer.body())[0].get_textpage().get_text_bounded()
    assert "BẢN MẪU" in text
    assert "(Tên cơ sở)" in text
    visitor.open("/procedures/none/sample.pdf", expect=404)


def test_a_sample_is_never_green(house: House) -> None:
    with urllib.request.urlopen(f"{house.address}/procedures/{PROCEDURE}/sample.pdf") as response:
        sample = response.read()
    request = urllib.request.Request(
        f"{house.address}/v1/verify", sample, {"Content-Type": "application/pdf"}, method="POST"
    )
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["verdict"] != "green"
