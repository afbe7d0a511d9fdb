"""What was filled in or stamped onto others' documents after a signature: step 7 outside our strict profile.

The rules of forms let anybody change what a field says or shows, and let a later signature's stamp cover the page. Both
are honest at times: the next signer fills in what was left empty, or signs in a free corner. So what counts is

7.1 what a field said or showed when it was signed stays as it was;
7.2 what was left empty may be filled in, if somebody signed afterwards and so answers for it;
7.3 a later signature's stamp covers neither text nor a field, nor a quarter of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2

from signing.validation.census import DEEPEST_FORM, MOST_FIELDS

MOST_OF_A_PAGE = 0.25  # a stamp above this share of the page is more than a stamp
EMPTY = ("", "/Off")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Field:
    """A field of a form, or one of its widgets: what it says, what it shows and all the rest of it, each as bytes."""

    kind: str
    value: str
    shows: bytes
    rest: bytes
    page: int | None
    box: Box | None

    @property
    def empty(self) -> bool:
        return self.value in EMPTY


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
    covering = list(_covering(pdf[:signed_until], before, now))
    return f"a later signature's stamp covers part of the page: {', '.join(covering)}" if covering else None  # 7.3


def _was_open(old: Field | None, new: Field) -> bool:
    """Empty when it was signed, and nothing but its value and drawing has changed; never a drawing alone."""
    return old is not None and old.empty and not new.empty and old.rest == new.rest


def fields_of(pdf: bytes) -> dict[str, Field]:
    """The form's fields by full name, widgets numbered below theirs; raises whatever a hostile file provokes."""
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        form = document.Root.get("/AcroForm")
        pages = {
            annotation.objgen: number
            for number, page in enumerate(document.pages)
            for annotation in page.obj.get("/Annots", ())
            if isinstance(annotation, pikepdf.Dictionary)
        }
        return dict(_walk(form.get("/Fields"), "", "", "", 0, pages)) if form is not None else {}


def _walk(fields: Any, above: str, kind: str, value: str, depth: int, pages: Any) -> Iterator[tuple[str, Field]]:
    if depth > DEEPEST_FORM or len(fields or ()) > MOST_FIELDS:
        raise ValueError("the form is too deep or too large")
    for number, field in enumerate(fields or ()):
        name = f"{above}.{field.get('/T', number)}" if above else str(field.get("/T", number))
        own_kind, own_value = str(field.get("/FT", kind)), _written(field.get("/V", value))
        yield name, _field(field, own_kind, own_value, pages)
        yield from _walk(field.get("/Kids"), name, own_kind, own_value, depth + 1, pages)


def _field(field: Any, kind: str, value: str, pages: Any) -> Field:
    names = sorted(set(field.keys()) - {"/V", "/AP", "/AS", "/DA", "/Kids"})  # qpdf's order is another in each process
    rest = {name: _written(field[name]) for name in names}
    box = tuple(float(number) for number in field.get("/Rect", ()))
    at = pages.get(field.objgen)
    return Field(kind, value, _shown(field.get("/AP")), repr(rest).encode(), at, box if len(box) == 4 else None)


def _written(value: Any) -> str:
    if isinstance(value, pikepdf.Object):
        if isinstance(value, pikepdf.String):
            return str(value)
        return value.unparse().decode("latin-1")
    return str(value)


def _shown(value: Any, depth: int = 0) -> bytes:
    """An appearance: the drawings themselves, not the numbers of their objects."""
    if isinstance(value, pikepdf.Stream):
        return value.stream_dict.unparse(resolved=True) + value.read_raw_bytes()
    if isinstance(value, pikepdf.Dictionary) and depth < 3:
        return b"".join(key.encode() + _shown(value[key], depth + 1) for key in sorted(value.keys()))
    return b"" if value is None else _written(value).encode()


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
