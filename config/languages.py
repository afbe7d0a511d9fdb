"""The languages of the pages: Vietnamese without a prefix, English under `/en/`; what is said is looked up here.

English texts stand in code and templates. Every room that speaks has its Vietnamese beside it in `vi.po`
(gettext), read when the server starts. A value in a sentence is never itself translated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context, request

from config.sentences import Sentence

ROOT = Path(__file__).parent.parent
PACKAGES = ("config", "signing", "registry", "licensing")
DEFAULT = "vi"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
PREFIXES = {"en": "/en"}
# The first parts of addresses that have no language.
PROGRAMS = {"v1", "log", "static", "healthz", "openapi.json", "favicon.ico", ".well-known"}


class LanguagePrefix:
    """WSGI: `/en/...` is the same page in English. `url_for` then writes the prefix by itself (SCRIPT_NAME)."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for code, prefix in PREFIXES.items():
            rest = path.removeprefix(prefix)
            if rest != path and (rest == "" or rest.startswith("/")) and not for_programs(rest):
                environ["antin.language"] = code
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
                environ["PATH_INFO"] = rest or "/"
        return self._app(environ, start_response)


def for_programs(path: str) -> bool:
    """Whether what answers at this path is for programs alone, and the same in every language."""
    return path.lstrip("/").partition("/")[0] in PROGRAMS


def language() -> str:
    """The language of this request; outside of one, that of the installation."""
    if "language" in g:
        return str(g.language)
    return str(request.environ.get("antin.language", DEFAULT)) if has_request_context() else DEFAULT


def addresses_in_other_languages() -> list[tuple[str, str, str]]:
    """Code, name and address of this page in every other language."""
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    root = request.script_root.removesuffix(PREFIXES.get(language(), "\0"))
    found = [(code, name) for code, name in LANGUAGES.items() if code != language()]
    return [(code, name, root + PREFIXES.get(code, "") + request.path + query) for code, name in found]


@functools.cache
def catalogue(code: str) -> Mapping[str, str]:
    """All translations into a language, from the `.po` files beside what says them; English needs none."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob(f"**/{code}.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=code):
                    if message.id and message.string and not message.fuzzy:
                        found[message.id if isinstance(message.id, str) else message.id[0]] = _string(message.string)
    return found


def _string(string: str | tuple[str, ...] | list[str]) -> str:
    return string if isinstance(string, str) else string[0]


def translated(text: str, code: str | None = None) -> str:
    """A text or `Sentence` in the language of the request; English where the catalogue has nothing."""
    code = code or language()
    pattern, values = (text.pattern, text.values) if isinstance(text, Sentence) else (text, {})
    found = catalogue(code).get(pattern) if code != "en" else None
    if not found:
        return str(text)
    return found.format(**values) if values else found


def gettext(message: str) -> str:
    """For templates: `{{ _("Sign in") }}`; Jinja puts values in, escaped: `_("For %(name)s", name=…)`."""
    return translated(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """For templates: a text by number; Vietnamese has one form."""
    if language() == "en":
        return singular if number == 1 else plural
    return translated(singular)


def in_language(texts: Mapping[str, str] | Any, code: str | None = None) -> str:
    """Of a text that is kept in several languages (a mapping, or an object with `vi` and `en`), the one to show."""
    code = code or language()
    if isinstance(texts, Mapping):
        return str(texts.get(code) or texts.get(DEFAULT) or next(iter(texts.values()), ""))
    return str(getattr(texts, code, "") or getattr(texts, DEFAULT))


def local_day(value: date | datetime | None, weekday: bool = False) -> str:
    """`24/11/2026`; with `weekday`, `Thứ Ba, 24/11/2026`. An instant is shown in the installation's time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(current_app.extensions["settings"].time_zone).date()
    plain = f"{value:%d/%m/%Y}"
    if not weekday:
        return plain
    name = format_date(value, "EEEE", locale=language())
    return f"{name[:1].upper()}{name[1:]}, {plain}"


def local_moment(value: datetime | None) -> str:
    """`14:05, 24/11/2026` in the installation's time zone."""
    if value is None:
        return ""
    local = value.astimezone(current_app.extensions["settings"].time_zone)
    return f"{local:%H:%M, %d/%m/%Y}"


def number(value: float) -> str:
    """`1.000.000` in Vietnamese, `1,000,000` in English."""
    plain = f"{value:,}"
    return plain if language() == "en" else plain.translate({ord(","): ".", ord("."): ","})


def register_languages(app: Flask) -> None:
    """Give templates their words, days and numbers."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        translated=translated, day=local_day, moment=local_moment, number=number, in_language=in_language
    )
    for code in LANGUAGES:
        if code != "en":
            catalogue(code)
