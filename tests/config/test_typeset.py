"""Data becomes a PDF, the same each time, printed as it stands, by a process that reaches nothing else."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from config.typeset import TypesetterUnavailable, TypesettingFailed
from tests.config.typesetting import AT, Running, running_typesetter

HEAD = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Thử", date: auto)
#set text(font: "Tinos", lang: "vi")
#heading[Thử]
"""
PRINT = HEAD + "#data.name"
HOSTILE = """#import "@preview/x:1.0.0" *đậm* _x_ @ref $x^2$ `mã` = x // y \\ "nháy" 'đơn' <b>&amp;</b> {{7*7}} ~"""


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with running_typesetter() as running:
        yield running


def text_of(pdf: bytes, folder: Path) -> str:
    """The text as another program reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_same_input_gives_the_same_bytes_and_another_instant_others(running: Running) -> None:
    first = running.typeset(PRINT, {"name": "Nguyễn Thị Phượng"})
    assert first == running.typeset(PRINT, {"name": "Nguyễn Thị Phượng"})
    assert first != running.typeset(PRINT, {"name": "Nguyễn Thị Phương"})
    assert first != running.typeset(PRINT, {"name": "Nguyễn Thị Phượng"}, at=AT + timedelta(seconds=1))


def test_the_document_is_archivable_accessible_and_dated_as_told(running: Running) -> None:
    with pikepdf.open(io.BytesIO(running.typeset(PRINT, {"name": "x"}))) as pdf:
        metadata = pdf.Root.Metadata.read_bytes()
        assert b"<pdfaid:part>3</pdfaid:part>" in metadata and b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
        assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "vi"
        assert str(pdf.docinfo.CreationDate) == "D:20260205030000Z"


def test_a_stamp_may_be_without_tags_and_without_an_archival_standard(running: Running) -> None:
    with pikepdf.open(io.BytesIO(running.typeset(PRINT, {"name": "x"}, standards=(), tagged=False))) as pdf:
        assert "/StructTreeRoot" not in pdf.Root


def test_markup_in_data_is_printed_and_never_run(running: Running, tmp_path: Path) -> None:
    assert HOSTILE in text_of(running.typeset(PRINT, {"name": HOSTILE}), tmp_path)


def test_what_cannot_be_seen_or_turns_the_reading_order_shows_as_such(running: Running, tmp_path: Path) -> None:
    pdf = running.typeset(PRINT, {"name": "a\x00b\u202ec\u200bd\ue000e\ud800f"})
    assert "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf" in text_of(pdf, tmp_path)


def test_letters_and_their_marks_are_composed(running: Running) -> None:
    assert running.typeset(PRINT, {"name": "Phu\u031bo\u031b\u0323ng"}) == running.typeset(PRINT, {"name": "Phượng"})


def test_a_letter_that_the_font_lacks_fails_with_the_letter_named(running: Running) -> None:
    with pytest.raises(TypesettingFailed, match="漢"):
        running.typeset(PRINT, {"name": "漢"})


def test_files_are_attached_as_data_and_images_arrive_unchanged(running: Running) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(out, "PNG")
    said = json.dumps({"tên": "Phở"}, ensure_ascii=False).encode()
    source = HEAD + (
        '#pdf.attach("licence.json", bytes(data.files.at("licence.json")), relationship: "data",'
        ' mime-type: "application/json", description: "dữ liệu")\n#image(bytes(data.files.stamp), alt: "dấu")'
    )
    content = running.typeset(source, files={"licence.json": said, "stamp": out.getvalue()})
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.attachments["licence.json"].get_file().read_bytes() == said
        assert str(pdf.attachments["licence.json"].obj.AFRelationship) == "/Data"


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/cetz:0.3.4"',
        '#let from = "@pre" + "view/cetz:0.3.4"\n#import from',
        '#read("/etc/passwd")',
        '#read("../log")',
        '#image("../../x.png")',
        "#panic()",
        "#while true {}",
        "#let f(x) = f(x)\n#f(1)",
        "#(",
    ],
)
def test_a_template_that_reaches_out_or_is_wrong_fails_alone(running: Running, source: str) -> None:
    with pytest.raises(TypesettingFailed):
        running.typeset(HEAD + source)
    assert running.typeset(PRINT, {"name": "x"})


def test_a_template_that_eats_memory_ends_its_own_worker_only(running: Running) -> None:
    for _ in range(3):
        with pytest.raises(TypesetterUnavailable):
            running.typeset(HEAD + '#let a = "x" * 4000000000')
        assert running.typeset(PRINT, {"name": "x"})


def test_no_process_no_document(running: Running) -> None:
    with running_typesetter() as other:
        other.process.terminate()
        other.process.wait(20)
        with pytest.raises(TypesetterUnavailable):
            other.typeset(PRINT, {"name": "x"})
