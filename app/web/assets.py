"""Styles, scripts and images: their address changes with their content, so browsers keep them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "static"
KEPT = timedelta(days=365)


@cache
def url_path() -> str:
    """Where static files are served: `/static/` and a digest of all of them.

    In the path, not behind a question mark: what a style sheet names beside itself follows.
    """
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(file.relative_to(FOLDER).as_posix().encode())
        digest.update(file.read_bytes())
    return f"/static/{digest.hexdigest()[:10]}"
