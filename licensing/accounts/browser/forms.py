"""Flask-Security's forms for our accounts: attempts are counted before a password is verified, whatever the form."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import g, request
from flask_login import current_user
from flask_security import ChangePasswordForm, ForgotPasswordForm, LoginForm, ResetPasswordForm
from flask_security.forms import Form, RequiredLocalize, get_form_field_xlate
from flask_security.password_util import PasswordUtil
from wtforms import StringField
from wtforms.csrf.core import CSRF

from config.access import VISITOR, current_unit
from config.error_pages import safe_next, said
from config.forms import TOKEN_FIELD, form_token
from config.languages import translated
from config.origin import network_of
from config.sentences import later
from licensing.accounts.ask_recovery import ask_recovery
from licensing.accounts.attempts import begin_sign_in, note_success
from licensing.accounts.browser.store import Person
from licensing.accounts.errors import PasswordTooWeak, TooManyAttempts
from licensing.accounts.rules import check_password
from licensing.accounts.sign_in import account_by_login

GOOD_PASSWORD = later("At least 12 characters. A sentence that only you know is good.")
PRESENT_PASSWORD = later("Present password")
LOGIN = later("Login or e-mail address")
WHO = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": "254"}


class FormToken(CSRF):  # type: ignore[misc]  # wtforms ships no types
    """The token of our own forms; it has been checked before the view began (`config.forms.check_form`)."""

    def setup_form(self, form: Any) -> Any:
        self.form_name = TOKEN_FIELD
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return form_token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Nothing is left to check."""


class OurForm:
    """What all of them share."""

    class Meta:
        csrf = True
        csrf_class = FormToken
        csrf_field_name = TOKEN_FIELD

    def too_many(self: Any, refusal: TooManyAttempts) -> bool:
        """Note that nothing was looked at, and how long to wait; False, as `validate` says it."""
        g.retry_after = refusal.retry_after
        self.form_errors.append(translated(refusal.in_minutes))
        return False


class NoField:
    """In place of a field of Flask-Security's that this form does not have."""

    errors = ()

    def __bool__(self) -> bool:
        return False


def login_field() -> StringField:
    """An official's login or an e-mail address."""
    return StringField(
        get_form_field_xlate(LOGIN), render_kw=WHO, validators=[RequiredLocalize(message="EMAIL_NOT_PROVIDED")]
    )


class SignInForm(OurForm, LoginForm):
    """Sign in by login or e-mail address."""

    email = login_field()
    username = remember = NoField()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.password.description = ""  # the way to a new password stands below the form

    def validate_next(self, field: Any) -> None:
        """The view goes on to a safe address only, whatever stands here."""
        field.data = safe_next(field.data) or ""

    def validate(self, **options: Any) -> bool:
        if not Form.validate(self, **options):
            return False
        try:
            with current_unit().begin(VISITOR) as work:
                attempt = begin_sign_in(work, self.email.data, network_of(request.remote_addr))
                account = account_by_login(work, self.email.data)
        except TooManyAttempts as refusal:
            return self.too_many(refusal)
        self.ifield = self.email
        self.user = Person(account, attempt=attempt) if account else None
        return bool(super().validate(**options))


class AskRecoveryForm(OurForm, ForgotPasswordForm):
    """Ask for a link to choose a new password. Known and unknown addresses take the same way through it."""

    email = login_field()

    def validate(self, **options: Any) -> bool:
        """Always False: the view has nobody to send to, the mail is sent by a job."""
        if not Form.validate(self, **options):
            self.form_errors += self.email.errors
            return False
        try:
            ask_recovery(current_unit(), self.email.data, network_of(request.remote_addr))
        except TooManyAttempts as refusal:
            return self.too_many(refusal)
        g.recovery_asked = True
        return False


class NewPasswordForm(OurForm, ResetPasswordForm):
    """Choose a new password with the link of a mail."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.password.description = translated(GOOD_PASSWORD)


class PasswordForm(OurForm, ChangePasswordForm):
    """Change the password, knowing the present one."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.password.label.text = translated(PRESENT_PASSWORD)
        self.new_password.description = translated(GOOD_PASSWORD)

    def validate(self, **options: Any) -> bool:
        if not Form.validate(self, **options):
            return False
        # Flask-Security compares the old and the new before it has normalised the new one.
        for field in (self.new_password, self.new_password_confirm):
            field.data = unicodedata.normalize("NFKD", field.data)
        try:
            with current_unit().begin(VISITOR) as work:
                attempt = begin_sign_in(work, current_user.account.login, network_of(request.remote_addr))
        except TooManyAttempts as refusal:
            return self.too_many(refusal)
        valid = bool(super().validate(**options))
        if not self.password.errors:
            with current_unit().begin(VISITOR) as work:
                note_success(work, attempt)
        return valid


class OurPasswords(PasswordUtil):
    """Our rules for passwords in Flask-Security's forms."""

    def validate(self, password: str, is_register: bool, **known: Any) -> tuple[list[str] | None, str]:
        account = known["user"].account
        try:
            check_password(password, account.login, account.email, account.name)
        except PasswordTooWeak as refusal:
            return [translated(said(refusal))], password
        return None, self.normalize(password)
