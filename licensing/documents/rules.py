"""What a file may be called, how much an application may carry, and how a file is handed out again. Values only."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from config.sentences import say
from licensing.documents.errors import FileNameRefused, FileTooLarge, FileTypeRefused, TooManyFiles

FILE_NAME_MAX = 200
FILES_MAX = 60  # of one application
TOTAL_FACTOR = 8  # all files of an application together may be this many times as large as one
REFUSED_IN_NAMES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # unseen, or turning the text around
EXTENSIONS = {"application/pdf": (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}
UNSAFE_IN_HEADERS = set('/\\:*?"<>|%;')


def check_file_name(name: str) -> str:
    """The name as given; raises `FileNameRefused`."""
    if not name.strip():
        raise FileNameRefused("The file has no name.")
    if len(name) > FILE_NAME_MAX:
        raise FileNameRefused(say("The name of the file is longer than {count} characters.", count=FILE_NAME_MAX))
    if any(unicodedata.category(sign) in REFUSED_IN_NAMES for sign in name):
        raise FileNameRefused("The name of the file has characters that cannot be seen or that turn text around.")
    return name


def check_size(size: int, limit: int) -> None:
    """One file: not empty, not above `limit` bytes."""
    if size == 0:
        raise FileTypeRefused("The file is empty.")
    if size > limit:
        raise FileTooLarge(say("The file is larger than {size} MB.", size=_megabytes(limit)))


def check_room(count: int, total: int, size: int, limit: int) -> None:
    """One file of `size` bytes more, beside `count` files of `total` bytes, when one file may have `limit` bytes."""
    if count >= FILES_MAX:
        raise TooManyFiles(say("An application has at most {count} files; remove one first.", count=FILES_MAX))
    if total + size > limit * TOTAL_FACTOR:
        most = _megabytes(limit * TOTAL_FACTOR)
        raise FileTooLarge(say("All files of an application together have at most {size} MB.", size=most))


def media_type_of(content: bytes) -> str:
    """What the first bytes say; raises `FileTypeRefused` for all but PDF, PNG and JPEG."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    raise FileTypeRefused("The content of the file is no PDF, PNG or JPEG, whatever its name says.")


def download_name(name: str, media_type: str) -> str:
    """A name that is safe on the reader's disk and ends as its content asks: never a path, never a program."""
    safe = "".join("_" if sign in UNSAFE_IN_HEADERS else sign for sign in name).strip(" .") or "file"
    endings = EXTENSIONS[media_type]
    return safe if safe.lower().endswith(endings) else safe + endings[0]


def download_headers(name: str, media_type: str) -> dict[str, str]:
    """The headers of a response with the file: saved, never shown inside our site, never taken for another type.

    The name stands twice (RFC 6266): plain for old readers, and in UTF-8 (RFC 8187).
    """
    safe = download_name(name, media_type)
    plain = unicodedata.normalize("NFKD", safe.translate({ord("đ"): "d", ord("Đ"): "D"}))
    plain = "".join(sign for sign in plain if sign.isascii() and sign.isprintable() and sign not in UNSAFE_IN_HEADERS)
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g}"
