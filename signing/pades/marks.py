"""The text marks of an agency's signature on separate attachments and certified copies: words and place.

Both stand at the top right of page 1 and show no picture (Decree 30/2020/NĐ-CP, annex I, part I, II.9, and part II
for copies). They are typeset from `mark.typ` as the other stamps are.
"""

from __future__ import annotations

from enum import StrEnum

from signing.pades.fields import Box

MARK = "mark.typ"
# Inside A4's margin on the right (15 mm), above the text that begins 20 mm below the edge; 200 x 36 points.
MARK_BOX = Box(352.7, 790.0, 552.7, 826.0, page=0)


class Copy(StrEnum):
    """The forms of a copy, as they are printed (Decree 30/2020/NĐ-CP, art. 25)."""

    WHOLE = "SAO Y"
    OF_RECEIVED = "SAO LỤC"
    EXTRACT = "TRÍCH SAO"


def attachment_mark(number: str, signed_at: str, box: Box = MARK_BOX) -> dict[str, object]:
    """What `mark.typ` is given for an attachment in a file of its own: number and symbol of the main document."""
    return _mark((number,), signed_at, box)


def copy_mark(form: Copy, agency: str, signed_at: str, box: Box = MARK_BOX) -> dict[str, object]:
    """What `mark.typ` is given for a certified copy; `signed_at` in ISO 8601 with the local offset."""
    return _mark((form.value, agency), signed_at, box)


def _mark(lines: tuple[str, ...], signed_at: str, box: Box) -> dict[str, object]:
    return {"width": box.width, "height": box.height, "lines": list(lines), "signed_at": signed_at}
