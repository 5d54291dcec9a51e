"""What the logs may say of a request: the pattern of its address, never the address itself.

A mailed link opens something by itself; written into a log it would open it for who reads logs.
"""

from __future__ import annotations

import logging
from types import TracebackType

from flask import Flask, request
from werkzeug.routing import Map, Rule

from app.web.headers import TOKEN

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]
HIDDEN = "…"


class QuietFlask(Flask):
    """Flask, but for the line above a traceback, which would say the address."""

    def log_exception(self, exc_info: ExceptionInfo | tuple[None, None, None]) -> None:
        self.logger.error("Exception on %s [%s]", address(), request.method, exc_info=exc_info)


def address() -> str:
    """The pattern that the request's address has: `/lien/<token>`."""
    return request.url_rule.rule if request.url_rule else "no page of ours"


class HideTokens(logging.Filter):
    """Takes what follows a mailed link's first part out of the development server's lines."""

    def __init__(self, addresses: Map) -> None:
        super().__init__()
        rules = [rule for rule in addresses.iter_rules() if TOKEN in rule.arguments]
        self._beginnings = [_before_token(rule) for rule in rules]

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        for beginning in self._beginnings:
            before, found, after = said.partition(beginning)
            if found:
                rest = after.split(" ", 1)[1:]
                record.msg, record.args = " ".join([before + found + HIDDEN, *rest]), ()
        return True


def install(app: Flask) -> None:
    """Call once every page is registered."""
    log = logging.getLogger("werkzeug")
    for known in [one for one in log.filters if isinstance(one, HideTokens)]:
        log.removeFilter(known)
    log.addFilter(HideTokens(app.url_map))


def _before_token(rule: Rule) -> str:
    return rule.rule.partition(f"<{TOKEN}>")[0]
