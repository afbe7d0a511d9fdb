"""Names of files: refused when they deceive, kept otherwise, and made safe when the file is handed out."""

from __future__ import annotations

import pytest

from licensing.documents.errors import FileNameRefused, FileTooLarge, FileTypeRefused, TooManyFiles
from licensing.documents.rules import (
    FILES_MAX,
    check_file_name,
    check_room,
    check_size,
    download_headers,
    download_name,
)


@pytest.mark.parametrize(
    "name",
    [
        "đơn đề nghị.pdf",
        "../../etc/passwd",
        "C:\\x.pdf",
        "'; DROP TABLE attachments; --.pdf",
        "<b>x</b>.pdf",
        "a" * 200,
    ],
)
def test_a_name_is_text_and_kept_as_given(name: str) -> None:
    assert check_file_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "a\x00.pdf",
        "a\r\nSet-Cookie: x.pdf",
        "ph\u202efdp.exe",
        "a\u2066b.pdf",
        "a\u200bb.pdf",
        "a\u2028b.pdf",
        "\ud800.pdf",
        "a" * 201,
    ],
)
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    with pytest.raises(FileNameRefused):
        check_file_name(name)


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("đơn.pdf", "application/pdf", "đơn.pdf"),
        ("../../etc/passwd", "application/pdf", "_.._etc_passwd.pdf"),
        ("setup.exe", "application/pdf", "setup.exe.pdf"),
        ("scan.PDF", "image/png", "scan.PDF.png"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("C:\\con|x.png", "image/png", "C__con_x.png"),
        (" . ", "application/pdf", "file.pdf"),
    ],
)
def test_a_file_is_handed_out_under_a_name_that_is_no_path_and_no_program(
    name: str, media_type: str, safe: str
) -> None:
    assert download_name(name, media_type) == safe


def test_the_headers_keep_the_browser_from_showing_or_guessing() -> None:
    headers = download_headers('đơn "gốc";.pdf', "application/pdf")
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"don _goc__.pdf\"; filename*=UTF-8''%C4%91%C6%A1n%20_g%E1%BB%91c__.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert all(value.isascii() and value.isprintable() for value in headers.values())


def test_sizes_are_limited_for_one_file_and_for_all() -> None:
    check_size(1000, 1000)
    with pytest.raises(FileTooLarge):
        check_size(1001, 1000)
    with pytest.raises(FileTypeRefused):
        check_size(0, 1000)
    check_room(FILES_MAX - 1, 7000, 1000, 1000)
    with pytest.raises(FileTooLarge):
        check_room(1, 7001, 1000, 1000)
    with pytest.raises(TooManyFiles):
        check_room(FILES_MAX, 0, 1, 1000)
