"""The blanks of a document as the signer process looks at them before a seal: filled as on record, and no more.

Object by object, with another reader than the one that wrote the revision, and without the rules of forms: what was
there is as it was, but for the blanks and the seal's own field. So nothing new can be reached but through these.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Pdf

from config.errors import Refused
from signing.pades.blanks import NAMES, default_font, drawing, values_in
from signing.pades.fields import SEAL
from signing.signer.errors import SealRefused
from signing.validation.structure import END, LONGEST_END

FILLING = frozenset({"/V", "/AP"})
DRAWN = {"/Type", "/Subtype", "/BBox", "/Resources", "/Length"}
UNREADABLE = (pikepdf.PdfError, Refused, ValueError, KeyError, TypeError, AttributeError, IndexError)


def check_filled(signed: bytes, revision: bytes, filled: Mapping[str, str]) -> None:
    """Refuse (SealRefused) unless `revision` fills the blanks of `signed` with exactly these texts and changes no more.

    The appearance of each is drawn again and compared. A document without blanks is not looked into: its seal fills
    nothing.
    """
    try:
        with _opened(signed) as before:
            foreseen = values_in(before.Root.get("/AcroForm"))
            if set(foreseen) != set(filled):
                raise SealRefused("Other texts are on record than the document has blanks for.")
            if not foreseen:
                return
            if any(text is not None for text in foreseen.values()):
                raise SealRefused("A blank was filled before the official signed.")
            with _opened(revision) as after:
                _check_follows(signed, after)
                _compare(before, after, filled)
    except UNREADABLE as error:
        if isinstance(error, SealRefused):
            raise
        raise SealRefused("What the revision changes cannot be told.") from error


def _opened(pdf: bytes) -> Pdf:
    return pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)


def _check_follows(signed: bytes, after: Pdf) -> None:
    """One revision and no other stands between the official's signature and the seal."""
    end = END.search(signed[-LONGEST_END:])
    if end is None or after.trailer.get("/Prev") != int(end.group(1)):
        raise SealRefused("The revision does not follow the document that the official signed.")


def _compare(before: Pdf, after: Pdf, filled: Mapping[str, str]) -> None:
    if values_in(after.Root.get("/AcroForm")) != dict(filled):
        raise SealRefused("The revision does not say what is on record for it.")
    fields = {field.objgen: field for field in before.Root.AcroForm.Fields if str(field.T) in (*NAMES, SEAL)}
    for key in ("/Root", "/Info"):
        if _written(before.trailer.get(key)) != _written(after.trailer.get(key)):
            raise SealRefused("The revision changes something else than its blanks and the seal.")
    for old in before.objects:
        if _is_table(old):
            continue
        new = after.get_object(old.objgen)
        if old.objgen not in fields:
            same = _content(old) == _content(new)
        else:
            same = _entries(old) == _entries(new) and (str(old.T) == SEAL or _drawn_by_us(before, old, new))
        if not same:
            raise SealRefused("The revision changes something else than its blanks and the seal.")


def _is_table(found: Any) -> bool:
    """Tables and containers of a revision are made anew; what they hold is compared by itself."""
    return isinstance(found, pikepdf.Stream) and found.get("/Type") in ("/XRef", "/ObjStm")


def _entries(field: Any) -> dict[str, bytes]:
    """All of a field that filling leaves as it was."""
    return {key: _written(value) for key, value in field.items() if key not in FILLING}


def _drawn_by_us(before: Pdf, old: Any, new: Any) -> bool:
    drawn, appearance = new.AP.N, str(old.DA)
    name = default_font(appearance)
    font = before.Root.AcroForm.DR.Font[name]
    return (
        set(new.AP.keys()) == {"/N"}
        and isinstance(drawn, pikepdf.Stream)
        and set(drawn.keys()) == DRAWN
        and (str(drawn.Type), str(drawn.Subtype)) == ("/XObject", "/Form")
        and list(drawn.BBox) == list(old.AP.N.BBox)
        and set(drawn.Resources.keys()) == {"/Font"}
        and set(drawn.Resources.Font.keys()) == {name}
        and drawn.Resources.Font[name].objgen == font.objgen
        and drawn.read_raw_bytes() == drawing(str(new.V), appearance)
    )


def _content(value: Any) -> tuple[bytes, bytes]:
    """An object as it stands in the file; references in it as numbers."""
    if isinstance(value, pikepdf.Stream):
        entries = b" ".join(key.encode() + b" " + _written(part) for key, part in sorted(value.items()))
        return entries, value.read_raw_bytes()
    return (value.unparse(resolved=True) if isinstance(value, pikepdf.Object) else _written(value)), b""


def _written(value: Any) -> bytes:
    return value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()
