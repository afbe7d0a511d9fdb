"""Blanks that the seal's revision filled: the one change of text that our documents allow, looked at to the byte.

By the rules of forms alone a field may say 123 while it shows 999. Here its appearance is drawn again from its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NumberObject,
    StreamObject,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.diff_analysis.commons import qualify
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FieldComparisonSpec, FormUpdate
from pyhanko.sign.diff_analysis.policy_api import ModificationLevel, SuspiciousModification
from pyhanko.sign.diff_analysis.rules.form_field_rules import BaseFieldModificationRule

from signing.pades.blanks import NAMES, default_font
from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import SEAL
from signing.pades.fill import appearance

FILLING = frozenset({"/V", "/AP"})


class BlankFillingRule(BaseFieldModificationRule):
    """Our blanks may get a text with our appearance of it, once, in the revision in which the seal is put on.

    Raises SuspiciousModification for a blank that was filled before, elsewhere, otherwise, or not at all.
    """

    def __init__(self) -> None:
        super().__init__(always_modifiable=frozenset(), value_update_keys=FILLING)

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """What may be updated of one field; fields that are no blanks are the business of other rules."""
        reference = spec.new_field_ref
        if (
            fq_name not in NAMES
            or spec.field_type != "/Tx"
            or not spec.old_field
            or not spec.new_field
            or not reference
        ):
            return
        sealed_before, sealed_now = _sealed(context, new=False), _sealed(context, new=True)
        if sealed_before:  # everything is locked: nothing to allow, and what was changed remains unexplained
            return
        if "/V" in spec.old_field:
            raise SuspiciousModification(f"The blank {fq_name} was filled before the seal.")
        if not sealed_now:
            if "/V" in spec.new_field:
                raise SuspiciousModification(f"The blank {fq_name} was filled without the seal.")
            return
        self.compare_fields(spec)
        drawn = _drawn_by_us(fq_name, spec, context)
        fields = (
            FormUpdate(updated_ref=reference, field_name=fq_name, context_checked=expected)
            for expected in spec.expected_contexts()
        )
        yield from qualify(ModificationLevel.FORM_FILLING, fields)
        yield ModificationLevel.FORM_FILLING, FormUpdate(updated_ref=drawn.reference, field_name=fq_name)


def _sealed(context: FieldComparisonContext, *, new: bool) -> bool:
    spec = context.field_specs.get(SEAL)
    seal = (spec.new_field if new else spec.old_field) if spec is not None else None
    return seal is not None and "/V" in seal


def _drawn_by_us(name: str, spec: FieldComparisonSpec, context: FieldComparisonContext) -> IndirectObject:
    """The reference to the new appearance, if it is exactly the one that we draw of the new text."""
    old, new = spec.old_field, spec.new_field
    assert old is not None and new is not None  # noqa: S101 - the caller asked
    try:
        text, states = new["/V"], new.raw_get("/AP")
        font = context.old.root["/AcroForm"]["/DR"]["/Font"].raw_get(default_font(str(old["/DA"])))
        expected = appearance(old, font, str(text))
        (key,), drawn = states.keys(), states.raw_get("/N")
        found = drawn.get_object()
        same = key == "/N" and context.old.is_ref_unassignable(drawn.reference) and _same(found, expected)
    except (PdfError, DocumentNotSuitable, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SuspiciousModification(f"The blank {name} has another appearance than ours.") from error
    if not same:
        raise SuspiciousModification(f"The blank {name} has another appearance than ours.")
    reference: IndirectObject = drawn
    return reference


def _same(found: Any, expected: StreamObject) -> bool:
    """Two streams with the same entries, references and bytes, the length left to the file."""
    if not isinstance(found, StreamObject) or set(found) - {"/Length"} != set(expected):
        return False
    entries = all(_written(found.raw_get(key)) == _written(expected.raw_get(key)) for key in expected)
    return entries and found.data == expected.data


def _written(value: Any) -> str:
    """A value as one text; references by their numbers, and numbers however many zeros they have."""
    if isinstance(value, IndirectObject):
        return f"{value.idnum} {value.generation} R"
    if isinstance(value, DictionaryObject):
        return "<<" + " ".join(f"{key} {_written(value.raw_get(key))}" for key in sorted(value)) + ">>"
    if isinstance(value, ArrayObject):
        return "[" + " ".join(_written(value.raw_get(place)) for place in range(len(value))) + "]"
    if isinstance(value, NumberObject | FloatObject):
        return format(Decimal(value).normalize(), "f")
    return str(value)
