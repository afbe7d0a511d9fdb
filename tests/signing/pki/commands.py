"""Runs `antin signing …` inside the test, with an installation of its own."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.cli import Context, no_plan, no_unit
from config.errors import Refused
from signing.cli import signing as commands_of_signing

PASSPHRASE = "correct horse battery staple"


class Machine:
    """One machine with its settings; says no as a program does, with exit code 1 and a line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self._monkeypatch = monkeypatch
        # The folders of tests are deep; a socket's path may not be, though nothing is bound to these.
        sockets = dict.fromkeys(("SIGNER_SOCKET", "TYPESETTER_SOCKET"), "/nonexistent/socket")
        self._settings: Mapping[str, str] = {"DATA_FOLDER": str(folder), **sockets, **settings}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.passphrase = self.write("passphrase", PASSPHRASE)

    def write(self, name: str, content: str) -> str:
        """A private file on this machine; its path."""
        path = self.folder / name
        path.write_text(content)
        path.chmod(0o600)
        return str(path)

    def run(self, *arguments: object, typed: str = "") -> Result:
        """Run one command; what it refuses is in `output`, with exit code 1."""
        with self._monkeypatch.context() as patch:
            for name, value in self._settings.items():
                patch.setenv(name, value)
            call = [str(argument) for argument in arguments]
            result = CliRunner().invoke(commands_of_signing, call, obj=Context(no_unit, no_plan), input=typed)
        if isinstance(result.exception, Refused):
            result.output_bytes = str(result.exception).encode()
            result.exit_code = 1
        elif result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def must(self, *arguments: object, typed: str = "") -> str:
        """Run a command that has to work; what it printed."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.output
