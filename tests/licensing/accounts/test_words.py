"""Everything that Flask-Security may say in the parts that we use is there in Vietnamese."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import flask_security
import pytest
from flask_security import core, forms, views

from licensing.accounts.browser.words import words_of

USED = (
    *(views.login, views.forgot_password, views.reset_password, views.change_password),
    *(forms.LoginForm, forms.ForgotPasswordForm, forms.ResetPasswordForm, forms.ChangePasswordForm),
    *(forms.NextFormMixin, forms.PasswordFormMixin, forms.NewPasswordFormMixin, forms.PasswordConfirmFormMixin),
)
PAGES = ("login_user", "forgot_password", "reset_password", "change_password")
TEMPLATES = Path(flask_security.__file__).parent / "templates" / "security"


def said() -> set[str]:
    """Messages, labels and texts of the templates; what stands in our own overrides is not theirs."""
    source = "".join(inspect.getsource(item) for item in USED)
    names = set(re.findall(r"[A-Z_]{6,}", source)) | {"API_ERROR", "EMAIL_NOT_PROVIDED", "PASSWORD_NOT_PROVIDED"}
    messages = {core._default_messages[name][0] for name in names if name in core._default_messages}
    labels = {forms._default_field_labels[key] for key in re.findall(r'_get_form_field_label\(\s*"(\w+)"', source)}
    texts = {
        text
        for page in PAGES
        for _, text in re.findall(
            r"""_fsdomain\((["'])(.+?)\1[,)]""", (TEMPLATES / f"{page}.html").read_text(encoding="utf-8")
        )
    }
    return {str(text) for text in messages | labels | texts}


def test_every_text_is_there_in_vietnamese() -> None:
    found = said()
    assert sorted(found - set(words_of("vi"))) == []
    assert len(found) > 30


def test_nothing_is_translated_that_is_not_said() -> None:
    assert sorted(set(words_of("vi")) - said()) == []
    assert sorted(set(words_of("en")) - said()) == []


@pytest.mark.parametrize("code", ["vi", "en"])
def test_values_keep_their_places(code: str) -> None:
    for text, translation in words_of(code).items():
        assert re.findall(r"%\(\w+\)s", text) == re.findall(r"%\(\w+\)s", translation)
