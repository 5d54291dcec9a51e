"""How large a request may be: forms small, files as the setting says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

# the longest texts that forms take, several times over
LARGEST_FORM = 1024 * 1024
MOST_FIELDS = 1000
MEGABYTE = 1000 * 1000


def takes_files(view: View) -> View:
    """Mark a route that people send files to."""
    view.takes_files = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def install(app: Flask, *, upload_megabytes: int) -> None:
    """Call before CSRF protection, which reads the form."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.extensions["maillage_upload_limit"] = upload_megabytes * MEGABYTE
    app.before_request(_widen_for_files)
    app.before_request(_refuse_json)


def largest_file() -> int:
    """How many bytes a file may have."""
    size: int = current_app.extensions["maillage_upload_limit"]
    return size


def _refuse_json() -> None:
    """Our pages send forms. WTForms would read JSON in their place, however deep or odd."""
    if request.is_json:
        abort(415)


def _widen_for_files() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = largest_file() + LARGEST_FORM
