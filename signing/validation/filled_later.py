"""What was filled in or stamped onto others' documents after a signature: step 7 outside our strict profile.

The rules of forms let anybody change what a field says or shows, and let a later signature's stamp cover the page. Both
are honest at times: the next signer fills in what was left empty, or signs in a free corner. So what counts is

7.1 what a field said or showed when it was signed stays as it was;
7.2 what was left empty may be filled in, if somebody signed afterwards and so answers for it;
7.3 a field that was filled in shows what it says, and nothing else;
7.4 a later signature's stamp covers neither text nor a field, nor a quarter of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2

from signing.validation.fields import Box, Field, fields_of
from signing.validation.shown_value import drawn_otherwise

MOST_OF_A_PAGE = 0.25  # a stamp above this share of the page is more than a stamp


def filled_later(pdf: bytes, signed_until: int, answered_until: int) -> str | None:
    """What is wrong with the form after offset `signed_until`, as a finding's text; None when nothing is.

    `answered_until` is the offset up to which the last good signature of a person or an agency covers the file.
    """
    before, now = fields_of(pdf[:signed_until]), fields_of(pdf)
    answered = fields_of(pdf[:answered_until]) if signed_until < answered_until < len(pdf) else now
    texts = {name for name, field in now.items() if field.kind != "/Sig"}
    changed = sorted(name for name in texts if now[name] != before.get(name))
    altered = [name for name in changed if not _was_open(before.get(name), now[name])]
    if altered:  # 7.1
        return f"what stood in the form was changed after signing: {', '.join(altered)}"
    unanswered = changed if answered_until <= signed_until else [n for n in changed if now[n] != answered.get(n)]
    if unanswered:  # 7.2
        return f"the form was filled in after signing, and nobody signed for it: {', '.join(unanswered)}"
    otherwise = sorted(drawn_otherwise(pdf, pdf[:signed_until], before, set(changed)))
    if otherwise:  # 7.3
        return f"what a field shows that was filled in after signing is not what it says: {', '.join(otherwise)}"
    covering = list(_covering(pdf[:signed_until], before, now))
    return f"a later signature's stamp covers part of the page: {', '.join(covering)}" if covering else None  # 7.4


def _was_open(old: Field | None, new: Field) -> bool:
    """Empty when it was signed, and nothing but its value and drawing has changed; never a drawing alone."""
    return old is not None and old.empty and not new.empty and old.rest == new.rest


def _covering(signed: bytes, before: dict[str, Field], now: dict[str, Field]) -> Iterator[str]:
    """Names of signature fields that show something now and did not when it was signed, over what stood there."""
    stamps = {
        name: field
        for name, field in now.items()
        if field.kind == "/Sig" and field.shows and field.shows != (before[name].shows if name in before else b"")
    }
    if not stamps:
        return
    others = [(field.page, field.box) for field in before.values() if field.box]
    document = pypdfium2.PdfDocument(signed)
    try:
        for name, stamp in stamps.items():
            if stamp.page is None or stamp.box is None or stamp.page >= len(document):
                continue
            box = _ordered(stamp.box)
            new = name not in before
            if _share(document[stamp.page], box) > MOST_OF_A_PAGE or (new and _over(document, stamp.page, box, others)):
                yield name
    finally:
        document.close()


def _ordered(box: Box) -> Box:
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _share(page: Any, box: Box) -> float:
    width, height = page.get_size()
    return (box[2] - box[0]) * (box[3] - box[1]) / max(float(width * height), 1.0)


def _over(document: Any, page: int, box: Box, others: Sequence[tuple[int | None, Box | None]]) -> bool:
    """Whether a stamp lies over text or over another field."""
    if any(at == page and other is not None and _overlap(box, _ordered(other)) for at, other in others):
        return True
    text = document[page].get_textpage()
    return bool(text.get_text_bounded(*box).strip())


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
