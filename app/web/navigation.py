"""The main navigation: rooms register their entries, the territory in view gives the addresses."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request
from markupsafe import Markup

from app.core.viewer import Viewer
from app.web.gate import viewer_or_none
from app.web.htmx import wants_fragment
from app.web.layout import HEADERS_KEPT, Header, Link, drawn_header


@dataclass(frozen=True)
class Entry:
    """One place of the navigation.

    `path` may hold `{territory}`, a public id; `seen_by(viewer, territory_id)` says who gets it;
    `key` is the letter that is pressed after g to go there. From `FURTHER` on the entries stand
    together in one menu: they are opened seldom.
    """

    order: int
    label: str
    path: str
    seen_by: Callable[[Viewer, int | None], bool] = lambda _viewer, _territory: True
    key: str = ""


class Here(NamedTuple):
    """The territory that the page is about."""

    id: int
    public_id: str
    name: str


HOME = "/aujourdhui"
FURTHER = 65
ACCOUNT_LINKS = (Link("Mon compte", "/compte"), Link("Aide", "/aide"))


def register(app: Flask, *entries: Entry) -> None:
    known: list[Entry] = app.extensions.setdefault("maillage_navigation", [])
    known.extend(entries)
    known.sort(key=lambda entry: entry.order)


def register_action(app: Flask, entry: Entry) -> None:
    """The one thing that can be done from any page: its button stands in the header."""
    app.extensions["maillage_action"] = entry


def show_territory(place: Any) -> None:
    """Say which territory this page is about (anything with id, public_id, name)."""
    g.territory = place


def install(app: Flask, *, demo: bool) -> None:
    """Give every template its navigation."""

    @functools.lru_cache(HEADERS_KEPT)
    def header_of(who: Viewer, territory: Here | None, path: str) -> Markup:
        # who may go where is said by these alone, whatever the hour
        return drawn_header(_header(who, territory, path))

    @app.context_processor
    def _navigation() -> dict[str, object]:
        who = None if g.get("bare") else viewer_or_none()
        if who is None:
            return {"viewer": None, "demo": demo, "header": drawn_header(Header())}
        territory = g.get("territory") or (who.places[0] if who.places else None)
        if wants_fragment():
            # a page that knows no part of itself is asked for one all the same, now and then
            return {"viewer": who, "territory": territory, "home": HOME}
        return {
            "viewer": who,
            "demo": demo or any(place.is_demo for place in who.places),
            "territory": territory,
            "home": HOME,
            "header": header_of(who, _here(territory), request.path),
        }


def _here(territory: Any) -> Here | None:
    return Here(territory.id, territory.public_id, territory.name) if territory else None


def _header(who: Viewer, territory: Here | None, path: str) -> Header:
    near, further = _links(who, territory, path)
    return Header(
        reader=who.name,
        home=HOME,
        territory=territory.name if territory else None,
        territories=tuple(
            Link(
                place.name,
                f"/territoires/{place.public_id}/plan",
                territory is not None and place.id == territory.id,
            )
            for place in who.places
        ),
        navigation=tuple(near),
        further=tuple(further),
        action=_action(who, territory, path),
        account=ACCOUNT_LINKS,
    )


def _action(who: Viewer, territory: Here | None, path: str) -> Link | None:
    entry: Entry | None = current_app.extensions.get("maillage_action")
    if entry is None or not entry.seen_by(who, territory.id if territory else None):
        return None
    return Link(entry.label, entry.path, path == entry.path)


def _links(who: Viewer, territory: Here | None, path: str) -> tuple[list[Link], list[Link]]:
    """The entries of the bar, and those of its last menu; a menu of one would be a detour."""
    near: list[Link] = []
    further: list[Link] = []
    entries: list[Entry] = current_app.extensions.get("maillage_navigation", [])
    for entry in entries:
        if "{territory}" in entry.path and territory is None:
            continue
        if not entry.seen_by(who, territory.id if territory else None):
            continue
        href = entry.path.format(territory=territory.public_id if territory else "")
        link = Link(entry.label, href, path == href, entry.key)
        (further if entry.order >= FURTHER else near).append(link)
    return (near, further) if len(further) > 1 else (near + further, [])


def keyed_entries(app: Flask) -> list[Entry]:
    """Every place that a letter leads to, in the order of the navigation."""
    known: list[Entry] = app.extensions.get("maillage_navigation", [])
    return [entry for entry in known if entry.key]
