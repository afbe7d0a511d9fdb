"""Markup that somebody types into the form is text, on the licence and on the refusal as everywhere."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from licensing.demonstration.walk import ANSWERS
from tests.journeys.conftest import Installation
from tests.journeys.test_refusal import refused

HOSTILE = (
    '#eval("1+1") $x^2$ *đậm* _nghiêng_ <nhãn> @ref // ghi chú \\ #import "x" <script>alert(1)</script> &amp; {{ 7*7 }}'
)
TEXTS = ("establishment_name", "owner_name", "production_address", "head_office", "business_registration_agency")
ANSWERED = {**ANSWERS, **dict.fromkeys(TEXTS, HOSTILE[:120]), "products": [HOSTILE, "Rau"]}


def printed(content: bytes, folder: Path) -> str:
    """All that a PDF says, without spaces and line ends."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "paper.pdf"
    path.write_bytes(content)
    text = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout
    return "".join(text.split())


def test_markup_is_printed_on_the_licence_as_it_was_typed(installation: Installation, tmp_path: Path) -> None:
    story = installation.story().proposed(answers=ANSWERED)
    story.by("lanhdao").post(f"{story.path}/decision", {"outcome": "granted"})
    installation.walk.sign_and_seal(story.id)
    _, content = story.published()
    said = printed(content, tmp_path)
    assert "".join(HOSTILE.split()) in said
    assert said.count("".join(HOSTILE[:120].split())) >= 3


def test_markup_is_printed_on_the_refusal_as_it_was_typed(installation: Installation, tmp_path: Path) -> None:
    story = refused(installation.story(), HOSTILE, answers=ANSWERED)
    (paper,) = story.until("the paper is handed out", lambda: story.applicant.get(f"{story.path}/papers"))
    content, _ = story.applicant.send("GET", f"/v1/papers/{paper['id']}/file")
    assert "".join(HOSTILE.split()) in printed(content, tmp_path)
