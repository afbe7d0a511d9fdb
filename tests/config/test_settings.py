"""Settings are read once, and every wrong or missing one is told in a line of its own."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.settings import Settings, SettingsInvalid

PRODUCTION = {
    "ANTIN_MODE": "production",
    "DATABASE_URL": "postgresql://app@db/antin",
    "SECRET_KEY": "s" * 32,
    "PUBLIC_URL": "https://licences.example",
    "REGISTRY_NAME": "example.food",
    "SITE_OWNER": "Ủy ban nhân dân tỉnh Ví Dụ",
    "SITE_OWNER_EN": "People's Committee of Vi Du",
    "SMTP_HOST": "mail.example",
    "MAIL_FROM": "Antin <antin@licences.example>",
}


def test_a_trial_needs_no_settings(tmp_path: Path) -> None:
    settings = Settings.from_environment({"DATA_FOLDER": str(tmp_path)})
    assert settings.trial
    assert settings.embedded_database
    assert settings.public_url == "http://localhost:8000"
    assert settings.trusted_hosts == ("localhost", "127.0.0.1")
    assert settings.time_zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert settings.runs_own_tsa
    assert settings.runs_own_responder
    assert settings.secret_key == ""
    assert settings.authority.address == settings.responder_url
    assert not settings.authority.clock_must_be_synchronised
    (tmp_path / "secret-key").write_text("made at the first start")
    assert Settings.from_environment({"DATA_FOLDER": str(tmp_path)}).secret_key == "made at the first start"


def test_production_says_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"ANTIN_MODE": "production"})
    names = {line.split(":")[0] for line in caught.value.lines}
    assert names == {
        "DATABASE_URL",
        "MAIL_FROM",
        "PUBLIC_URL",
        "REGISTRY_NAME",
        "SECRET_KEY",
        "SITE_OWNER",
        "SITE_OWNER_EN",
        "SMTP_HOST",
    }
    assert str(caught.value).count("\n") == len(caught.value.lines) - 1


def test_production_trusts_the_host_of_its_own_address() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.trusted_hosts == ("licences.example",)
    assert settings.log_origin == "licences.example/log/example.food"
    assert settings.authority.clock_must_be_synchronised


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("ANTIN_MODE", "staging"),
        ("LOG_LEVEL", "LOUD"),
        ("AUTHORITY_COUNTRY", "Vietnam"),
        ("AUTHORITY_POLICY", "1.99.3"),
        ("TSA_POLICY", "policy"),
        ("TSA_CLOCK_CHECK", "sometimes"),
        ("SIGNER_CLIENT_UIDS", "root"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "ftp://example"),
        ("SIGNER_SOCKET", "/x" * 60),
        ("PORT", "65533"),  # three more are needed
        ("SMTP_PORT", "0"),
        ("SMTP_STARTTLS", "perhaps"),
        ("SMTP_USER", "somebody"),  # without a password
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b.example\nBcc: c@d.example"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment(PRODUCTION | {name: value})
    assert any(line.startswith(f"{name}:") for line in caught.value.lines)


def test_a_trial_keeps_its_mail_and_production_hands_it_over_by_tls(tmp_path: Path) -> None:
    trial = Settings.from_environment({"DATA_FOLDER": str(tmp_path), "PORT": "9000"})
    assert (trial.mail.built_in, trial.mail.host, trial.mail.port) == (True, "127.0.0.1", 9003)
    assert trial.mail_folder == tmp_path / "mail"
    real = Settings.from_environment(PRODUCTION).mail
    assert (real.built_in, real.port, real.starttls) == (False, 587, True)


def test_a_mail_password_is_not_sent_in_the_clear_nor_shown() -> None:
    known = {"SMTP_USER": "antin", "SMTP_PASSWORD": "very secret"}
    with pytest.raises(SettingsInvalid, match="in the clear"):
        Settings.from_environment(PRODUCTION | known | {"SMTP_STARTTLS": "no"})
    assert "very secret" not in repr(Settings.from_environment(PRODUCTION | known))


def test_a_database_without_a_mode_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="ANTIN_MODE"):
        Settings.from_environment({"DATABASE_URL": "postgresql://app@db/antin"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n")
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert Settings.from_environment(without | {"SECRET_KEY_FILE": str(file)}).secret_key == "f" * 40
    with pytest.raises(SettingsInvalid, match="not both"):
        Settings.from_environment(PRODUCTION | {"SECRET_KEY_FILE": str(file)})
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        Settings.from_environment(without | {"SECRET_KEY_FILE": str(tmp_path / "absent")})
