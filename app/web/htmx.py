"""One URL, two renderings: a fragment for htmx, the page otherwise."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse


def wants_fragment() -> bool:
    """True when htmx asked for a part of a page; boosts and history want the whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def leave_to(url: str) -> BaseResponse:
    """Leave this page: 303, or HX-Redirect where htmx would swap the target into a part."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url, code=303)


def fragment(template: str, status: int = 200, /, **context: Any) -> ResponseReturnValue:
    """A partial alone, as `part` answers it."""
    return part(render_template(template, **context), status)


def part(body: str, status: int = 200) -> ResponseReturnValue:
    """A part of a page, followed by the messages that are waiting, swapped out of band.

    Without one the page keeps what it shows: a panel that arrives late must not wipe a message.
    """
    waiting = render_template("_messages.html", oob=True) if "_flashes" in session else ""
    return make_response(f"{body}{waiting}", status)


def install(app: Flask) -> None:
    @app.after_request
    def _vary(response: Response) -> Response:
        response.headers.add("Vary", "HX-Request-Type")
        return response
