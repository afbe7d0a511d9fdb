"""What a browser fetches on its first visit: the page, and every file that the page or one of its styles names."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from gzip import decompress

NAMED_IN_PAGES = re.compile(r'<(?:link|img|script)\b[^>]*?\b(?:href|src)="(/static/[^"]+|/favicon[^"]*)"')
NAMED_IN_STYLES = re.compile(r'url\("(/static/[^"]+)"\)')


@dataclass(frozen=True)
class Fetched:
    """One answer: its status, what it says, and how many bytes it took with its headers."""

    status: int
    text: str
    transferred: int


def fetch(port: int, path: str, headers: Mapping[str, str]) -> Fetched:
    """As a browser asks, compressed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html,*/*;q=0.8", **headers})
    response = connection.getresponse()
    body = response.read()
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
    plain = decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
    connection.close()
    return Fetched(response.status, plain.decode("utf-8", "replace"), len(body) + head)


def files_of(page: str) -> set[str]:
    """The addresses of the files that a page names itself."""
    return {address.replace("&amp;", "&") for address in NAMED_IN_PAGES.findall(page)}


def first_visit(port: int, path: str, headers: Mapping[str, str]) -> dict[str, int]:
    """Bytes by address, the page first. All fonts of the styles count, whether this page needs them or not."""
    page = fetch(port, path, headers)
    bytes_by_address, waiting = {path: page.transferred}, sorted(files_of(page.text))
    while waiting:
        address = waiting.pop()
        if address in bytes_by_address:
            continue
        file = fetch(port, address, {})
        bytes_by_address[address] = file.transferred
        if ".css" in address:
            waiting += NAMED_IN_STYLES.findall(file.text)
    return bytes_by_address
