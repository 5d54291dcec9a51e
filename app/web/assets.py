"""Styles, scripts and images: their address changes with their content, so browsers keep them.

On a slow network each file costs a round trip before anything is shown, and each byte a wait: the
style sheets of a page are one answer, and text travels packed.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response, current_app, request

FOLDER = Path(__file__).parents[2] / "static"
KEPT = timedelta(days=365)
SHEETS = (
    "tokens",
    "base",
    "layout",
    "header",
    "narrow",
    "actions",
    "forms",
    "combobox",
    "marks",
    "messages",
    "components",
    "steps",
    "meetings",
    "tables",
    "charts",
    "mailbox",
    "logbook",
    "overview",
    "search",
    "keyboard",
    "projection",
    "print",
)
"""All of them; where two say otherwise, the later one holds."""
OF_NARROW_PAGES = frozenset(
    ("tokens", "base", "layout", "narrow", "actions", "forms", "marks", "messages", "components")
) | {"print"}
"""What pages in one hand are made of: `layout_narrow.html`."""
TOGETHER = {
    "css/whole.css": SHEETS,
    "css/light.css": tuple(name for name in SHEETS if name in OF_NARROW_PAGES),
}
"""Addresses that answer with several sheets, in the folder whose images the sheets name."""
_TEXTS = frozenset({".css", ".js", ".svg"})


class _Text(NamedTuple):
    """A file as it is and packed."""

    plain: bytes
    packed: bytes


@cache
def url_path() -> str:
    """Where static files are served: `/static/` and a digest of all of them.

    In the path, not behind a question mark: what a style sheet names beside itself follows.
    """
    digest = hashlib.sha256(repr(TOGETHER).encode())
    for file in _files():
        digest.update(file.relative_to(FOLDER).as_posix().encode())
        digest.update(file.read_bytes())
    return f"/static/{digest.hexdigest()[:10]}"


def install(app: Flask) -> None:
    """Serve them; text from memory, once read."""
    app.view_functions["static"] = _answer


def _answer(filename: str) -> Response:
    text = _texts().get(filename)
    if text is None:
        return current_app.send_static_file(filename)
    is_packed = request.accept_encodings["gzip"] > 0
    response = Response(
        text.packed if is_packed else text.plain, mimetype=mimetypes.guess_type(filename)[0]
    )
    if is_packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = int(KEPT.total_seconds())
    return response


@cache
def _texts() -> dict[str, _Text]:
    found = {
        file.relative_to(FOLDER).as_posix(): file.read_bytes()
        for file in _files()
        if file.suffix in _TEXTS
    }
    for address, names in TOGETHER.items():
        found[address] = b"\n".join(_sheet(name, found[f"css/{name}.css"]) for name in names)
    return {name: _Text(plain, gzip.compress(plain, mtime=0)) for name, plain in found.items()}


def _sheet(name: str, rules: bytes) -> bytes:
    return b"@media print {\n%b}\n" % rules if name == "print" else rules


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file())
