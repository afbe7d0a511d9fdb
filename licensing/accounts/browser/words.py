"""What Flask-Security says, in our words: its English is put right in `flask_security.en.po`, then in Vietnamese."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask_security.babel import FsDomain

from config.languages import catalogue, language

FOLDER = Path(__file__).parent


@functools.cache
def words_of(code: str) -> Mapping[str, str]:
    """Flask-Security's texts in a language."""
    with (FOLDER / f"flask_security.{code}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


class Words(FsDomain):
    """Looks texts up by the language of the request."""

    def gettext(self, string: str, **values: Any) -> str:
        """The text in the language of the request, with its values."""
        code = language()
        found = words_of(code).get(string) or catalogue(code).get(string) or string
        return found % values if values else found
