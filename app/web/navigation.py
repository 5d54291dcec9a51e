"""The main navigation: rooms register their entries, the territory in view gives the addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request

from app.core.viewer import Viewer
from app.web.gate import viewer_or_none
from app.web.htmx import wants_fragment


@dataclass(frozen=True)
class Entry:
    """One place of the navigation.

    `path` may hold `{territory}`, a public id; `seen_by(viewer, territory_id)` says who gets it.
    """

    order: int
    label: str
    path: str
    seen_by: Callable[[Viewer, int | None], bool] = lambda _viewer, _territory: True


@dataclass(frozen=True)
class Place:
    """A territory as the navigation knows it."""

    id: int
    public_id: str
    name: str
    is_demo: bool = False


@dataclass(frozen=True)
class Link:
    """A link whose label is in the source language; the layout says it in the reader's."""

    label: str
    href: str
    current: bool = False


ACCOUNT_LINKS = (Link("Mon compte", "/compte"), Link("Aide", "/aide"))


def register(app: Flask, *entries: Entry) -> None:
    known: list[Entry] = app.extensions.setdefault("maillage_navigation", [])
    known.extend(entries)
    known.sort(key=lambda entry: entry.order)


def show_territory(place: Any) -> None:
    """Say which territory this page is about (anything with id, public_id, name)."""
    g.territory = place


def install(app: Flask, places: Callable[[Viewer], Sequence[Place]], *, demo: bool) -> None:
    """Give every template its navigation. `places(viewer)` answers the territories to choose."""

    @app.context_processor
    def _navigation() -> dict[str, object]:
        if g.get("bare"):
            return {"viewer": None, "demo": demo}
        who = viewer_or_none()
        if who is None:
            return {"viewer": None, "demo": demo}
        if wants_fragment():
            return {"viewer": who}
        own = places(who)
        territory = g.get("territory") or (own[0] if own else None)
        return {
            "viewer": who,
            "demo": demo or any(place.is_demo for place in own),
            "territory": territory,
            "territories": [
                Link(
                    place.name,
                    f"/territoires/{place.public_id}/plan",
                    territory is not None and place.id == territory.id,
                )
                for place in own
            ],
            "navigation": list(_links(who, territory)),
            "home_url": "/aujourdhui",
            "account_links": ACCOUNT_LINKS,
        }


def _links(who: Viewer, territory: Any) -> Sequence[Link]:
    entries: list[Entry] = current_app.extensions.get("maillage_navigation", [])
    links = []
    for entry in entries:
        if "{territory}" in entry.path and territory is None:
            continue
        if not entry.seen_by(who, territory.id if territory else None):
            continue
        href = entry.path.format(territory=territory.public_id if territory else "")
        links.append(Link(entry.label, href, request.path == href))
    return links
