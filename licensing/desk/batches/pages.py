"""What becomes of documents that were authorised together: a bar, each with its result, asking again by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import make_response, render_template

from config.access import begin_work, current_actor, requires
from config.languages import translated
from config.pages import Pages
from licensing.accounts.roles import DECIDE
from licensing.licences.waiting import chosen_documents
from signing.batches.models import ItemState
from signing.batches.queries import batch_of, refusal_of, state_now

pages = Pages("desk_batches", __name__)
AGAIN = "2"  # seconds until the page asks again


@pages.get("/desk/signing/batches/<uuid:batch_id>")
@requires(DECIDE)
def progress(batch_id: UUID) -> Any:
    """How far a batch is; what is left over is offered to be authorised again."""
    with begin_work() as work:
        batch = batch_of(work, batch_id, str(current_actor().account_id))
        found = chosen_documents(work, [item.request_id for item in batch.items], sealing=False)
        rows = [
            (document, str(state_now(work, batch, item)), translated(refusal_of(item) or ""))
            for document, item in zip(found, batch.items, strict=True)
        ]
        states = [state for _, state, _ in rows]
        waiting = states.count(ItemState.WAITING)
        left = [document.id for document, state, _ in rows if state == ItemState.ENDED and document.stage == "ready"]
        response = make_response(
            render_template(
                "desk/batch.html", rows=rows, signed=states.count(ItemState.SIGNED), waiting=waiting, left=left
            )
        )
    if waiting:
        response.headers["Refresh"] = AGAIN
    return response
