"""What this package adds to an installation: tools, reactions, commands."""

from __future__ import annotations

import click
from cryptography import x509
from flask import Flask
from flask_smorest import Api

from config.clock import Clock
from config.compromise_cli import compromise
from config.jobs import Periodic
from config.settings import Settings
from signing.agent.cli import agent
from signing.agent_requests.api import agents
from signing.cli import signing
from signing.commands import create_agent_key, create_authority, create_log_key_command, responder, signer, tsa
from signing.compromise.agents import AGENT
from signing.compromise.receipts import RECEIPT
from signing.compromise.responder import OCSP
from signing.pki.certificate_cli import (
    issue_certificate,
    list_certificates,
    renew_certificate,
    revoke_certificate_command,
)
from signing.pki.cli import authority
from signing.pki.receipt_cli import create_receipt_key
from signing.reactions import REACTIONS as REACTIONS
from signing.sessions.end import expire_sessions
from signing.signer.client import SignerClient
from signing.timestamps.client import Timestamper
from signing.trust.anchors import TrustStore
from signing.trust.revocation import RevocationSource

SCHEDULE = [Periodic("end signing sessions whose time has passed", "* * * * *", expire_sessions)]
for command in (
    create_authority,
    create_agent_key,
    create_log_key_command,
    create_receipt_key,
    authority,
    issue_certificate,
    renew_certificate,
    revoke_certificate_command,
    list_certificates,
):
    signing.add_command(command)
KEY_CLASSES = [AGENT, OCSP, RECEIPT]
COMMANDS: list[click.Command] = [signer, tsa, responder, signing, agent, compromise]


def tools(settings: Settings, clock: Clock) -> list[object]:
    """The signer's, the timestamp server's and the responder's clients, and the roots that we believe."""
    trust = TrustStore.from_folder(settings.trust_folder).with_algorithms(settings.evidence.algorithm_table)
    roots = [x509.load_der_x509_certificate(root) for root in trust.roots]
    return [
        SignerClient(settings.signer_socket),
        Timestamper(settings.tsa_url, roots, clock, settings.tsa_timeout),
        RevocationSource(settings.responder_url, trust, clock),
        trust,
    ]


def register(app: Flask, api: Api) -> None:
    """What agents fetch. All else is told by others: verification by the registry, signing by the service."""
    api.register_blueprint(agents)
