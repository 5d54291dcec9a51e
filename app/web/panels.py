"""How a lower page shows an upper room's matter: the upper room registers a panel here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Flask, current_app
from markupsafe import Markup

from app.core.viewer import Viewer
from app.web.layout import drawn

# one for each subject with panels, and what its viewers may see of them; some kilobyte each
PANELS_KEPT = 1024


@dataclass(frozen=True)
class Panel:
    """A part of a page that another room serves: loaded by htmx, a plain link without it.

    `path` holds the page's `{public_id}`; `seen_by(viewer, subject)` says who gets it, the
    subject being the row that the page is about.
    """

    page: str
    name: str
    title: str
    path: str
    seen_by: Callable[[Viewer, Any], bool]


class OpenPanel(NamedTuple):
    name: str
    title: str
    url: str


def install(app: Flask) -> None:
    """Give templates `drawn_panels`: what `for_page` found, one below the other."""
    app.jinja_env.globals["drawn_panels"] = _drawn


def register(app: Flask, panel: Panel) -> None:
    pages = app.extensions.setdefault("maillage_panels", {})
    pages.setdefault(panel.page, []).append(panel)


def for_page(page: str, viewer: Viewer, subject: Any) -> tuple[OpenPanel, ...]:
    """The panels this viewer gets on this page, in the order of their registration."""
    panels: list[Panel] = current_app.extensions["maillage_panels"].get(page, [])
    return tuple(
        [
            OpenPanel(panel.name, panel.title, panel.path.format(public_id=subject.public_id))
            for panel in panels
            if panel.seen_by(viewer, subject)
        ]
    )


@functools.lru_cache(PANELS_KEPT)
def _drawn(panels: tuple[OpenPanel, ...]) -> Markup:
    return drawn("_panels.html", panels)
