"""A draft as its applicant works on it: what is on record, what the procedure asks, what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from config.errors import Fault
from config.unit_of_work import Work
from licensing.accounts.models import Organisation
from licensing.accounts.queries import AddressState, address_state, organisation_by_id
from licensing.applications.form import FormField, FormPage, by_place, pages_of
from licensing.applications.lifecycle import possible
from licensing.applications.models import Application
from licensing.applications.queries import own_application
from licensing.applications.rules import coerce, complete_faults, documents_of, reasons_against
from licensing.catalogue.package import Definition, ProcedurePackage, RequiredDocument
from licensing.catalogue.queries import package_of
from licensing.documents.models import Attachment
from licensing.documents.queries import attachments_of
from licensing.documents.signatures import Signed, signed_of


@dataclass(frozen=True)
class Draft:
    """An application of the caller's with the procedure that it was begun under, and its files."""

    application: Application
    package: ProcedurePackage
    files: tuple[Attachment, ...]
    organisation: Organisation | None
    address: AddressState
    signed: Mapping[str, Signed]  # by digest of the file

    @property
    def id(self) -> UUID:
        return self.application.id

    @property
    def definition(self) -> Definition:
        return self.package.definition

    @property
    def editable(self) -> bool:
        """Not handed in, or returned."""
        return possible(self.application.status, "submit")

    @property
    def pages(self) -> list[FormPage]:
        """The pages that are filled in one after the other."""
        return [page for page in pages_of(self.package) if not page.is_declaration]

    @property
    def declarations(self) -> list[FormField]:
        """What is declared at the end, when everything can be looked through."""
        return [field for page in pages_of(self.package) if page.is_declaration for field in page.fields]

    @property
    def documents(self) -> list[RequiredDocument]:
        """The documents that this kind of application asks for."""
        return documents_of(self.definition, self.application.kind)

    def files_for(self, requirement_id: str) -> list[Attachment]:
        """What was supplied for a document."""
        return [file for file in self.files if file.requirement_id == requirement_id]

    def faults(self) -> list[Fault]:
        """Everything that is missing or wrong, but the declarations, which come last."""
        answers = coerce(self.package.form, self.application.answers)
        attached = [file.requirement_id for file in self.files]
        eligibility = self.application.eligibility
        found = complete_faults(self.package, self.application.kind, answers, eligibility, attached)
        last = {f"/answers/{field.name}" for field in self.declarations}
        return [fault for fault in found if fault["pointer"] not in last]

    def advice_against(self) -> list[str]:
        """The questions whose answers say that this licence is not needed or not possible."""
        return list(by_place(reasons_against(self.definition.eligibility, self.application.eligibility)))


def draft_of(work: Work, application_id: UUID, *, lock: bool = False) -> Draft:
    """The caller's application with its procedure and files; raises ApplicationNotFound."""
    application = own_application(work, application_id, lock=lock)
    files = tuple(attachments_of(work, application.id))
    organisation = organisation_by_id(work, application.organisation_id) if application.organisation_id else None
    address = address_state(work, work.actor.account_id)
    signed = signed_of(work, [file.sha256 for file in files]) if files else {}
    return Draft(application, package_of(work, application.revision_id), files, organisation, address, signed)
