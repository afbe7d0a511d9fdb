"""The whole line, once, over the API: a business applies, officials decide, sign and seal, a stranger verifies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import Stopped
from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.client import ApiRefused, Caller
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.sheet import blank_sheet

ANSWERS: dict[str, Any] = {
    "establishment_name": "Cơ sở chế biến thực phẩm Ví Dụ",
    "legal_form": "enterprise",
    "business_registration_number": "0100000000",
    "business_registration_date": "2020-03-02",
    "business_registration_agency": "Sở Tài chính tỉnh Minh Họa",
    "head_office": "Số 1 đường Ví Dụ, phường Thử Nghiệm, tỉnh Minh Họa",
    "production_address": "Số 2 đường Ví Dụ, phường Thử Nghiệm, tỉnh Minh Họa",
    "owner_name": "Đỗ Ví Dụ",
    "phone": "0900000000",
    "email": APPLICANT_EMAIL,
    "establishment_kind": "trade",
    "products": ["Thịt và sản phẩm từ thịt", "Rau, củ, quả tươi sống", "Thực phẩm bao gói sẵn"],
    "area": 120,
    "workers": 6,
    "workers_handling_food": 4,
    "workers_trained": 4,
    "workers_examined": 4,
    "declaration": True,
}
DOCUMENTS = ("business_registration", "premises", "health", "training")
PATIENCE = 90.0  # seconds until a background step must have happened


@dataclass(frozen=True)
class Outcome:
    """What the walk leads to."""

    application_id: str
    reference: str
    register_code: str
    document_number: str
    pdf: bytes
    verdict: dict[str, Any]
    checkpoint: str


class WalkFailed(Stopped):
    """A step of the walk did not happen."""


class Walk:
    """One walk against the installation at `address`, told step by step to `say`."""

    def __init__(self, address: str, secrets: Secrets, say: Callable[[str], None]) -> None:
        self._address, self._secrets, self._say = address, secrets, say
        self._callers: dict[str, Caller] = {}

    def caller(self, login: str) -> Caller:
        """Somebody of the cast, signed in once."""
        if login not in self._callers:
            caller = Caller(self._address)
            caller.sign_in(login, self._secrets.password)
            self._callers[login] = caller
        return self._callers[login]

    def issue(self) -> Outcome:
        """From a draft to the verdict on its licence."""
        application_id = self.apply()
        reference = self.accept(application_id)
        self.examine(application_id)
        self.decide(application_id)
        self.sign_and_seal(application_id)
        return self.verify(application_id, reference)

    def apply(self) -> str:
        """A business files a complete application; its id."""
        business = self.caller(APPLICANT_EMAIL)
        procedure = business.get(f"/v1/procedures/{PROCEDURE}")
        eligibility = {item["id"]: not item["stops_on"] for item in procedure["eligibility"]}
        draft = business.post(
            "/v1/applications",
            {"procedure": PROCEDURE, "agency": AGENCY.code, "answers": ANSWERS, "eligibility": eligibility},
        )
        application_id = str(draft["id"])
        self._say(f"draft {application_id} of procedure {PROCEDURE}")
        for document in DOCUMENTS:
            receipt = business.upload(
                f"/v1/applications/{application_id}/attachments",
                {"requirement_id": document},
                f"{document}.pdf",
                blank_sheet(document),
            )
            self._say(f"attached {document}: sha256 {receipt['sha256'][:16]}…")
        submitted = business.post(f"/v1/applications/{application_id}/submission")
        self._say(f"submitted: digest {submitted['submission']['sha256'][:16]}…")
        return application_id

    def accept(self, application_id: str) -> str:
        """The desk finds it complete; its reference."""
        desk = self.caller("tiepnhan")
        accepted = desk.post(f"/v1/applications/{application_id}/acceptance")
        self._say(f"accepted as {accepted['reference']}")
        self._complete("tiepnhan", application_id, "receive", "hand_over")
        return str(accepted["reference"])

    def examine(self, application_id: str) -> None:
        """Documents are judged, the establishment is inspected, a grant is recommended and reviewed."""
        officer = self.caller("thamdinh")
        for item in officer.get(f"/v1/applications/{application_id}")["attachments"]:
            path = f"/v1/applications/{application_id}/attachments/{item['id']}/verdict"
            officer.put(path, {"verdict": "accepted"})
        self._complete("thamdinh", application_id, "check", "pass")
        self._complete("thamdinh", application_id, "plan_inspection", "announce")
        self._complete("thamdinh", application_id, "inspect", "passed", record=blank_sheet("inspection record"))
        officer.post(
            f"/v1/applications/{application_id}/recommendation",
            {"outcome": "granted", "reason": "Hồ sơ hợp lệ, cơ sở đạt yêu cầu thẩm định."},
        )
        self._say("recommended: grant")
        self._complete("truongphong", application_id, "review", "agree")

    def decide(self, application_id: str) -> None:
        """Somebody else, with authority, grants."""
        approver = self.caller("lanhdao")
        decision = approver.post(f"/v1/applications/{application_id}/decision", {"outcome": "granted"})
        self._say(f"decided: granted, evidence {decision['evidence_sha256'][:16]}…")

    def sign_and_seal(self, application_id: str) -> None:
        """The official signs what was prepared, with a PIN; the clerk has it sealed."""
        licence = self._until("the licence is prepared", lambda: self.licence_of(application_id))
        code = licence["register_code"]
        prepared = self._until("it can be signed", lambda: self.waiting_document(code, "lanhdao", "filed"))
        self.sign(prepared)
        self._say(f"signed: {prepared['summary']}")
        self.seal(self._until("it can be sealed", lambda: self.waiting_document(code, "vanthu", "signed")))
        self._say("seal ordered")

    def sign(self, document: dict[str, Any]) -> None:
        """With the approver's key, opened by the PIN."""
        self.caller("lanhdao").sign(document["id"], self._secrets.pin)

    def seal(self, document: dict[str, Any]) -> None:
        """By the clerk."""
        self.caller("vanthu").post(f"/v1/signing-requests/{document['id']}/seal")

    def verify(self, application_id: str, reference: str) -> Outcome:
        """A stranger looks the licence up, downloads it and has the file verified."""
        code = self.caller(APPLICANT_EMAIL).get(f"/v1/applications/{application_id}/licence")["register_code"]
        entry = self._until("the licence is published", lambda: self.published(code))
        self._say(f"in force: {entry['licence']['number']}, register code {code}")
        stranger = Caller(self._address)
        pdf, _ = stranger.send("GET", f"/v1/licences/{code}/document")
        verdict = self.verdict_on_file(code)
        self._say(f"verdict on the file: {verdict['verdict']}, {verdict['words']['en']}")
        checkpoint = stranger.send("GET", "/log/checkpoint")[0].decode()
        return Outcome(application_id, reference, code, entry["licence"]["number"], pdf, verdict, checkpoint)

    def verdict_on_file(self, code: str) -> dict[str, Any]:
        """What a stranger is told of the published file."""
        stranger = Caller(self._address)
        pdf, _ = stranger.send("GET", f"/v1/licences/{code}/document")
        answer, _ = stranger.send("POST", "/v1/verify", pdf, {"Content-Type": "application/pdf"})
        verdict: dict[str, Any] = json.loads(answer)
        return verdict

    def published(self, code: str) -> dict[str, Any] | None:
        """The public answer about a register code, once its document can be had."""
        entry = _found(lambda: Caller(self._address).get(f"/l/{code}"))
        return entry if entry is not None and entry["licence"]["document"] else None

    def licence_of(self, application_id: str) -> dict[str, Any] | None:
        """The licence in the making, as the applicant sees it."""
        return _found(lambda: self.caller(APPLICANT_EMAIL).get(f"/v1/applications/{application_id}/licence"))

    def waiting_document(self, code: str, login: str, state: str) -> dict[str, Any] | None:
        """The document with this register code that waits for somebody."""
        return self.caller(login).document_named(code, state)

    def _complete(self, login: str, application_id: str, step: str, action: str, record: bytes | None = None) -> None:
        officer = self.caller(login)
        tasks = officer.get(f"/v1/applications/{application_id}/tasks")
        task = next(item for item in tasks if item["step"] == step and item["state"] in ("ready", "claimed"))
        officer.post(f"/v1/tasks/{task['id']}/claim")
        if record is not None:
            officer.upload(f"/v1/tasks/{task['id']}/record", {}, "bien-ban.pdf", record, "PUT")
        officer.post(f"/v1/tasks/{task['id']}/completion", {"action": action})
        self._say(f"step {step}: {action}")

    def _until(self, what: str, find: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while (found := find()) is None:
            if time.monotonic() > deadline:
                raise WalkFailed(f"After {PATIENCE:.0f} s still not: {what}.")
            time.sleep(0.2)
        return found


def _found(get: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """The answer, or None where there is nothing yet."""
    try:
        return get()
    except ApiRefused as refused:
        if refused.status == 404:
            return None
        raise


def write_pdf(folder: Path, outcome: Outcome) -> Path:
    """Keep the licence beside the data of the walk."""
    path = folder / f"{outcome.register_code}.pdf"
    path.write_bytes(outcome.pdf)
    return path
