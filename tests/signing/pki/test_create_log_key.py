"""The key of the log in production: made once, closed to others, shown by its public half."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from signing.notes.note import NoteKey
from tests.signing.pki.commands import Machine

PRODUCTION = {
    "ANTIN_MODE": "production",
    "DATABASE_URL": "postgresql://x",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://antin.example",
    "REGISTRY_NAME": "example",
    "MAIL_FROM": "antin@antin.example",
    "SMTP_HOST": "localhost",
    "SITE_OWNER": "Ủy ban nhân dân tỉnh Ví Dụ",
    "SITE_OWNER_EN": "People's Committee of Vi Du",
}


def test_the_key_is_made_once_and_its_public_half_is_told_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine = Machine(monkeypatch, tmp_path / "house", **PRODUCTION)
    told = machine.must("create-log-key").strip()
    path = machine.keys / "log.key.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    key = load_pem_private_key(content, None)
    assert isinstance(key, Ed25519PrivateKey)
    assert told == NoteKey("antin.example/log/example", key.public_key().public_bytes_raw()).text
    again = machine.must("create-log-key")
    assert path.read_bytes() == content
    assert again.strip().endswith(told)
    assert "keeps it" in again


def test_a_folder_that_others_may_enter_gets_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Machine(monkeypatch, tmp_path / "house", **PRODUCTION)
    machine.keys.mkdir(mode=0o755)
    machine.keys.chmod(0o755)
    assert machine.run("create-log-key").exit_code == 1
    assert not (machine.keys / "log.key.pem").exists()
