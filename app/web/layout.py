"""What stands around every page's content: the pieces it is built of, its header drawn once."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Flask, current_app
from markupsafe import Markup

from app.web import assets

# one for each page of each reader; some three kilobytes each
HEADERS_KEPT = 512


class Link(NamedTuple):
    """A link whose label is in the source language; the layout says it in the reader's."""

    label: str
    href: str
    current: bool = False
    # what is pressed after g to go there
    key: str = ""


class Header(NamedTuple):
    """All that a page's header says. It is kept by this: nothing else may enter its template."""

    reader: str | None = None
    home: str = "/"
    territory: str | None = None
    territories: tuple[Link, ...] = ()
    navigation: tuple[Link, ...] = ()
    further: tuple[Link, ...] = ()
    action: Link | None = None
    account: tuple[Link, ...] = ()


def install(app: Flask) -> None:
    """Give every template the macros of `ui.html` as `ui`, and the constant head as `head`.

    An `import` in each template would look at all of Jinja's globals anew, several times a page.
    Call last: both are rendered here, with everything that the rooms gave to the templates.
    """
    app.jinja_env.globals["static"] = f"{assets.url_path()}/"
    for name, template in (("ui", "ui.html"), ("head", "_head.html"), ("foot", "_footer.html")):
        app.jinja_env.globals[name] = app.jinja_env.get_template(template).module
    ui: Any = app.jinja_env.globals["ui"]
    # there are some sixty of them, and a page has a dozen
    ui.icon = functools.cache(ui.icon)


@functools.lru_cache(HEADERS_KEPT)
def drawn_header(header: Header) -> Markup:
    return drawn("_header.html", header)


def joined(parts: Iterable[Markup]) -> Markup:
    """Drawn parts one after the other, without looking through each again for what to escape."""
    return Markup("".join(parts))  # noqa: S704  # nosec B704  each was drawn


def drawn(template: str, *values: object) -> Markup:
    """What the macro `drawn` of a template makes of these values alone: nothing of the request."""
    module: Any = current_app.jinja_env.get_template(template).module
    html: Markup = module.drawn(*values)
    return html
