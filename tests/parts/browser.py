"""A real browser, a server for it to visit, and axe to judge what it sees."""

from __future__ import annotations

import contextlib
import functools
import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.parts.ports import LOOPBACK
from tests.parts.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# The sandbox needs rights that root in a container lacks; names beyond this machine resolve to
# nothing, so that a page that calls home is seen to fail.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

# loaded, drawings included, and nothing that htmx has asked for is on its way
SETTLED = "document.readyState === 'complete' && !document.querySelector('.htmx-request')"
RUN_AXE = """
async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]
  });
  return found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.flat().join(" ")}: ${rule.help}`));
}
"""


@contextlib.contextmanager
def running_browser(*flags: str) -> Iterator[Browser]:
    """Launch the installed Chromium, with further flags. Raises RuntimeError with a sentence when
    there is none."""
    program = find_browser()
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def find_browser() -> str:
    """The path of the first Chromium on the PATH."""
    for name in PROGRAMS:
        if path := shutil.which(name):
            return path
    raise RuntimeError("The browser tests need Chromium: install the Debian package chromium.")


def settle(page: Page) -> None:
    """Return once the page is all there and nothing more is on its way."""
    wait_until(lambda: _is_settled(page), f"{page.url} to be all there")


def _is_settled(page: Page) -> bool:
    try:
        return bool(page.evaluate(SETTLED))
    except Error as error:
        if "context was destroyed" in error.message:
            return False  # another page comes
        raise


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page once it is all there: "rule: element: what is wanted".

    The source is evaluated through the browser's debugging door, which a page's content security
    policy does not close.
    """
    settle(page)
    page.evaluate(_axe_source())
    findings: list[str] = page.evaluate(RUN_AXE, list(AXE_TAGS))
    return sorted(findings)


@functools.cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


class _QuietHandler(WSGIRequestHandler):
    """Requests leave no line in the tests' output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _whole(app: WSGIApplication) -> WSGIApplication:
    """Answers read to their end: where a browser leaves early, the server closes no file."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    return answer


@contextlib.contextmanager
def serving(app: WSGIApplication, listening: socket.socket | None = None) -> Iterator[str]:
    """Serve a WSGI application in threads of this process; gives its address without a slash.

    An application that writes its own address into links has to know it beforehand: it is made
    with the port from `own_port()`, whose socket is then given here.
    """
    server = make_server(
        LOOPBACK,
        0,
        _whole(app),
        threaded=True,
        request_handler=_QuietHandler,
        fd=listening.fileno() if listening else None,
    )
    thread = threading.Thread(target=server.serve_forever, name="server", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=PATIENCE)
