"""SSA and certification abuse: somebody signs once more, or takes back what the first signature forbade."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from signing.pades.digest import signed_fields
from tests.attacks.collection import AMBER, RED, attack
from tests.attacks.edit import Freedom, array, dictionary, field_of, page_of, sign_freely, stream, text, updated
from tests.attacks.incremental_saving import MANIPULATED
from tests.pki.build import foreign_pki, pki

SNEAKY, ABUSE = "sneaky signature", "certification abuse"
OURS = "licence sealed numbered"
THEIRS = {"plain": AMBER, "twice": AMBER, "archived": AMBER, "certified3": RED}
WHOLE, LINE, CORNER = (0, 0, 595, 842), (55, 695, 300, 715), (400, 20, 560, 90)


@attack(SNEAKY, OURS + " plain archived twice certified2", RED, THEIRS)
def signature_over_the_whole_page(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy, Freedom(WHOLE))


@attack(SNEAKY, OURS + " plain", RED, THEIRS)
def signature_over_one_line(pdf: bytes) -> bytes:
    """Small, and right over the words that matter."""
    return sign_freely(pdf, "Third", pki().deputy, Freedom(LINE))


@attack(SNEAKY, OURS)
def signature_in_a_corner(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy, Freedom(CORNER))


@attack(SNEAKY, OURS)
def signature_unseen(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy)


@attack(SNEAKY, "plain certified2", AMBER, any_issuer=False)
def signature_of_a_stranger(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", foreign_pki().official)


@attack(SNEAKY, "licence plain twice", RED, THEIRS)
def empty_signature_field_over_the_whole_page(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        append_signature_field(writer, SigFieldSpec("Third", on_page=0, box=WHOLE))
        field = field_of(writer, "Third").get_object()
        drawn = stream(b"1 g 0 0 595 842 re f", Subtype=pdf_name("/Form"), BBox=array(*WHOLE))
        field[pdf_name("/AP")] = dictionary(N=writer.add_object(drawn))

    return updated(pdf, change)


def _redrawn(writer: Any) -> None:
    page = page_of(writer)
    page[pdf_name("/Contents")] = writer.add_object(stream(MANIPULATED))
    writer.update_container(page)


@attack(SNEAKY, OURS + " plain twice", RED, THEIRS)
def page_redrawn_and_signed_again(pdf: bytes) -> bytes:
    """The last signature is good and covers everything; the earlier ones saw another page."""
    return sign_freely(pdf, "Third", pki().deputy, Freedom(change=_redrawn))


def _payee(writer: Any) -> None:
    reference = field_of(writer, "Payee")
    reference.get_object()[pdf_name("/V")] = text("Attacker")
    writer.mark_update(reference)


@attack(SNEAKY, "plain archived certified2", AMBER)
def payee_replaced_and_signed_again(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy, Freedom(change=_payee))


@attack(SNEAKY, "licence plain", RED, THEIRS)
def drawing_of_the_signature_replaced(pdf: bytes) -> bytes:
    """The stamp of a finished signature shows another name."""

    name = signed_fields(pdf)[0].name

    def change(writer: Any) -> None:
        reference = field_of(writer, name)
        drawn = stream(b"BT (The Minister) Tj ET", Subtype=pdf_name("/Form"), BBox=array(0, 0, 90, 90))
        reference.get_object()[pdf_name("/AP")] = dictionary(N=writer.add_object(drawn))
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(ABUSE, OURS + " plain certified2", RED, {"plain": AMBER})
def certified_a_second_time(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy, Freedom(certify=MDPPerm.ANNOTATE))


@attack(ABUSE, "licence sealed numbered certified1 certified2 certified3", RED, {"certified3": AMBER})
def permissions_removed(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        del writer.root["/Perms"]
        writer.update_root()

    return updated(pdf, change)


@attack(ABUSE, "licence certified1 certified2", RED)
def permissions_pointed_elsewhere(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        writer.root[pdf_name("/Perms")] = dictionary(DocMDP=writer.root["/Pages"]["/Kids"].raw_get(0))
        writer.update_root()

    return updated(pdf, change)


@attack(ABUSE, "licence certified1 certified2", RED)
def permission_level_raised(pdf: bytes) -> bytes:
    """The certification is defined anew and allows annotations."""

    def change(writer: Any) -> None:
        reference = writer.root["/Perms"].raw_get("/DocMDP")
        found = reference.get_object()["/Reference"][0]["/TransformParams"]
        found[pdf_name("/P")] = generic.NumberObject(3)  # type: ignore[no-untyped-call]
        writer.update_container(found)

    return updated(pdf, change)


@attack(ABUSE, "licence sealed", RED)
def lock_of_the_seal_removed(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        reference = field_of(writer, "Seal")
        del reference.get_object()["/Lock"]
        writer.mark_update(reference)

    return updated(pdf, change)


@attack(ABUSE, "certified1", RED)
def signed_where_nothing_is_allowed(pdf: bytes) -> bytes:
    return sign_freely(pdf, "Third", pki().deputy)
