"""SWA and its kin: the numbers say that something else is covered than a reader shows."""

from __future__ import annotations

from tests.attacks.collection import RED, UNREADABLE, attack, attacks
from tests.attacks.edit import end_of, gaps, with_range
from tests.attacks.incremental_saving import MANIPULATED
from tests.attacks.raw import content_number, objects, root_of, size_of, stream_body, table

WRAPPING, TRICKS = "signature wrapping", "byte range"
ON = "licence sealed plain"


def _range(a: int, b: int, c: int, d: int) -> bytes:
    return b"/ByteRange[%d %d %d %d]" % (a, b, c, d)


attacks(
    TRICKS,
    ON,
    RED,
    [
        ("begins_later", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(1, b - 1, c, d))),
        ("gap_begins_earlier", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b - 20, c, d))),
        ("gap_ends_later", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, c + 20, d - 20))),
        ("gap_shorter", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, c - 2, d + 2))),
        ("parts_overlap", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, 0, d))),
        ("past_the_end", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, c, d + 1))),
        ("short_of_the_end", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, c, d - 1))),
        ("second_part_empty", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(a, b, c, 0))),
        ("one_part", lambda pdf: with_range(pdf, lambda a, b, c, d: b"/ByteRange[0 %d]" % b)),
        ("three_numbers", lambda pdf: with_range(pdf, lambda a, b, c, d: b"/ByteRange[0 %d %d]" % (b, c))),
        ("six_numbers", lambda pdf: with_range(pdf, lambda a, b, c, d: b"/ByteRange[0 1 1 1 2 2]")),
        ("negative", lambda pdf: with_range(pdf, lambda a, b, c, d: _range(0, -1, -1, 9))),
        ("enormous", lambda pdf: with_range(pdf, lambda a, b, c, d: b"/ByteRange[0 9999999999 0 1]")),
    ],
)
attacks(
    TRICKS,
    "licence twice",
    RED,
    [
        (
            "of_another_signature",
            lambda pdf: with_range(pdf, lambda *_: _range(0, 9, gaps(pdf)[0].end, 9)),
        )
    ],
)


def _moved(pdf: bytes, place: int, between: bytes) -> bytes:
    """The covered bytes of a signature, with others put in right before its second part."""
    gap = gaps(pdf)[place]
    return pdf[: gap.end] + between + pdf[gap.end :]


@attack(WRAPPING, ON + " numbered archived", UNREADABLE)
def second_part_moved(pdf: bytes) -> bytes:
    """The second part moved behind an object that redraws the page; the numbers are those of the new places."""
    gap = gaps(pdf)[-1]
    body = b"\n%d 0 obj\n%s\nendobj\n" % (content_number(pdf), stream_body(MANIPULATED))
    moved = _moved(pdf, -1, body)
    return with_range(moved, lambda a, b, c, d: _range(a, b, gap.end + len(body), d))


@attack(WRAPPING, ON, UNREADABLE)
def second_part_moved_and_the_numbers_kept(pdf: bytes) -> bytes:
    return _moved(pdf, -1, b" " * 200)


@attack(WRAPPING, ON)
def second_part_copied_behind_an_update(pdf: bytes) -> bytes:
    """SWA with padding: old end as covered bytes, new end for the reader."""
    gap = gaps(pdf)[-1]
    end = pdf[gap.end :]
    body, places = objects(pdf, {content_number(pdf): stream_body(MANIPULATED)}, len(pdf) + 1)
    entries = b"/Root %d 0 R /Size %d /Prev %d" % (root_of(pdf), size_of(pdf), end_of(pdf))
    at = len(pdf) + 1 + len(body)
    closing = table(places) + b"trailer\n<< " + entries + b" >>\nstartxref\n%d\n%%%%EOF\n" % at
    new = pdf + b"\n" + body + closing + end
    return with_range(new, lambda a, b, c, d: _range(a, b, len(new) - len(end), d))


@attack(WRAPPING, ON)
def content_put_into_the_gap(pdf: bytes) -> bytes:
    """SIWA: the digits are shortened and an object stands where their padding was."""
    gap = gaps(pdf)[-1]
    hidden = b">\n%d 0 obj << /Hidden true >> endobj <" % size_of(pdf)
    place = gap.end - 1 - len(hidden) - 2
    return pdf[:place] + hidden + pdf[place + len(hidden) :]


@attack(WRAPPING, ON)
def white_space_in_the_gap(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    return pdf[: gap.end - 9] + b"  \n\t    " + pdf[gap.end - 1 :]


@attack(WRAPPING, ON)
def digits_in_mixed_case(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    digits = pdf[gap.start : gap.end]
    upper, lower = digits.upper(), digits.lower()
    half = len(digits) // 4
    return pdf[: gap.start] + upper[:half] + lower[half:] + pdf[gap.end :]


@attack(WRAPPING, ON)
def odd_number_of_digits(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    return pdf[: gap.end - 2] + b"> " + pdf[gap.end :]


@attack(WRAPPING, ON)
def bytes_behind_the_signature_in_the_gap(pdf: bytes) -> bytes:
    gap = gaps(pdf)[-1]
    return pdf[: gap.end - 9] + b"deadbeef" + pdf[gap.end - 1 :]
