"""Styles, fonts and scripts of the pages, held in memory and compressed once; an address never changes its content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from config.access import public
from config.settings import Settings

FOLDER = Path(__file__).parent / "web" / "static"
COMPRESSED = {".css", ".js", ".svg", ".html", ".webmanifest"}
ADDRESS = re.compile(rb'url\("/static/([^"?]+)"\)')
FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True)
class StaticFile:
    """A file with its content type, and compressed where that helps."""

    content: bytes
    compressed: bytes | None
    content_type: str
    version: str


class StaticFiles:
    """All files of the pages by name (`site.css`, `vendor/htmx.min.js`)."""

    def __init__(self, settings: Settings, folder: Path = FOLDER) -> None:
        self.by_name = {
            path.relative_to(folder).as_posix(): _static_file(path.name, path.read_bytes())
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for name, file in list(self.by_name.items()):
            if name.endswith(".css"):
                self.by_name[name] = _static_file(name, ADDRESS.sub(self._versioned, file.content))
        self.by_name["colours.css"] = _static_file("colours.css", _colours(settings))
        if settings.site.mark is not None:
            self.by_name["mark.svg"] = _static_file("mark.svg", settings.site.mark)

    def address(self, name: str) -> str:
        """Where the page finds the file; another content has another address."""
        return f"/static/{name}?v={self.by_name[name].version}"

    def _versioned(self, found: re.Match[bytes]) -> bytes:
        return b'url("' + self.address(found[1].decode()).encode() + b'")'


def _static_file(name: str, content: bytes) -> StaticFile:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    small = gzip.compress(content, 9, mtime=0) if Path(name).suffix in COMPRESSED else None
    return StaticFile(content, small, kind, hashlib.sha256(content).hexdigest()[:12])


def _colours(settings: Settings) -> bytes:
    site = settings.site
    names = {"header": site.colour_header, "action": site.colour_action, "link": site.colour_link}
    return (":root{" + ";".join(f"--{name}:{colour}" for name, colour in names.items()) + "}\n").encode()


def register_static(app: Flask, settings: Settings) -> None:
    """Serve the files, and let templates name them: `{{ asset("site.css") }}`."""
    files = StaticFiles(settings)
    app.extensions["static_files"] = files
    app.jinja_env.globals["asset"] = files.address
    app.add_url_rule("/static/<path:name>", "static", send_static)
    app.add_url_rule("/favicon.ico", "favicon", send_favicon)


@public
def send_static(name: str) -> Response:
    """A file of the pages."""
    files: StaticFiles = current_app.extensions["static_files"]
    file = files.by_name.get(name)
    if file is None:
        abort(404)
    response = Response(file.content, content_type=file.content_type)
    if file.compressed is not None:
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings["gzip"] > 0:
            response.set_data(file.compressed)
            response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == file.version else "public, max-age=300"
    response.set_etag(file.version)
    response.make_conditional(request)
    return response


@public
def send_favicon() -> Response:
    """Browsers ask for it at this address, whatever a page says."""
    return send_static("shield.svg")
