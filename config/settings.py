"""Settings of one installation: read once from the environment, checked at once, never changed afterwards.

A secret may be given as `NAME_FILE`, the path of a file that holds it. A wrong or missing value stops the start
with one line for each setting.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from config.authority import AuthorityNames, read_authority, read_policies
from config.evidence import EvidenceSettings, read_evidence
from config.mail import MailServer, read_mail
from config.reader import Reader
from config.site import Site, read_site

FONTS = Path(__file__).parent / "fonts"
SOCKET_PATH_LIMIT = 100  # sun_path holds 108 bytes, one of them the closing zero


class SettingsInvalid(Exception):
    """One or more settings are missing or wrong; `str()` has one line for each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Settings:
    """All that an installation decides. Units: seconds, bytes; folders are absolute."""

    mode: str
    data_folder: Path
    database_url: str
    database_owner_url: str
    database_signer_url: str
    embedded_database: bool
    secret_key: str
    port: int
    public_url: str
    trusted_hosts: tuple[str, ...]
    time_zone: ZoneInfo
    calendar: str
    registry_name: str
    log_origin: str
    keys_folder: Path
    trust_folder: Path
    fonts_folder: Path
    signer_socket: Path
    signer_client_uids: tuple[int, ...]
    typesetter_socket: Path
    tsa_url: str
    tsa_timeout: float
    responder_url: str
    server_workers: int
    server_threads: int
    worker_processes: int
    worker_concurrency: int
    job_attempts: int
    job_longest_pause: int
    job_stalled_after: float
    upload_limit: int
    signing_session: float
    agent_port: int
    list_networks: tuple[IPv4Network | IPv6Network, ...]
    report_days: int
    report_hours: int
    reports_an_hour: int
    signing_policies: frozenset[str]
    log_level: str
    mail: MailServer
    site: Site
    evidence: EvidenceSettings
    authority: AuthorityNames

    @property
    def trial(self) -> bool:
        """True in trial mode: everything says that it has no legal value."""
        return self.mode == "trial"

    @property
    def runs_own_tsa(self) -> bool:
        """True when no other TSA is named, so that `antin serve` starts ours."""
        return self.tsa_url == f"http://127.0.0.1:{self.port + 1}/tsa"

    @property
    def runs_own_responder(self) -> bool:
        """True when `antin serve` starts the built-in authority's OCSP and CRL responder."""
        return self.responder_url == f"http://127.0.0.1:{self.port + 2}"

    @property
    def mail_folder(self) -> Path:
        """Where the mail server of a trial keeps what it was given."""
        return self.data_folder / "mail"

    @property
    def storage_folder(self) -> Path:
        return self.data_folder / "storage"

    @property
    def log_folder(self) -> Path:
        return self.data_folder / "log"

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of this process; raises `SettingsInvalid` naming every wrong or missing one."""
        reader = Reader(environment)
        settings = _read(reader)
        if reader.problems or settings is None:
            raise SettingsInvalid(reader.problems)
        return settings


def _read(reader: Reader) -> Settings | None:
    embedded = not reader.given("DATABASE_URL")
    if not embedded and not reader.given("ANTIN_MODE"):
        reader.problems.append("ANTIN_MODE: must be said (trial or production) when DATABASE_URL is set.")
    mode = reader.choice("ANTIN_MODE", "trial", ("trial", "production"))
    if mode == "production" and embedded:
        reader.problems.append("DATABASE_URL: is missing; the embedded database is for trial mode only.")
    data = Path(reader.text("DATA_FOLDER", "var")).absolute()
    port = reader.number("PORT", 8000, 1, 65532)
    neighbours = _neighbours(reader, data, port)
    zone = reader.parsed("TIME_ZONE", "Asia/Ho_Chi_Minh", ZoneInfo, "the name of a time zone")
    return Settings(
        mode=mode,
        data_folder=data,
        embedded_database=embedded,
        secret_key=_secret_key(reader, mode, data),
        port=port,
        time_zone=zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC"),
        calendar=reader.text("CALENDAR", "vn"),
        mail=read_mail(reader, mode == "trial", port),
        site=read_site(reader, mode == "trial"),
        evidence=read_evidence(reader),
        signing_policies=read_policies(reader),
        authority=read_authority(reader, mode == "trial", neighbours["responder_url"]),
        **_database_urls(reader, data, embedded),
        **_names(reader, mode, port),
        **neighbours,
        **_limits(reader),
    )


def _names(reader: Reader, mode: str, port: int) -> dict[str, Any]:
    """What the world calls this installation."""
    trial = mode == "trial"
    public_url = reader.text("PUBLIC_URL", f"http://localhost:{port}" if trial else None).rstrip("/")
    host = urlsplit(public_url).hostname or ""
    if public_url and (urlsplit(public_url).scheme not in ("http", "https") or not host):
        reader.problems.append(f"PUBLIC_URL: must be an http or https address, not {public_url!r}.")
    registry_name = reader.text("REGISTRY_NAME", "antin.trial" if trial else None)
    hosts = reader.text("TRUSTED_HOSTS", "localhost,127.0.0.1" if trial else host or "-")
    return {
        "public_url": public_url,
        "trusted_hosts": tuple(part.strip() for part in hosts.split(",")),
        "registry_name": registry_name,
        "log_origin": reader.text("LOG_ORIGIN", f"{host or 'localhost'}/log/{registry_name}"),
    }


def _neighbours(reader: Reader, data: Path, port: int) -> dict[str, Any]:
    """Folders, sockets and servers that this installation works with."""
    keys = Path(reader.text("KEYS_FOLDER", str(data / "keys"))).absolute()
    return {
        "keys_folder": keys,
        "trust_folder": Path(reader.text("TRUST_FOLDER", str(keys / "trust"))).absolute(),
        "fonts_folder": Path(reader.text("FONTS_FOLDER", str(FONTS))).absolute(),
        "signer_socket": _socket(reader, "SIGNER_SOCKET", data / "run" / "signer.sock"),
        "signer_client_uids": _uids(reader),
        "typesetter_socket": _socket(reader, "TYPESETTER_SOCKET", data / "run" / "typesetter.sock"),
        "tsa_url": reader.text("TSA_URL", f"http://127.0.0.1:{port + 1}/tsa"),
        "tsa_timeout": float(reader.number("TSA_TIMEOUT", 180, 1, 600)),
        "responder_url": reader.text("RESPONDER_URL", f"http://127.0.0.1:{port + 2}").rstrip("/"),
    }


def _limits(reader: Reader) -> dict[str, Any]:
    """How much of everything."""
    return {
        "server_workers": reader.number("SERVER_WORKERS", 2, 1, 64),
        "server_threads": reader.number("SERVER_THREADS", 4, 1, 64),
        "worker_processes": reader.number("WORKER_PROCESSES", 1, 1, 64),
        "worker_concurrency": reader.number("WORKER_CONCURRENCY", 4, 1, 64),
        "job_attempts": reader.number("JOB_ATTEMPTS", 10, 1, 100),
        "job_longest_pause": reader.number("JOB_LONGEST_PAUSE", 300, 1, 3600),
        "job_stalled_after": float(reader.number("JOB_STALLED_AFTER", 30, 1, 3600)),
        "upload_limit": reader.number("UPLOAD_LIMIT", 25_000_000, 1_000, 1_000_000_000),
        "signing_session": float(reader.number("SIGNING_SESSION", 600, 60, 3600)),
        "list_networks": _networks(reader),
        "report_days": reader.number("REPORT_KEEP_DAYS", 180, 1, 3_650),
        "agent_port": reader.number("AGENT_PORT", 17460, 1024, 65535),
        "report_hours": reader.number("REPORT_HOURS", 24, 1, 720),
        "reports_an_hour": reader.number("REPORTS_AN_HOUR", 60, 0, 100_000),
        "log_level": reader.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    }


def _networks(reader: Reader) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks of one's own in which revocation lists may be fetched, besides the public internet."""

    def parse(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(part) for part in text.split())

    value = reader.parsed("LIST_NETWORKS", "", parse, "networks separated by spaces, as in 10.1.0.0/16")
    assert isinstance(value, tuple)  # noqa: S101 - tells mypy what `parse` returns
    return value


def _database_urls(reader: Reader, data: Path, embedded: bool) -> dict[str, Any]:
    """Addresses for the app's, the owner's and the signer's role; the owner's is needed by `antin migrate` only."""
    names = {"database_url": "antin_app", "database_owner_url": "antin", "database_signer_url": "antin_signer"}
    if embedded:
        host = quote(str(data / "postgres" / "run"), safe="")
        return {name: f"postgresql://{role}@/antin?host={host}" for name, role in names.items()}
    return {
        "database_url": reader.text("DATABASE_URL"),
        "database_owner_url": reader.text("DATABASE_OWNER_URL", ""),
        "database_signer_url": reader.text("DATABASE_SIGNER_URL", ""),
    }


def _secret_key(reader: Reader, mode: str, data: Path) -> str:
    """Signs session cookies. In trial mode `antin serve` makes one on its first start and keeps it beside the data."""
    made = data / "secret-key"
    if mode == "trial" and not reader.given("SECRET_KEY"):
        return made.read_text(encoding="ascii") if made.exists() else ""
    key = reader.text("SECRET_KEY")
    if key and len(key) < 32:
        reader.problems.append("SECRET_KEY: must have at least 32 characters.")
    return key


def _socket(reader: Reader, name: str, default: Path) -> Path:
    path = Path(reader.text(name, str(default))).absolute()
    if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
        reader.problems.append(f"{name}: the path is longer than {SOCKET_PATH_LIMIT} bytes; choose a shorter one.")
    return path


def _uids(reader: Reader) -> tuple[int, ...]:
    """User ids that may call the signer process; by default only the user who runs it."""

    def parse(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.split(","))

    value = reader.parsed("SIGNER_CLIENT_UIDS", str(os.getuid()), parse, "user ids separated by commas")
    assert isinstance(value, tuple)  # noqa: S101 - tells mypy what `parse` returns
    return value
