"""Security headers on every answer; scripts and styles only from our own files."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
    ),
}
# an address that opens something by itself: no other address learns it, nobody lists or keeps it
SILENT = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
TOKEN = "token"


def install(app: Flask, *, https: bool) -> None:
    fixed = dict(FIXED)
    if https:
        fixed["Strict-Transport-Security"] = "max-age=31536000"
    of_pages = {**fixed, "Cache-Control": "private, no-store"}

    @app.after_request
    def _headers(response: Response) -> Response:
        if TOKEN in _arguments():
            response.headers.update(SILENT)
        wanted = fixed if request.endpoint == "static" else of_pages
        # asking the headers for each name would go through all of them each time
        present = {name.lower() for name, _value in response.headers}
        for name, value in wanted.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response


def _arguments() -> Collection[str]:
    """Of the address that was asked for, also where it takes no such method."""
    refused = request.routing_exception
    if not isinstance(refused, MethodNotAllowed) or not refused.valid_methods:
        return request.view_args or {}
    method = next(iter(refused.valid_methods))
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter.match(method=method)[1] if adapter else {}
    except HTTPException:
        # with two slashes in a row it is the address of nothing
        return {}
