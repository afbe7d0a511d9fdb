"""The page of lost keys: which licences are sealed anew, and which need a new paper from people."""

from __future__ import annotations

from flask import render_template

from config.access import begin_work, requires
from config.pages import Pages
from config.sentences import later
from registry.compromise.queries import losses
from registry.entries.codes import readable

SEE_PRESERVATION, SEAL = "see_preservation", "seal"  # licensing/accounts/roles.py gives them by the same words

pages = Pages("compromise", __name__)

CLASSES = {"seal": later("an agency's seal"), "official": later("an official's key")}


@pages.get("/desk/lost-keys")
@requires(SEE_PRESERVATION, SEAL)
def lost_keys() -> str:
    """Each loss with what became of its licences, the newest loss first."""
    with begin_work() as work:
        return render_template("compromise/lost_keys.html", losses=losses(work), classes=CLASSES, readable=readable)
