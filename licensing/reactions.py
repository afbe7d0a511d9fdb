"""What follows from what happens: `together` in the same transaction and in order, `afterwards` each as a job."""

from __future__ import annotations

from collections.abc import Mapping

from config.events import Event, Reactions
from licensing.accounts import events as accounts
from licensing.accounts.send_mail import (
    send_address_link,
    send_address_notice,
    send_password_notice,
    send_recovery_link,
    send_registered_before,
    send_welcome,
)
from licensing.applications import events as applications
from licensing.catalogue import events as catalogue
from licensing.deadlines.start import start_time_limit
from licensing.deadlines.stop import stop_time_limit
from licensing.decisions import events as decisions
from licensing.decisions.follow_signing import deliver_refusal, record_sealed, record_signed
from licensing.decisions.prepare_refusal import prepare_refusal, prepare_refusal_after_loss, void_refusal
from licensing.documents import events as documents
from licensing.fees.assess import assess_fees
from licensing.fees.events import FeeAssessed
from licensing.images import events as images
from licensing.licences import events as licences
from licensing.licences.issue import hand_out, issue_sealed, void_set_aside
from licensing.licences.prepare import prepare_after_loss, prepare_granted
from licensing.licences.prints import events as prints
from licensing.licences.sign_batch import sign_authorised_document
from licensing.licences.sign_elsewhere import follow_confirmation
from licensing.papers import events as papers
from licensing.papers.send_slip import send_slip
from licensing.papers.slip import prepare_slip
from licensing.workflow import events as workflow
from licensing.workflow.check_published import check_published_steps
from licensing.workflow.open_tasks import drop_tasks, open_first_task
from registry.entries.events import EntryPublished
from signing.batches.events import DocumentAuthorised
from signing.receipts.events import ReceiptSigned
from signing.requests.events import RequestSealed, RequestSigned, RequestVoided
from signing.sessions.events import SigningSessionBegun

NOTHING = Reactions()

REACTIONS: Mapping[type[Event], Reactions] = {
    # accounts, images and catalogue
    accounts.AgencyOpened: NOTHING,
    accounts.PositionCreated: NOTHING,
    accounts.ApplicantRegistered: Reactions(afterwards=[send_welcome]),
    accounts.RegistrationRepeated: Reactions(afterwards=[send_registered_before]),
    accounts.OfficialCreated: NOTHING,
    accounts.AccountClosed: NOTHING,
    accounts.OfficialAppointed: NOTHING,
    accounts.AppointmentCutShort: NOTHING,
    accounts.RoleGranted: NOTHING,
    accounts.RoleEnded: NOTHING,
    images.ImageTakenIntoUse: NOTHING,
    images.ImageWithdrawn: NOTHING,
    accounts.SignedIn: NOTHING,
    accounts.SessionEnded: NOTHING,
    accounts.AddressLinkAsked: Reactions(afterwards=[send_address_link]),
    accounts.AddressChangeAsked: Reactions(afterwards=[send_address_link, send_address_notice]),
    accounts.AddressVerified: NOTHING,
    accounts.RecoveryAsked: Reactions(afterwards=[send_recovery_link]),
    accounts.PasswordChanged: Reactions(afterwards=[send_password_notice]),
    accounts.TokenCreated: NOTHING,
    accounts.TokenRevoked: NOTHING,
    catalogue.ProcedurePublished: Reactions(together=[check_published_steps]),
    catalogue.ProcedureRetired: NOTHING,
    # an application, from draft to acceptance
    applications.ApplicationStarted: NOTHING,
    applications.DraftSaved: NOTHING,
    documents.FileAttached: NOTHING,
    documents.FileRemoved: NOTHING,
    applications.ApplicationSubmitted: NOTHING,
    applications.ApplicationReturned: NOTHING,
    applications.ApplicationAccepted: Reactions(
        together=[start_time_limit, assess_fees, open_first_task], afterwards=[prepare_slip]
    ),
    applications.ApplicationWithdrawn: Reactions(together=[drop_tasks, stop_time_limit]),
    applications.DocumentJudged: NOTHING,
    FeeAssessed: NOTHING,
    # its tasks
    workflow.TaskOpened: NOTHING,
    workflow.TaskClaimed: NOTHING,
    workflow.TaskReleased: NOTHING,
    workflow.RecordAttached: NOTHING,
    workflow.TaskCompleted: NOTHING,
    workflow.TasksDropped: NOTHING,
    workflow.HandlingEnded: NOTHING,
    # what is decided
    decisions.RecommendationMade: NOTHING,
    decisions.DecisionSentBack: NOTHING,
    decisions.HoldPlaced: NOTHING,
    decisions.HoldEnded: NOTHING,
    decisions.DecisionApproved: Reactions(afterwards=[prepare_granted]),
    decisions.DecisionRefused: Reactions(afterwards=[prepare_refusal]),
    decisions.DecisionSetAside: Reactions(together=[void_refusal, void_set_aside]),
    # its document, signed and sealed: licence and refusal alike
    licences.LicencePrepared: NOTHING,
    licences.DocumentViewed: NOTHING,
    papers.PaperPrepared: NOTHING,
    DocumentAuthorised: Reactions(afterwards=[sign_authorised_document]),
    SigningSessionBegun: Reactions(afterwards=[follow_confirmation]),
    RequestVoided: Reactions(afterwards=[prepare_after_loss, prepare_refusal_after_loss]),
    RequestSigned: Reactions(together=[record_signed]),
    RequestSealed: Reactions(together=[record_sealed], afterwards=[issue_sealed, deliver_refusal]),
    # a licence in the register, a paper in the applicant's hands
    licences.LicenceIssued: NOTHING,
    licences.LicenceVoided: NOTHING,
    prints.LicencePrinted: NOTHING,
    prints.PrintFetched: NOTHING,
    papers.PaperVoided: NOTHING,
    papers.PaperDelivered: NOTHING,
    ReceiptSigned: Reactions(afterwards=[send_slip]),
    EntryPublished: Reactions(together=[hand_out]),
    applications.ApplicationClosed: Reactions(together=[stop_time_limit]),
}
