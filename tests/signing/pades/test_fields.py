"""The empty signature fields of the base document."""

from io import BytesIO

import pikepdf
import pytest

from signing.pades.errors import DocumentNotSuitable
from signing.pades.fields import Box, add_signature_fields
from tests.signing.pades.build import LABELS, OFFICIAL_BOX, SEAL_BOX, base_document, issued
from tests.verapdf.check import faults


def test_both_fields_are_there_empty_tagged_and_labelled() -> None:
    with pikepdf.open(BytesIO(issued().fields)) as document:
        official, seal = document.Root.AcroForm.Fields
        assert [str(official.T), str(seal.T)] == ["Official", "Seal"]
        assert all("/V" not in field for field in (official, seal))
        assert str(official.TU) == LABELS.official
        keys = [int(key) for key in list(document.Root.StructTreeRoot.ParentTree.Nums)[::2]]
        assert keys == sorted(keys)
        assert {int(official.StructParent), int(seal.StructParent)} <= set(keys)
        assert [round(float(edge)) for edge in official.Rect] == [300, 120, 520, 190]


def test_only_the_seal_locks_every_field() -> None:
    with pikepdf.open(BytesIO(issued().fields)) as document:
        official, seal = document.Root.AcroForm.Fields
        assert seal.Lock.Action == "/All"
        assert "/Lock" not in official


def test_the_same_document_gets_the_same_bytes() -> None:
    again = add_signature_fields(base_document(), OFFICIAL_BOX, SEAL_BOX, LABELS)
    assert again == issued().fields


def test_the_data_attached_to_the_document_stays() -> None:
    with pikepdf.open(BytesIO(issued().fields)) as document:
        assert document.attachments["licence.json"].get_file().read_bytes() == b'{"register_code":"TEST"}'


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_document_keeps_its_conformance(flavour: str) -> None:
    assert faults(issued().fields, flavour) == []


def _untagged() -> bytes:
    written = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "wrong", [b"", b"no PDF", _untagged(), issued().fields], ids=["empty", "text", "untagged", "form"]
)
def test_what_cannot_take_fields_is_refused(wrong: bytes) -> None:
    with pytest.raises(DocumentNotSuitable):
        add_signature_fields(wrong, OFFICIAL_BOX, SEAL_BOX, LABELS)


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(DocumentNotSuitable):
        add_signature_fields(base_document(), Box(0, 0, 10, 10, page=7), SEAL_BOX, LABELS)
