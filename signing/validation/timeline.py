"""What each revision of a document did: fields, pages, annotations, metadata. It tells, and decides nothing.

An incremental update lists the objects that it writes anew; what of the document leads to one of them was touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from config.sentences import later
from signing.validation.census import Census
from signing.validation.facts import Revision
from signing.validation.integrity import Checked
from signing.validation.report import Integrity
from signing.validation.structure import END, LONGEST_END, covered_until

MOST_PAGES = 500  # pages, and as many form fields, that are looked at; of the rest nothing is told
MOST_STEPS = 60_000  # objects looked into, of all revisions together: about a second
DEEPEST = 40
LINE_ENDS = 8  # bytes of white space that may follow %%EOF
LEADING = (IndirectObject, DictionaryObject, ArrayObject)
BACKWARDS = {"/Parent", "/P", "/Annots", "/Popup", "/StructParents"}
METADATA = {
    "/Metadata": later("description (XMP)"),
    "/Lang": later("language"),
    "/MarkInfo": later("structure"),
    "/OpenAction": later("actions"),
    "/AA": later("actions"),
    "/OCProperties": later("layers"),
    "/Version": later("version"),
    "/Extensions": later("version"),
}
INFORMATION, PERMISSIONS, PAGE_COUNT = later("title and author"), later("permissions"), later("number of pages")
EMPTY = DictionaryObject()  # type: ignore[no-untyped-call] # pyHanko leaves it out
NAMED = {"/EmbeddedFiles": later("attachments"), "/JavaScript": later("scripts")}


def timeline(census: Census, all_checked: list[Checked]) -> tuple[Revision, ...]:
    """Every revision in its order; none of a file whose list of revisions cannot be read."""
    try:
        total = int(census.reader.xrefs.total_revisions)
        closed = {one.embedded.signed_revision: one for one in all_checked if one.embedded is not None}
    except Exception:  # pyHanko raises whatever a hostile file provokes
        return ()
    covered = max((number for number, one in closed.items() if one.integrity is Integrity.INTACT), default=-1)
    views = Views(census.reader)
    return tuple(_revision(views, number, closed.get(number), covered) for number in range(total))


def trailing_bytes(pdf: bytes, census: Census) -> int:
    """How many bytes stand after the end of the last revision."""
    covered = max((covered_until(entry) for entry in census.entries), default=0)
    last = census.reader.last_startxref
    end = END.search(pdf[-LONGEST_END:])
    if end is not None and int(end.group(1)) == last:
        return len(pdf) - covered if last < covered < len(pdf) else 0
    mark = pdf.rfind(b"%%EOF", 0, len(pdf))
    while mark > 0 and (end := END.search(pdf[max(0, mark - LONGEST_END) : mark + 5])) is not None:
        if int(end.group(1)) == last:
            return len(pdf[mark + 5 :]) - _line_end(pdf[mark + 5 : mark + 7])
        mark = pdf.rfind(b"%%EOF", 0, mark)
    return max(0, len(pdf) - covered) if covered else 0


def _line_end(after: bytes) -> int:
    return 2 if after == b"\r\n" else int(after[:1] in (b"\r", b"\n"))


def _revision(views: Views, number: int, closing: Checked | None, covered: int) -> Revision:
    field = closing.entry.name if closing is not None else None
    kind = str(closing.kind) if closing is not None else "document" if number == 0 else "change"
    if number == 0:
        return Revision(1, kind, field, covered >= 0)
    try:
        return _compared(views, number, kind, field, number <= covered)
    except Exception:  # as above
        return Revision(number + 1, kind, field, number <= covered, readable=False)


def _compared(views: Views, number: int, kind: str, field: str | None, covered: bool) -> Revision:
    look = Look(views, number)
    evidence = look.touched(look.root, "/DSS")
    found = Revision(
        number + 1,
        kind,
        field,
        covered,
        evidence,
        fields=tuple(sorted(name for name in look.fields() if name != field)),
        pages=tuple(look.pages()),
        annotations=tuple(dict.fromkeys(look.annotations())),
        metadata=tuple(dict.fromkeys(look.metadata())),
        other=tuple(look.other()),
    )
    only_evidence = kind == "change" and evidence and not found.changed_something
    return Revision(**{**vars(found), "kind": "evidence"}) if only_evidence else found


class Views:
    """A document as it was at each revision; the last two that were asked for are kept, and all work is counted."""

    def __init__(self, reader: PdfFileReader) -> None:
        self.reader, self.steps = reader, 0
        self._kept: dict[int, tuple[HistoricalResolver, list[tuple[tuple[int, int], Any]]]] = {}

    def of(self, number: int) -> tuple[HistoricalResolver, list[tuple[tuple[int, int], Any]]]:
        """The view of a revision counted from 0, and its pages."""
        if number not in self._kept:
            view = self.reader.get_historical_resolver(number)
            pages = list(_pages(view.root))
            self.steps += len(pages)
            self._kept = {kept: one for kept, one in self._kept.items() if kept == number - 1}
            self._kept[number] = view, pages
        return self._kept[number]


class Look:
    """One revision beside the one before it."""

    def __init__(self, views: Views, number: int) -> None:
        self.views = views
        self.before, self.old_pages = views.of(number - 1)
        self.now, self.all_pages = views.of(number)
        self.written = {(one.idnum, one.generation) for one in views.reader.xrefs.explicit_refs_in_revision(number)}
        self.root, self.old_root = self.now.root, self.before.root
        self.known = dict.fromkeys((one[0] for one in self.all_pages), False)

    def touched(self, dictionary: Any, key: str, old: Any = None) -> bool:
        """Whether what stands under `key` is not what stood there before."""
        old = self.old_root if old is None else old
        value, former = _raw(dictionary, key), _raw(old, key)
        return repr(value) != repr(former) or self.leads_to_new(value)

    def leads_to_new(self, value: Any, depth: int = 0) -> bool:
        """Whether an object of this revision can be reached from `value` without going to another page."""
        self.views.steps += 1
        if self.views.steps > MOST_STEPS or depth > DEEPEST:
            raise ValueError("more than is looked into")
        if not isinstance(value, IndirectObject):
            return any(self.leads_to_new(part, depth + 1) for part in _parts(value))
        identity = (value.idnum, value.generation)
        if identity not in self.known:
            self.known[identity] = False  # while it is looked into: what leads to itself leads nowhere
            found = identity in self.written or self.leads_to_new(_object(value), depth + 1)
            self.known[identity] = found
        return self.known[identity]

    def pages(self) -> Iterator[int]:
        """Numbers of pages that show something else; annotations on them are not meant."""
        for number, (reference, page) in enumerate(self.all_pages):
            known = number < len(self.old_pages) and self.old_pages[number][0] == reference
            old = self.old_pages[number][1] if known else None
            if old is None or _plain(page) != _plain(old) or self._shows_new(page):
                yield number + 1

    def _shows_new(self, page: Any) -> bool:
        return any(self.leads_to_new(part) for part in _plain_parts(page).values())

    def annotations(self) -> Iterator[str]:
        """Notes, stamps, links and the like that were added, altered or taken away; form fields are not meant."""
        for number, (_, page) in enumerate(self.all_pages):
            old = dict(_notes(self.old_pages[number][1])) if number < len(self.old_pages) else {}
            new = dict(_notes(page))
            for name, (kind, value) in new.items():
                if name not in old or self.leads_to_new(value):
                    yield f"{number + 1}: {kind}"
            yield from (f"{number + 1}: {kind}" for name, (kind, _) in old.items() if name not in new)

    def fields(self) -> set[str]:
        """Names of form fields that were filled, altered, added or taken away."""
        new, old = dict(_fields(self.root)), dict(_fields(self.old_root))
        altered = {name for name, field in new.items() if name not in old or self._field_touched(field)}
        return altered | {name for name in old if name not in new}

    def _field_touched(self, field: Any) -> bool:
        parts = [field, *(_raw(field.get_object(), "/Kids") or ())]
        return any(isinstance(one, IndirectObject) and (one.idnum, one.generation) in self.written for one in parts)

    def metadata(self) -> Iterator[str]:
        """Which descriptions and settings of the document were replaced."""
        if self.touched(self.now.trailer_view, "/Info", self.before.trailer_view):
            yield INFORMATION
        for key, word in METADATA.items():
            if self.touched(self.root, key):
                yield word
        if "/Perms" in self.old_root and self.touched(self.root, "/Perms"):  # to sign may add it
            yield PERMISSIONS

    def other(self) -> Iterator[str]:
        """Attachments, scripts, and how many pages there are."""
        names, old = _get(self.root, "/Names"), _get(self.old_root, "/Names")
        for key, word in NAMED.items():
            if self.touched(names, key, old if old is not None else EMPTY):
                yield word
        if len(self.all_pages) != len(self.old_pages):
            yield PAGE_COUNT


def _pages(root: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """Each page's reference and dictionary, in order."""
    waiting, count = [(root.raw_get("/Pages"), 0)], 0
    while waiting:
        reference, depth = waiting.pop()
        node = reference.get_object()
        count += 1
        if depth > DEEPEST or count > 2 * MOST_PAGES:
            raise ValueError("more than is looked into")
        if "/Kids" in node:
            waiting.extend((kid, depth + 1) for kid in reversed(_listed(node["/Kids"])))
        else:
            yield (reference.idnum, reference.generation), node


def _fields(root: Any) -> Iterator[tuple[str, Any]]:
    """Each form field that has a value of its own, by its full name."""
    form = _get(root, "/AcroForm")
    waiting = [(one, "", 0) for one in _listed(_get(form, "/Fields"))]
    for _ in range(2 * MOST_PAGES):
        if not waiting:
            return
        field, above, depth = waiting.pop()
        body = field.get_object()
        name = f"{above}.{body['/T']}" if above and "/T" in body else str(_get(body, "/T") or above)
        kids = [one for one in _listed(_get(body, "/Kids")) if "/T" in one.get_object()]
        if kids and depth < DEEPEST:
            waiting.extend((one, name, depth + 1) for one in kids)
        else:
            yield name, field


def _notes(page: Any) -> Iterator[tuple[str, tuple[str, Any]]]:
    for one in _listed(_get(page, "/Annots")):
        kind = str(_get(one.get_object(), "/Subtype") or "?").lstrip("/")
        if kind != "Widget":
            yield repr(one), (kind, one)


def _plain_parts(page: Any) -> dict[Any, Any]:
    return {key: value for key, value in page.items() if key not in BACKWARDS}


def _plain(page: Any) -> str:
    return repr(sorted((str(key), repr(value)) for key, value in _plain_parts(page).items()))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, StreamObject | DictionaryObject):
        return [part for key, part in value.items() if key not in BACKWARDS and isinstance(part, LEADING)]
    return [part for part in value if isinstance(part, LEADING)] if isinstance(value, ArrayObject) else []


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, ArrayObject) else []


def _object(reference: IndirectObject) -> Any:
    return reference.get_object()  # type: ignore[no-untyped-call] # as above


def _get(dictionary: Any, key: str) -> Any:
    return dictionary[key] if isinstance(dictionary, DictionaryObject) and key in dictionary else None


def _raw(dictionary: Any, key: str) -> Any:
    return dictionary.raw_get(key) if isinstance(dictionary, DictionaryObject) and key in dictionary else None
