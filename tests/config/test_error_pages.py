"""Every refusal is a page for people, in their language, and a problem document for programs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from config.error_pages import TITLES, safe_next
from config.languages import catalogue
from config.settings import Settings
from tests.config.shell import build

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return build(settings).test_client()


STATUS = {
    **{str(code): code for code in (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)},
    **{"bug": 500, "418": 400, "410": 400, "502": 500},
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", STATUS)
def test_each_status_has_a_page(client: FlaskClient, kind: str, language: str) -> None:
    prefix = "/en" if language == "en" else ""
    response = client.get(f"{prefix}/raise/{kind}", headers=BROWSER)
    title = TITLES[STATUS[kind]]
    assert response.status_code == (int(kind) if kind.isdigit() else 500)
    assert response.mimetype == "text/html" and response.headers["Content-Language"] == language
    shown = title if language == "en" else catalogue("vi")[title]
    assert f"<h1>{shown}</h1>" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert 'href="tel:' in response.text and "secret" not in response.text
    if language == "vi":
        assert title not in response.text


@pytest.mark.parametrize("kind", STATUS)
def test_programs_are_told_in_their_own_way(client: FlaskClient, kind: str) -> None:
    response = client.get(f"/v1/raise/{kind}", headers=BROWSER)
    assert response.status_code == (int(kind) if kind.isdigit() else 500)
    assert response.mimetype == "application/problem+json" and "secret" not in response.text
    assert response.json is not None and response.json["status"] == response.status_code
    assert "Content-Language" not in response.headers


def test_a_program_without_session_is_not_led_to_a_form(client: FlaskClient) -> None:
    response = client.get("/v1/fly", headers=BROWSER)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert response.mimetype == "application/problem+json"


def test_an_unknown_address_is_a_page_only_where_html_is_asked_for(client: FlaskClient) -> None:
    assert client.get("/nothing", headers=BROWSER).mimetype == "text/html"
    problem = client.get("/nothing", headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json" and problem.json is not None
    assert problem.json["status"] == 404


def test_a_sentence_without_translation_is_said_in_general_and_values_are_literal(client: FlaskClient) -> None:
    english, vietnamese = (client.get(f"{prefix}/raise/422").text for prefix in ("/en", ""))
    assert "At least 2 of &lt;b&gt;&lt;i&gt;&amp;&lt;/i&gt;&lt;/b&gt;." in english
    assert "At least" not in vietnamese and catalogue("vi")["A rule says no. Nothing was changed."] in vietnamese


def test_an_overloaded_service_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/raise/503").headers["Retry-After"] == "5"


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    response = client.get("/fly?name=a%26b")
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=/fly?name%3Da%2526b")
    english = client.get("/en/fly")
    assert english.headers["Location"] == "/en/sign-in?next=/en/fly"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_session_lost_in_mid_form_loses_nothing(client: FlaskClient, language: str) -> None:
    prefix = "/en" if language == "en" else ""
    response = client.post(f"{prefix}/fly", data={"name": "Diều <sáo>", "pin": "123456"})
    assert response.status_code == 401
    assert 'name="name" value="Diều &lt;sáo&gt;"' in response.text and "123456" not in response.text
    assert f'href="{prefix}/sign-in?next=' in response.text and 'target="_blank"' in response.text
    assert (TITLES[401] in response.text) is (language == "en")


def test_without_the_permission_it_is_refused(client: FlaskClient) -> None:
    assert client.get("/fly", headers={"Who": "guest"}).status_code == 403


GOOD = ["/", "/fly", "/en/fly?a=b&c=/d", "/a//b", "/a?next=https://x.example", "/a#b", "/%5Cevil.example"]
EVIL = [
    *("", None, "evil", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example"),
    *("\\/evil.example", "\\\\evil.example", "/a\\b", "javascript:alert(1)", " //evil.example", "/\t/evil.example"),
    *(
        "/\n/evil.example",
        "\t//evil.example",
        "/ /evil.example",
        "/\x00/evil",
        "http:/evil.example",
        "data:text/html,x",
    ),
    *("/\x7f/evil.example", "/\u2028/evil.example", "/\x85/evil.example"),
]


@pytest.mark.parametrize("address", GOOD)
def test_one_s_own_addresses_are_gone_on_to(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize("address", EVIL)
def test_no_address_leads_away(address: str | None) -> None:
    assert safe_next(address) is None
