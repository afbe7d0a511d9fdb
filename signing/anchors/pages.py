"""The pages of trust, for administrators: whom we believe, who decided it, and how fresh revocation lists are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request

from config.access import begin_work, current_unit, requires
from config.errors import Conflict, RuleBroken
from config.languages import translated
from config.pages import Pages, page_address
from config.sentences import later
from config.settings import Settings
from config.unit_of_work import Work
from signing.anchors.change import Purposes, drop_list, name_list, open_group, set_purposes, take_in, take_out
from signing.anchors.queries import group_by_key, groups
from signing.anchors.reading import LARGEST, described_der, read_authority
from signing.anchors.shown import ACTS, USAGES, shown_anchors, shown_lists
from signing.trust.anchors import TrustStore

MANAGE_TRUST = "manage_trust"  # licensing/accounts/roles.py gives it to people by the same word
pages = Pages("trust", __name__)
ROOM = "/desk/trust"
NO_FILE = later("Choose a file first.")
NOT_COMPARED = later("Compare the fingerprint first, and tick that you did.")
NOT_A_MOMENT = later("Write the day and the time, or leave it empty for now.")
TAKEN_IN = later("The anchor counts from now on.")
TAKEN_OUT = later("The anchor is taken out. It stays on record.")
KEPT = later("Your decision is on record.")
ASKED = later("The lists are being fetched. Look again in a minute.")
Faults = dict[str, str]


@pages.get(ROOM)
@requires(MANAGE_TRUST)
def overview() -> Any:
    """Every group, the installation's own first, and how fresh the lists are."""
    return _overview({})


@pages.post(ROOM)
@requires(MANAGE_TRUST)
def open_one() -> Any:
    """Open a group."""
    form = request.form

    def act(work: Work) -> None:
        open_group(work, form.get("key", "").strip(), {"vi": form.get("vi", ""), "en": form.get("en", "")}, _purposes())

    fault = _done(act, KEPT)
    return _to_group(form["key"].strip()) if fault is None else make_response(_overview({"key": fault}), 422)


@pages.post(f"{ROOM}/lists")
@requires(MANAGE_TRUST)
def fetch_now() -> Any:
    """Have every list fetched by a job, now."""
    with begin_work() as work:
        current_unit().jobs.defer_process(work.session, "fetch revocation lists")
    flash(translated(ASKED), "success")
    return redirect(page_address("trust_pages.overview"), 303)


@pages.get(f"{ROOM}/<key>")
@requires(MANAGE_TRUST)
def group(key: str) -> Any:
    """One group: its anchors, its lists, and every decision about it."""
    return _group(key, {})


@pages.post(f"{ROOM}/<key>/purposes")
@requires(MANAGE_TRUST)
def purposes(key: str) -> Any:
    """Say what the group's anchors count for."""
    fault = _done(lambda work: set_purposes(work, key, _purposes(), request.form.get("reason", "")), KEPT)
    return _to_group(key) if fault is None else make_response(_group(key, {"reason": fault}), 422)


@pages.post(f"{ROOM}/<key>/look")
@requires(MANAGE_TRUST)
def look(key: str) -> Any:
    """Show what a certificate says, before anybody trusts it; nothing is kept yet."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return make_response(_group(key, {"file": translated(NO_FILE)}), 422)
    try:
        return _preview(key, upload.read(LARGEST + 1), {})
    except RuleBroken as refusal:
        return make_response(_group(key, {"file": translated(refusal.detail)}), 422)


@pages.post(f"{ROOM}/<key>/anchors")
@requires(MANAGE_TRUST)
def take_in_one(key: str) -> Any:
    """Trust the certificate that was shown."""
    try:
        content = base64.b64decode(request.form.get("certificate", ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if request.form.get("compared") != "yes" and content:
        return make_response(_preview(key, content, {"compared": translated(NOT_COMPARED)}), 422)
    fault = _done(lambda work: take_in(work, key, content, request.form.get("reason", "")), TAKEN_IN)
    return _to_group(key) if fault is None else make_response(_group(key, {"file": fault}), 422)


@pages.get(f"{ROOM}/<key>/anchors/<sha256>/out")
@requires(MANAGE_TRUST)
def leaving(key: str, sha256: str) -> Any:
    """Ask why an anchor is taken out, and from when."""
    return _leaving(key, sha256, {})


@pages.post(f"{ROOM}/<key>/anchors/<sha256>/out")
@requires(MANAGE_TRUST)
def take_out_one(key: str, sha256: str) -> Any:
    """Trust an anchor no more."""
    try:
        since = _moment(request.form.get("since", ""))
    except ValueError:
        return make_response(_leaving(key, sha256, {"since": translated(NOT_A_MOMENT)}), 422)
    fault = _done(lambda work: take_out(work, key, sha256, request.form.get("reason", ""), since), TAKEN_OUT)
    return _to_group(key) if fault is None else make_response(_leaving(key, sha256, {"reason": fault}), 422)


@pages.post(f"{ROOM}/<key>/lists")
@requires(MANAGE_TRUST)
def name_one_list(key: str) -> Any:
    """Have the lists of an anchor, or of an authority under one, fetched from an address."""
    upload, chosen = request.files.get("authority"), request.form.get("issuer", "")

    def act(work: Work) -> None:
        anchor = group_by_key(work, key).anchors.get(chosen)
        sent = upload.read(LARGEST + 1) if upload is not None and upload.filename else b""
        name_list(work, key, request.form.get("address", ""), sent or (anchor.certificate if anchor else b""))

    fault = _done(act, KEPT)
    return _to_group(key) if fault is None else make_response(_group(key, {"address": fault}), 422)


@pages.post(f"{ROOM}/<key>/lists/drop")
@requires(MANAGE_TRUST)
def drop_one_list(key: str) -> Any:
    """Fetch no more lists from an address."""
    form = request.form
    _done(lambda work: drop_list(work, key, form.get("address", ""), form.get("issuer", "")), KEPT)
    return _to_group(key)


def _done(act: Callable[[Work], object], told: str) -> str | None:
    """Decide something; None when it is done, else why not, in the reader's language."""
    try:
        with begin_work() as work:
            act(work)
    except (RuleBroken, Conflict) as refusal:
        return translated(refusal.detail)
    flash(translated(told), "success")
    return None


def _to_group(key: str) -> Any:
    return redirect(page_address("trust_pages.group", key=key), 303)


def _purposes() -> Purposes:
    wanted = request.form.getlist("purposes")
    return Purposes("signatures" in wanted, "timestamps" in wanted)


def _moment(text: str) -> datetime | None:
    settings: Settings = current_app.extensions["settings"]
    return datetime.fromisoformat(text).replace(tzinfo=settings.time_zone) if text.strip() else None


def _overview(faults: Faults) -> str:
    with begin_work() as work:
        now, found = work.clock.now(), groups(work)
        roots = [described_der(root) for root in work.tools[TrustStore].roots]
        lists = {key: shown_lists(work, one) for key, one in found.items()}
        return render_template(
            "trust/overview.html", groups=found.values(), roots=roots, lists=lists, now=now, **_typed(faults)
        )


def _group(key: str, faults: Faults) -> str:
    with begin_work() as work:
        found = group_by_key(work, key)
        return render_template(
            "trust/group.html",
            group=found,
            anchors=shown_anchors(found, work.clock.now()),
            lists=shown_lists(work, found),
            acts=ACTS,
            **_typed(faults),
        )


def _preview(key: str, content: bytes, faults: Faults) -> str:
    with begin_work() as work:
        found = read_authority(content, work.clock.now())
        usages = [translated(USAGES[one]) for one in found.usages]
        encoded = base64.b64encode(found.der).decode()
        return render_template(
            "trust/preview.html",
            group=group_by_key(work, key),
            found=found,
            usages=usages,
            certificate=encoded,
            **_typed(faults),
        )


def _leaving(key: str, sha256: str, faults: Faults) -> Any:
    with begin_work() as work:
        found = group_by_key(work, key)
        anchor = found.anchors.get(sha256)
        if anchor is None or anchor.out is not None:
            return _to_group(key)
        said = described_der(anchor.certificate)
        return render_template("trust/leaving.html", group=found, found=said, **_typed(faults))


def _typed(faults: Faults) -> dict[str, Any]:
    """What was typed, and what is wrong with it."""
    summary = [{"text": text, "href": f"#{field}"} for field, text in faults.items()]
    return {"faults": faults, "summary": summary, "typed": request.form}
