"""What this package adds to an installation: views, reactions, the clock's work, commands."""

from __future__ import annotations

import click
from flask import Flask
from flask_smorest import Api

from config.compromise import KeyClass
from config.front import FrontSection, add_to_front
from config.jobs import Periodic
from config.pages import NavItem, add_to_menu
from config.sentences import later
from registry.cli import endings_command, preserve_command, registry
from registry.compromise.authorities import ISSUING, ROOT
from registry.compromise.log import LOG
from registry.compromise.pages import pages as compromise_pages
from registry.compromise.pseudonyms import PSEUDONYM
from registry.compromise.seals import OFFICIAL, SEAL
from registry.compromise.timestamps import TSA
from registry.log.api import log, proofs
from registry.log.append import integrate
from registry.preservation.pages import pages as preservation_pages
from registry.preservation.preserve import preserve_waiting
from registry.preservation.round import renew_due
from registry.prints.api import prints
from registry.reactions import REACTIONS as REACTIONS
from registry.suspicions.desk.pages import pages as told_pages
from registry.suspicions.handle import forget_tellers
from registry.suspicions.pages import pages as suspicion_pages
from registry.verification.api import verification
from registry.verification.pages import form_values
from registry.verification.pages import pages as verification_pages
from registry.verification.reports.pages import pages as report_pages
from signing.cli import signing

# A net under the jobs: whatever waits is integrated and preserved even when no job is left to do it.
SCHEDULE = [
    Periodic("integrate the log", "* * * * *", integrate),
    Periodic("preserve what waits", "*/5 * * * *", preserve_waiting),
    Periodic("renew evidence", "23 * * * *", renew_due),
    Periodic("forget who reported documents", "51 * * * *", forget_tellers),
]
signing.add_command(preserve_command)
signing.add_command(endings_command)
KEY_CLASSES = [
    *(OFFICIAL, SEAL, TSA, ISSUING, ROOT, LOG, PSEUDONYM),
    KeyClass("qr", "the key that signs what a QR code says"),
    KeyClass("status", "the key of the lists of statuses"),
    KeyClass("witness", "the key of a witness of other logs"),
    KeyClass("code", "the secret of codes that open a holder's data"),
]
COMMANDS: list[click.Command] = [registry]


def register(app: Flask, api: Api) -> None:
    """Register the views that everybody may call."""
    for blueprint in (verification, log, proofs, prints):
        api.register_blueprint(blueprint)
    app.register_blueprint(verification_pages)
    app.register_blueprint(told_pages)
    app.register_blueprint(preservation_pages)
    app.register_blueprint(compromise_pages)
    app.register_blueprint(suspicion_pages)
    app.register_blueprint(report_pages)
    add_to_front(app, FrontSection("verification/front.html", form_values))
    add_to_menu(app, NavItem(later("Check a licence"), "verification_pages.verify_form"))
