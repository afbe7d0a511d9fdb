"""Passphrases and PINs on the command line: out of a file, or typed twice; never an argument, which others see."""

from pathlib import Path

import click

from signing.pki.errors import CeremonyRefused

PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="A file with the passphrase, closed to other users; without it the passphrase is asked for.",
)
PIN_FILE = click.option(
    "--pin-file",
    type=click.Path(path_type=Path),
    help="A file with the official's PIN, closed to other users; without it the PIN is asked for.",
)


def secret(file: Path | None, what: str, *, new: bool) -> bytes:
    """A secret from its file, or typed; a new one twice (CeremonyRefused)."""
    if file is None:
        typed: str = click.prompt(what, hide_input=True, confirmation_prompt=new, err=True)
        return typed.encode()
    try:
        if file.stat().st_mode & 0o077:
            raise CeremonyRefused(f"{file.name}: must be closed to other users (mode 0600).")
        content = file.read_bytes().strip()
    except OSError as error:
        raise CeremonyRefused(f"{file.name}: cannot be read.") from error
    if not content:
        raise CeremonyRefused(f"{file.name}: is empty.")
    return content


def issuing_passphrase(folder: Path, file: Path | None) -> bytes | None:
    """The passphrase of the issuing key, None where `issuing.pass` has it."""
    if file is None and (folder / "issuing.pass").exists():
        return None
    return secret(file, "Passphrase of the issuing authority", new=False)
