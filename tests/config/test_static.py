"""Static files: kept for ever under the address of their content, never outside their folder, compressed once."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from config.static import FOLDER, StaticFiles
from tests.config.shell import build


@pytest.fixture
def app(settings: Settings) -> Flask:
    return build(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_only_the_address_of_this_content_is_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    files: StaticFiles = app.extensions["static_files"]
    address = files.address("site.css")
    assert "immutable" in client.get(address).headers["Cache-Control"]
    for other in ("/static/site.css", "/static/site.css?v=", "/static/site.css?v=000000000000"):
        assert client.get(other).headers["Cache-Control"] == "public, max-age=300"


def test_styles_are_compressed_and_fonts_are_not(client: FlaskClient) -> None:
    plain = client.get("/static/site.css", headers={"Accept-Encoding": "identity"})
    small = client.get("/static/site.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.data) == plain.data and len(small.data) < len(plain.data) / 2
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    font = client.get("/static/vendor/source-sans-3-latin.woff2", headers={"Accept-Encoding": "gzip"})
    assert font.content_type == "font/woff2" and "Content-Encoding" not in font.headers


def test_what_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        *("../settings.py", "..%2fsettings.py", "%2e%2e/settings.py", "vendor/../../../../settings.py", "/etc/passwd"),
        *("..\\settings.py", "site.css/", "SITE.CSS", "nothing.css", "", "vendor", "site.css%00"),
    ],
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404


def test_style_sheets_name_files_that_are_there_by_their_content(app: Flask, client: FlaskClient) -> None:
    files: StaticFiles = app.extensions["static_files"]
    named = re.findall(r'url\("([^"]+)"\)', files.by_name["site.css"].content.decode())
    assert named
    for address in named:
        response = client.get(address)
        assert response.status_code == 200 and "immutable" in response.headers["Cache-Control"], address


def test_every_file_has_a_type_and_no_style_reaches_out(app: Flask) -> None:
    files: StaticFiles = app.extensions["static_files"]
    for name, file in files.by_name.items():
        assert file.content_type != "application/octet-stream", name
        if name.endswith(".css"):
            assert not re.search(rb"url\([\"']?(https?:)?//|@import", file.content), name
    assert FOLDER.is_dir()


def test_the_shield_is_the_icon(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").content_type == "image/svg+xml"
