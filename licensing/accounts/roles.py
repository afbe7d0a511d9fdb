"""Permissions, and the roles that bundle them. Everything that an actor may do in the service is one of these words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

APPLY = "apply"  # file for oneself or one's organisation, and follow it
OWN_ACCOUNT = "own_account"  # see one's own account
MANAGE_ACCESS = "manage_access"  # one's own sessions and tokens; never given to a token
READ_APPLICATIONS = "read_applications"  # of the agency
RECEIVE = "receive"  # accept an application, or return it incomplete
EXAMINE = "examine"  # check, inspect, ask for information, recommend
REVIEW = "review"  # look over a recommendation before it is decided
DECIDE = "decide"  # grant or refuse, and sign
SEAL = "seal"  # number, date and seal a signed document, and hand it out
PRINT_LICENCES = "print_licences"  # make certified prints of issued licences
READ_REGISTERS = "read_registers"  # the numbers that the agency gave, with what became of each
RECORD_PAYMENT = "record_payment"
HOLD = "hold"  # keep a licence from being issued until something is cleared
PUBLISH_PROCEDURES = "publish_procedures"
MANAGE_AGENCY = "manage_agency"  # positions, appointments, roles
SEE_PRESERVATION = "see_preservation"  # how the evidence of published licences stands; the register's own word
MANAGE_TRUST = "manage_trust"  # whose certificates count for documents of others; signing's own word
HANDLE_REPORTS = "handle_reports"  # what people told about documents that are not good; the register's own word

ALL = frozenset(
    {
        APPLY,
        OWN_ACCOUNT,
        MANAGE_ACCESS,
        READ_APPLICATIONS,
        RECEIVE,
        EXAMINE,
        REVIEW,
        DECIDE,
        SEAL,
        PRINT_LICENCES,
        READ_REGISTERS,
        RECORD_PAYMENT,
        HOLD,
        PUBLISH_PROCEDURES,
        MANAGE_AGENCY,
        SEE_PRESERVATION,
        MANAGE_TRUST,
        HANDLE_REPORTS,
    }
)


class Role(StrEnum):
    """What an official is at an agency; procedures name the same words for who works on a step."""

    RECEPTION_OFFICER = "reception_officer"
    CASE_OFFICER = "case_officer"
    UNIT_HEAD = "unit_head"
    APPROVER = "approver"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


PERMISSIONS: Mapping[Role, frozenset[str]] = {
    Role.RECEPTION_OFFICER: frozenset({READ_APPLICATIONS, RECEIVE, RECORD_PAYMENT, PRINT_LICENCES}),
    Role.CASE_OFFICER: frozenset({READ_APPLICATIONS, EXAMINE, HOLD}),
    Role.UNIT_HEAD: frozenset({READ_APPLICATIONS, EXAMINE, REVIEW, HOLD, READ_REGISTERS, HANDLE_REPORTS}),
    Role.APPROVER: frozenset({READ_APPLICATIONS, DECIDE, HOLD, READ_REGISTERS}),
    Role.CLERK: frozenset({READ_APPLICATIONS, SEAL, PRINT_LICENCES, READ_REGISTERS, HANDLE_REPORTS}),
    # Runs the installation and decides nothing in it: an administrator cannot grant, sign or seal.
    Role.ADMINISTRATOR: frozenset(
        {PUBLISH_PROCEDURES, MANAGE_AGENCY, SEE_PRESERVATION, READ_REGISTERS, MANAGE_TRUST, HANDLE_REPORTS}
    ),
}
EVERYBODY = frozenset({OWN_ACCOUNT, MANAGE_ACCESS})
APPLICANTS = EVERYBODY | {APPLY}
NEVER_IN_TOKENS = frozenset({MANAGE_ACCESS})
