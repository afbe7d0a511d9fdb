"""Starts the signer process: `antin signer`. Everything that could stop it later is looked at first."""

import fcntl
import logging
import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from cryptography import x509

from config.clock import Clock, SystemClock
from config.database import make_engine
from config.errors import Refused
from config.settings import Settings
from config.stopping import hold_stop_orders
from signing.journal.record import Journal
from signing.keys.keyring import Keyring
from signing.pki.keyfolder import open_key_folder
from signing.signer.admission import Admission
from signing.signer.agent_key import AgentKey
from signing.signer.agent_requests import AgentRequests
from signing.signer.answers import Answers
from signing.signer.attempts import PinAttempts
from signing.signer.authorisations import Authorisations
from signing.signer.errors import SignerNotReady
from signing.signer.fitness import Rules
from signing.signer.log_key import LogKey
from signing.signer.official_signature import Trust
from signing.signer.receipts import Receipts
from signing.signer.retirements import Retirements
from signing.signer.server import SignerServer
from signing.signer.standing import Standing
from signing.signer.statements import StatementAdmission
from signing.trust.algorithms import AlgorithmTable, shipped_table
from signing.trust.anchors import TrustStore
from signing.trust.endings import Ending, endings, soon
from signing.trust.path import path_to_anchor

STOP_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """A signer process that could be started: what it answers, and what it holds."""

    answers: Answers
    keyring: Keyring
    engine: sa.Engine
    lock: int

    def close(self) -> None:
        """Let go of the keys, the database and the state folder."""
        self.answers.close()
        self.keyring.close()
        self.engine.dispose()
        os.close(self.lock)


def serve_signer(settings: Settings) -> None:
    """Run the signer process until SIGTERM or SIGINT; raises SignerNotReady with one line for each reason."""
    wait_for_stop = hold_stop_orders()
    prepared = prepare(settings, SystemClock(settings.time_zone))
    server = SignerServer(settings.signer_socket, settings.signer_client_uids, prepared.answers.answer)
    threading.Thread(target=server.serve, daemon=True).start()
    wait_for_stop()
    server.stop()
    server.wait_until_idle(STOP_SECONDS)
    prepared.close()


def prepare(settings: Settings, clock: Clock) -> Prepared:
    """Open every key and check every memory before the first question; raises SignerNotReady."""
    if not settings.database_signer_url:
        raise SignerNotReady("DATABASE_SIGNER_URL: is missing; the signer process has its own database role.")
    state = settings.data_folder / "signer"
    with ExitStack() as undo:
        try:
            open_key_folder(settings.keys_folder)
            open_key_folder(state)
            lock = _hold(state)
            undo.callback(os.close, lock)
            # Each of its acts on the database is one statement: none needs a transaction around it.
            engine = make_engine(settings.database_signer_url, pool_size=10)
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
            undo.callback(engine.dispose)
            keyring = _keyring(settings, clock)
            undo.callback(keyring.close)
            answers = _answers(settings, clock, state, engine, keyring)
        except Refused as refusal:
            raise SignerNotReady(refusal.detail) from refusal
        except sa.exc.SQLAlchemyError as error:
            raise SignerNotReady("The signer process cannot read its journal in the database.") from error
        except (OSError, ValueError) as error:
            raise SignerNotReady(f"The state of the signer process cannot be read: {error}.") from error
        undo.pop_all()
    return Prepared(answers, keyring, engine, lock)


def _keyring(settings: Settings, clock: Clock) -> Keyring:
    keyring = Keyring(settings.keys_folder, clock)
    if faults := [*keyring.open_seals(), *keyring.open_receipt()]:
        keyring.close()
        raise SignerNotReady("\n".join(fault.why for fault in faults))
    return keyring


def _answers(settings: Settings, clock: Clock, state: Path, engine: sa.Engine, keyring: Keyring) -> Answers:
    _anchors(settings)
    journal = Journal(engine, state, clock)
    journal.check()
    log_key = LogKey(settings.keys_folder, state, journal)
    log_key.state()
    standing, rules = Standing(settings.keys_folder, clock), _rules(settings)
    for name in keyring.names():
        _ask_ahead(settings, clock, keyring, standing, name)

    def trust() -> Trust:
        return Trust(_anchors(settings), clock.now(), clock.today(), rules, standing)

    retirements = Retirements(settings.keys_folder, journal)
    retirements.note()
    admission, statements = Admission(engine, keyring, journal, trust), StatementAdmission(engine, trust)
    what_ends = partial(_endings, settings)
    for one in soon(what_ends(), clock.now(), settings.evidence.warn_days):
        logger.warning("%s %s ends at %s", one.what, one.name, one.until.isoformat())
    agent_key = AgentKey(settings.keys_folder)
    agents = AgentRequests(engine, keyring, admission, journal, agent_key, settings.public_url)
    attempts, opened = PinAttempts(state, clock), Authorisations(clock)
    more = agents.by_name | Receipts(engine, keyring, journal, trust).by_name
    return Answers(keyring, admission, journal, attempts, log_key, opened, retirements, what_ends, statements, more)


def _endings(settings: Settings) -> list[Ending]:
    trust = TrustStore.from_folder(settings.trust_folder).with_algorithms(settings.evidence.algorithm_table)
    return endings(settings.keys_folder, trust)


def _rules(settings: Settings) -> Rules:
    table = settings.evidence.algorithm_table
    return Rules(settings.signing_policies, AlgorithmTable.from_file(table) if table else shipped_table())


def _ask_ahead(settings: Settings, clock: Clock, keyring: Keyring, standing: Standing, name: str) -> None:
    """Have the authorities of a key's certificates asked already; what is wrong with them is said at the signature."""
    try:
        info = keyring.info(name)
        own, *above = (x509.load_der_x509_certificate(der) for der in (info.certificate, *info.chain))
    except (Refused, ValueError):
        return
    if path := path_to_anchor(own, above, _anchors(settings), clock.now()):
        standing.prepare(path)


def _anchors(settings: Settings) -> list[x509.Certificate]:
    """The roots in the folder of trust, read for every seal: an anchor taken away counts at once."""
    return [x509.load_der_x509_certificate(der) for der in TrustStore.from_folder(settings.trust_folder).roots]


def _hold(state: Path) -> int:
    """One signer process for one state, whatever starts them."""
    descriptor = os.open(state / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise SignerNotReady("Another signer process runs on this data folder.") from None
    return descriptor
