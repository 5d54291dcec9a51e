"""Security headers on every answer; scripts and styles only from our own files."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def install(app: Flask, *, https: bool) -> None:
    fixed = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    if https:
        fixed["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.extend(fixed)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
