"""What this package adds to an installation: views, reactions, the clock's work, commands."""

from __future__ import annotations

import click
from flask import Flask
from flask_smorest import Api

from config.account import AccountSection, add_to_account
from config.front import FrontSection, add_to_front
from config.pages import NavItem, add_to_menu
from config.security import describe_security
from config.sentences import later
from licensing.accounts.address_pages import pages as account_pages
from licensing.accounts.api import accounts, load_actor, sessions, tokens
from licensing.accounts.browser.set_up import register_security_pages
from licensing.accounts.cli import accounts as account_commands
from licensing.accounts.compromise import SESSION, TOKEN
from licensing.accounts.roles import (
    APPLY,
    DECIDE,
    HANDLE_REPORTS,
    MANAGE_AGENCY,
    MANAGE_TRUST,
    READ_REGISTERS,
    SEAL,
    SEE_PRESERVATION,
)
from licensing.applications import filing_pages
from licensing.applications.api import applications
from licensing.benchmark import benchmark
from licensing.catalogue.api import procedures
from licensing.catalogue.pages import offered
from licensing.catalogue.pages import pages as catalogue_pages
from licensing.cli import demo, licensing
from licensing.decisions.api import decisions
from licensing.desk.acts.pages import pages as desk_act_pages
from licensing.desk.batches.pages import pages as desk_batch_pages
from licensing.desk.pages import EXAMINERS
from licensing.desk.pages import pages as desk_pages
from licensing.desk.papers.pages import pages as desk_paper_pages
from licensing.desk.signing.agent.pages import pages as desk_agent_pages
from licensing.desk.signing.elsewhere.pages import pages as desk_elsewhere_pages
from licensing.desk.signing.pages import pages as desk_signing_pages
from licensing.fees.api import fees
from licensing.images.api import images
from licensing.images.pages import pages as image_pages
from licensing.licences.api import documents
from licensing.licences.contacts import AGENCIES
from licensing.licences.pages import pages as licence_pages
from licensing.licences.prints.api import print_log
from licensing.licences.prints.pages import pages as print_pages
from licensing.licences.registers.api import registers
from licensing.licences.registers.pages import pages as register_pages
from licensing.papers.api import papers
from licensing.reactions import REACTIONS as REACTIONS
from licensing.schedule import SCHEDULE as SCHEDULE
from licensing.tracking.pages import pages as tracking_pages
from licensing.workflow.api import tasks
from licensing.workflow.cli import procedures as procedure_commands

licensing.add_command(account_commands)
licensing.add_command(procedure_commands)
TOOLS: list[object] = [AGENCIES]
COMMANDS: list[click.Command] = [licensing, demo, benchmark]
KEY_CLASSES = [SESSION, TOKEN]
BLUEPRINTS = (
    *(accounts, sessions, tokens, procedures, applications, fees, tasks, decisions, documents, papers),
    *(images, print_log, registers),
)

PAGES = (
    account_pages,
    catalogue_pages,
    filing_pages.pages,
    licence_pages,
    print_pages,
    register_pages,
    tracking_pages,
    desk_pages,
    desk_act_pages,
    desk_paper_pages,
    desk_signing_pages,
    desk_batch_pages,
    desk_agent_pages,
    desk_elsewhere_pages,
    image_pages,
)
MENU = (
    NavItem(later("Procedures"), "catalogue_pages.procedures"),
    NavItem(later("My applications"), "applications_pages.mine", APPLY),
    NavItem(later("To examine"), "desk_pages.worklist", EXAMINERS),
    NavItem(later("To sign"), "desk_signing_pages.to_sign", DECIDE),
    NavItem(later("To seal"), "desk_signing_pages.to_seal", SEAL),
    NavItem(later("Number registers"), "registers_pages.register_home", READ_REGISTERS),
    NavItem(later("Seals and signatures"), "images_pages.overview", MANAGE_AGENCY),
    NavItem(later("Preservation"), "preservation_pages.overview", SEE_PRESERVATION),
    NavItem(later("Lost keys"), "compromise_pages.lost_keys", SEE_PRESERVATION),
    NavItem(later("Reports"), "reports_pages.overview", HANDLE_REPORTS),
    NavItem(later("Trust"), "trust_pages.overview", MANAGE_TRUST),
    NavItem(later("Sign in"), "accounts_pages.sign_in_form", signed_in=False),
)
SIGNATURE = AccountSection(
    later("My signature image"), NavItem(later("See or change the image"), "images_pages.my_signature", DECIDE)
)


def register(app: Flask, api: Api) -> None:
    """Register the API and the pages; whoever calls is known by session or token."""
    app.extensions["actor_loader"] = load_actor
    app.extensions["sign_in_endpoint"] = "accounts_pages.sign_in_form"
    describe_security(api, app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    for pages in PAGES:
        app.register_blueprint(pages)
    register_security_pages(app)
    add_to_menu(app, *MENU)
    add_to_account(app, SIGNATURE)
    add_to_front(app, FrontSection("catalogue/front.html", offered))
