"""How an installation shows itself: colours that can be read, a mark that runs nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from config.settings import Settings, SettingsInvalid
from config.site import contrast
from tests.config.shell import build

MARK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the well-known grey that just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just passes
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#008000", "#ffffff", 5.14),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("name", ["SITE_COLOUR_HEADER", "SITE_COLOUR_ACTION", "SITE_COLOUR_LINK"])
@pytest.mark.parametrize("value", ["#777777", "#ffff00", "red", "#123", "#12345g", "#123c69;}body{", "123c69"])
def test_a_colour_that_cannot_be_read_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({name: value})
    assert [line.split(":")[0] for line in caught.value.lines] == [name]


def test_good_colours_are_taken_and_written_into_the_styles(settings: Settings) -> None:
    site = Settings.from_environment({"SITE_COLOUR_ACTION": "#7A0019"}).site
    styles = build(dataclasses.replace(settings, site=site)).test_client().get("/static/colours.css").text
    assert "--action:#7a0019" in styles and "--header:#123c69" in styles


def test_the_default_colours_can_be_read() -> None:
    site = Settings.from_environment({}).site
    assert min(contrast(one, "#ffffff") for one in (site.colour_header, site.colour_action, site.colour_link)) >= 4.5


GOOD = [
    MARK,
    b"<?xml version='1.0'?><!-- made by hand -->" + MARK,
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><defs><linearGradient id="g"/>'
    b"</defs><path id='a' fill='url(#g)' d=''/><use xlink:href=\"#a\"/><use href='#a'/></svg>",
]


@pytest.mark.parametrize("mark", GOOD)
def test_a_plain_picture_is_taken(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "mark.svg"
    path.write_bytes(mark)
    assert Settings.from_environment({"SITE_MARK": str(path)}).site.mark == mark


BAD = [
    b"no picture at all",
    b"\x89PNG\r\n",
    MARK.replace(b"<path", b"<script>alert(1)</script><path"),
    MARK.replace(b"<path", b"<SCRIPT>alert(1)</SCRIPT><path"),
    MARK.replace(b"<path", b'<path onload="alert(1)"'),
    MARK.replace(b"<path", b"<path onclick = 'alert(1)'"),
    MARK.replace(b"<path", b"<foreignObject></foreignObject><path"),
    MARK.replace(b"<path", b'<a href="javascript:alert(1)"/><path'),
    MARK.replace(b"<path", b'<image href="https://evil.example/x.png"/><path'),
    MARK.replace(b"<path", b'<use xlink:href="//evil.example/x.svg#a"/><path'),
    MARK.replace(b"<path", b"<style>@import 'x.css'</style><path"),
    MARK.replace(b"<path", b'<path fill="url(https://evil.example/a)"'),
    b'<?xml-stylesheet href="x.css"?>' + MARK,
    b'<!DOCTYPE svg [<!ENTITY a "b">]>' + MARK,
    MARK.replace(b"<path", b"<!--" + b"x" * 20_000 + b"--><path"),
]


@pytest.mark.parametrize("mark", BAD)
def test_a_mark_that_could_do_something_stops_the_start(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "mark.svg"
    path.write_bytes(mark)
    with pytest.raises(SettingsInvalid, match="SITE_MARK"):
        Settings.from_environment({"SITE_MARK": str(path)})
    with pytest.raises(SettingsInvalid, match="SITE_MARK"):
        Settings.from_environment({"SITE_MARK": str(tmp_path / "nothing.svg")})


def test_the_mark_is_served_and_shown(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mark.svg"
    path.write_bytes(MARK)
    site = Settings.from_environment({"SITE_MARK": str(path), "SITE_NAME": "Cổng <b>Ví Dụ</b>"}).site
    client = build(dataclasses.replace(settings, site=site)).test_client()
    response = client.get("/static/mark.svg")
    assert (response.data, response.content_type) == (MARK, "image/svg+xml")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    page = client.get("/open").text
    assert "/static/mark.svg?v=" in page and "Cổng &lt;b&gt;Ví Dụ&lt;/b&gt;" in page
