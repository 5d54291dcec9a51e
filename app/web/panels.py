"""How a lower page shows an upper room's matter: the upper room registers a panel here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Flask, current_app

from app.core.viewer import Viewer


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


def register(app: Flask, panel: Panel) -> None:
    app.extensions.setdefault("maillage_panels", []).append(panel)


def for_page(page: str, viewer: Viewer, subject: Any) -> list[OpenPanel]:
    """The panels this viewer gets on this page, in the order of their registration."""
    panels: list[Panel] = current_app.extensions.get("maillage_panels", [])
    return [
        OpenPanel(panel.name, panel.title, panel.path.format(public_id=subject.public_id))
        for panel in panels
        if panel.page == page and panel.seen_by(viewer, subject)
    ]
