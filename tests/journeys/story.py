"""One application and everybody around it, over HTTP: the demonstration's cast, each step by whoever does it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from licensing.demonstration.cast import AGENCY, APPLICANT_EMAIL, PROCEDURE
from licensing.demonstration.client import ApiRefused, Caller
from licensing.demonstration.passwords import Secrets
from licensing.demonstration.sheet import blank_sheet
from licensing.demonstration.walk import ANSWERS, DOCUMENTS, Walk

Found = TypeVar("Found")
PATIENCE = 90.0


class Story:
    """`settle` does what a worker would do, where no worker runs by itself."""

    def __init__(self, address: str, walk: Walk, secrets: Secrets, settle: Callable[[], object] | None = None) -> None:
        self.address, self.walk, self.secrets = address, walk, secrets
        self.applicant = self.by(APPLICANT_EMAIL)
        self.id = ""
        self._settle = settle

    def by(self, login: str) -> Caller:
        """Somebody, signed in once."""
        return self.walk.caller(login)

    def stranger(self) -> Caller:
        """Somebody without an account."""
        return Caller(self.address)

    @property
    def path(self) -> str:
        return f"/v1/applications/{self.id}"

    def draft(self, procedure: str = PROCEDURE, **changes: Any) -> Story:
        """A draft with all answers and no document."""
        page = self.applicant.get(f"/v1/procedures/{procedure}")
        wanted = {
            "procedure": procedure,
            "agency": AGENCY.code,
            "answers": ANSWERS,
            "eligibility": {item["id"]: not item["stops_on"] for item in page["eligibility"]},
        }
        self.id = self.applicant.post("/v1/applications", wanted | changes)["id"]
        return self

    def attach(self, document: str, content: bytes | None = None, name: str = "giấy tờ.pdf") -> Any:
        """The applicant supplies a document."""
        fields = {"requirement_id": document}
        return self.applicant.upload(f"{self.path}/attachments", fields, name, content or blank_sheet(document))

    def complete_draft(self, **changes: Any) -> Story:
        """A draft that can be handed in."""
        self.draft(**changes)
        for document in DOCUMENTS:
            self.attach(document)
        return self

    def submitted(self, **changes: Any) -> Story:
        """Handed in."""
        self.complete_draft(**changes)
        self.applicant.post(f"{self.path}/submission")
        return self

    def proposed(self, **changes: Any) -> Story:
        """A grant is recommended and reviewed: it waits for the decision."""
        self.submitted(**changes)
        self.walk.accept(self.id)
        self.walk.examine(self.id)
        return self

    def decided(self, login: str = "lanhdao") -> Story:
        """Granted by an approver, and the licence waits for the signature."""
        self.proposed()
        self.by(login).post(f"{self.path}/decision", {"outcome": "granted"})
        return self

    def step(self, login: str, step: str, action: str, **more: Any) -> None:
        """An officer claims the open task of a step and completes it."""
        tasks = self.by(login).get(f"{self.path}/tasks")
        task = next(item for item in tasks if item["step"] == step and item["state"] in ("ready", "claimed"))
        if task["state"] == "ready":
            self.by(login).post(f"/v1/tasks/{task['id']}/claim")
        self.by(login).post(f"/v1/tasks/{task['id']}/completion", {"action": action} | more)

    def recommend(self, outcome: str = "granted", **more: Any) -> None:
        """The case officer recommends, the head of division agrees."""
        proposal = {"outcome": outcome, "reason": "Đã thẩm định hồ sơ và cơ sở."} | more
        self.by("thamdinh").post(f"{self.path}/recommendation", proposal)
        self.step("truongphong", "review", "agree")

    def document(self, login: str, state: str) -> dict[str, Any]:
        """The document of this application that waits for somebody's signature, or for the seal."""
        licence, reference = self.licence(), self.applicant.get(self.path)["reference"]
        named = licence["register_code"] if licence else reference
        return self.by(login).document_named(named, state) or {}

    def to_sign(self, login: str = "lanhdao") -> dict[str, Any]:
        return self.until(f"a document waits for {login}", lambda: self.document(login, "filed"))

    def to_seal(self) -> dict[str, Any]:
        return self.until("a document waits for the seal", lambda: self.document("vanthu", "signed"))

    def sign(self, document: Mapping[str, Any], login: str = "lanhdao", pin: str | None = None) -> Any:
        """The official signs with a PIN."""
        return self.by(login).sign(document["id"], pin or self.secrets.pin)

    def seal(self, document: Mapping[str, Any]) -> Any:
        """The clerk has it sealed."""
        return self.by("vanthu").post(f"/v1/signing-requests/{document['id']}/seal")

    def licence(self) -> dict[str, Any] | None:
        """The licence in the making, as the applicant sees it."""
        try:
            return dict(self.applicant.get(f"{self.path}/licence"))
        except ApiRefused as refused:
            assert refused.status == 404
            return None

    def published(self) -> tuple[dict[str, Any], bytes]:
        """The public entry of the licence and its file, once it can be had."""
        code = self.until("the licence is prepared", self.licence)["register_code"]

        def look_up() -> dict[str, Any] | None:
            try:
                entry = self.stranger().get(f"/l/{code}")
            except ApiRefused as refused:
                assert refused.status == 404
                return None
            return dict(entry) if entry["licence"]["document"] else None

        entry = self.until("the licence is published", look_up)
        return entry, self.stranger().send("GET", f"/v1/licences/{code}/document")[0]

    def verdict_on(self, content: bytes) -> dict[str, Any]:
        """What a stranger is told of a file."""
        answer, _ = self.stranger().send("POST", "/v1/verify", content, {"Content-Type": "application/pdf"})
        return dict(json.loads(answer))

    @property
    def status(self) -> str:
        return str(self.applicant.get(self.path)["status"])

    def until(self, what: str, find: Callable[[], Found | None]) -> Found:
        """What `find` finds, once it finds something."""
        deadline = time.monotonic() + PATIENCE
        while not (found := find()):
            assert time.monotonic() < deadline, f"still not: {what}"
            if self._settle:
                self._settle()
                threading.Event().wait(0.05)
            else:
                threading.Event().wait(0.2)
        return found


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    """Status and code of the problem document (RFC 9457) that an act is answered with."""
    try:
        answer = act()
    except ApiRefused as refused:
        problem = refused.problem
        assert problem["status"] == refused.status
        assert problem["title"]
        assert len(str(problem["detail"])) > 10, problem
        assert str(problem["type"]).startswith("/problems/")
        return refused.status, str(problem["type"]).removeprefix("/problems/")
    raise AssertionError(f"this was not refused: {answer}")
