"""What claims to be ours is recognised, and a small file that unpacks to a large one costs nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from registry.verification.claims import DATA, LICENCE_JSON, LICENCE_SCHEMA, claims_to_be_ours
from signing.validation.apart import Hearsay, too_complex
from signing.validation.look import carries_damaged, look
from tests.signing.pades.build import LATER

OURS = json.dumps({"schema": LICENCE_SCHEMA}).encode()
MEASURE = """
import sys
from pathlib import Path
from registry.verification.claims import DATA
from signing.validation.look import look

def most():  # of this program alone; getrusage counts the process that it was forked from as well
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

content = sys.stdin.buffer.read()
before = most()
claims = look(content, DATA)[0].carries
print(claims, (most() - before) // 1024)
"""
NOTHING_SEEN = Hearsay(too_complex(LATER))


def with_attachment(content: bytes, compressed: bool = True) -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.attachments[LICENCE_JSON] = pikepdf.AttachedFileSpec(pdf, content, filename=LICENCE_JSON)
    pdf.save(out, compress_streams=compressed)
    return out.getvalue()


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize(
    ("content", "claims"),
    [
        (OURS, True),
        (OURS.replace(b".v1", b"\\u002ev1"), True),
        (OURS + b" " * 5_000_000, True),
        (b'{"schema":"something.else"}', False),
        (b"[]", False),
        (b"\xff\xfe", False),
        (b"", False),
    ],
)
def test_our_data_inside_is_a_claim(content: bytes, claims: bool, compressed: bool) -> None:
    pdf = with_attachment(content, compressed)
    assert look(pdf, DATA)[0].carries is claims
    assert carries_damaged(pdf[:-20], DATA) is claims


def test_our_address_is_a_claim_and_damage_is_none() -> None:
    assert claims_to_be_ours(b"%PDF https://v.example/l/ABC", NOTHING_SEEN, ("v.example",))
    assert not claims_to_be_ours(b"%PDF https://v.example/l/ABC", NOTHING_SEEN, ("w.example",))
    content = with_attachment(OURS)
    for cut in range(0, len(content), 50):
        look(content[:cut], DATA)
        carries_damaged(content[:cut], DATA)


@pytest.mark.parametrize("content", [OURS + b" " * 150_000_000, b" " * 150_000_000])
def test_an_attachment_is_not_unpacked_beyond_the_limit(content: bytes) -> None:
    pdf = with_attachment(content)
    assert len(pdf) < 1_000_000
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", MEASURE], input=pdf, capture_output=True, cwd=root, check=True)
    claims, megabytes = done.stdout.split()
    assert (claims, int(megabytes) < 40) == (str(content.startswith(OURS)).encode(), True), done.stdout
