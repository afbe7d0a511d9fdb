"""Joins everything: the settings, the database, the packages. Imports all; nobody imports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import click
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, sessionmaker

import licensing.wiring
import registry.wiring
import signing.wiring
from config.access import current_unit, public
from config.cli import Context, commands
from config.clock import Clock, SystemClock
from config.compromise import KeyClasses
from config.database import make_engine
from config.events import Reactor
from config.front import register_front
from config.jobs import Jobs
from config.languages import register_languages
from config.logs import register_access_log, set_up_logs
from config.mail import Mailer
from config.pages import register_pages
from config.problems import ProblemApi, register_problem_handlers
from config.processes import Process, with_parent
from config.secret import secret_of
from config.security import register_security
from config.serve import Demonstration, Plan, answers, antin, listens, module, server_process, takes_connections
from config.settings import Settings
from config.static import register_static
from config.storage import Storage
from config.typeset import Typesetter
from config.unit_of_work import Tools, UnitOfWork
from licensing.demonstration.accounts import demonstration_accounts
from signing.pki.agent_key import AGENT_KEY

PACKAGES = (signing.wiring, registry.wiring, licensing.wiring)


def make_unit(settings: Settings, clock: Clock | None = None) -> UnitOfWork:
    """The unit of work of this installation, with all reactions, processes and tools. Opens no connection yet."""
    clock = clock or SystemClock(settings.time_zone)
    reactor = Reactor([package.REACTIONS for package in PACKAGES])
    schedule = [item for package in PACKAGES for item in package.SCHEDULE]
    jobs = Jobs(settings, reactor, {}, schedule)
    tools = Tools(
        settings, Storage(settings.storage_folder), Typesetter(settings.typesetter_socket), Mailer(settings.mail)
    )
    for part in signing.wiring.tools(settings, clock):
        tools.add(part)
    tools.add(KeyClasses(key_class for package in PACKAGES for key_class in package.KEY_CLASSES))
    sessions = sessionmaker[Session](make_engine(settings.database_url), expire_on_commit=False)
    return UnitOfWork(sessions, clock, reactor, jobs, tools)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The web application of one installation."""
    settings = settings or Settings.from_environment()
    set_up_logs(settings.log_level, "server")
    app = Flask(__name__, static_folder=None)
    app.config.update(OPENAPI, SECRET_KEY=secret_of(settings))
    app.extensions["unit_of_work"] = make_unit(settings, clock)
    app.extensions["settings"] = settings
    register_security(app, settings)
    register_languages(app)
    register_pages(app, settings)
    register_static(app, settings)
    register_front(app)
    api = ProblemApi(app)
    for package in PACKAGES:
        package.register(app, api)
    register_problem_handlers(app)
    register_access_log(app)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


OPENAPI = {
    "API_TITLE": "Antin",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
}


@public
def healthz() -> ResponseReturnValue:
    """Whether this process works and reaches its database."""
    from config.access import SYSTEM

    with current_unit().begin(SYSTEM) as work:
        work.session.connection().exec_driver_sql("SELECT 1")
    return jsonify(status="ok")


def make_plan(settings: Settings, demonstration: Demonstration) -> Plan:
    """What `antin serve` starts: each process with how to see that it is ready."""
    first, then = [], []
    made = (settings.trust_folder / "root.pem", settings.keys_folder / AGENT_KEY, settings.keys_folder / "receipt.pem")
    if settings.trial and settings.runs_own_responder and not all(path.exists() for path in made):
        first.append(antin("signing", "create-authority"))
    last: Callable[[], Sequence[str]] = tuple
    if demonstration is not Demonstration.NONE:
        whole = demonstration is Demonstration.WHOLE
        then.append(antin("licensing", "demonstration", "--silent", *(() if whole else ("--people-only",))))
        last = partial(demonstration_accounts, settings, whole)
    processes = []
    if settings.runs_own_responder:
        responder = module("signing.commands", "responder")
        ready = f"{settings.responder_url}/healthz"
        processes.append(Process("responder", with_parent(responder), lambda: answers(ready)))
    if settings.runs_own_tsa:
        tsa = settings.tsa_url.rsplit("/", 1)[0] + "/healthz"
        processes.append(Process("tsa", with_parent(module("signing.commands", "tsa")), lambda: answers(tsa)))
    if settings.mail.built_in:
        mailbox = module("config.mailbox", str(settings.mail.port), str(settings.mail_folder))
        processes.append(Process("mailbox", with_parent(mailbox), lambda: takes_connections(settings.mail.port)))
    signer, typesetter = settings.signer_socket, settings.typesetter_socket
    typeset = module("config.typesetter", str(typesetter), str(settings.fonts_folder))
    processes += [
        Process("signer", with_parent(module("signing.commands", "signer")), lambda: listens(signer)),
        Process("typesetter", with_parent(typeset), lambda: listens(typesetter)),
        server_process(settings),
    ]
    for number in range(1, settings.worker_processes + 1):
        processes.append(Process("worker" if number == 1 else f"worker-{number}", with_parent(antin("worker"))))
    return Plan(first, processes, then, last)


def all_commands() -> click.Group:
    """`antin` with the commands of every package."""
    for package in PACKAGES:
        for command in package.COMMANDS:
            commands.add_command(command)
    return commands


def main() -> None:
    """The command `antin`."""
    all_commands()(obj=Context(make_unit, make_plan))


if __name__ == "__main__":
    main()
