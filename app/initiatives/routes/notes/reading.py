"""Contact notes read: of one organisation, of a territory, and as a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Organisation, Territory
from app.accounts.rules import visible_organisations
from app.core import clock
from app.core.spreadsheet import as_csv
from app.initiatives.kinds.notes import NoteKind
from app.initiatives.labels.notes import NOTE_KINDS, VISIBILITIES
from app.initiatives.queries.notes import LATEST, PAGE, NoteFilter, NoteLine, note_lines
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.rules.notes import (
    notable_organisations,
    noting_territories,
    opens_notes_of,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, wants_fragment
from app.web.navigation import show_territory

HEADINGS = (
    "Jour",
    "Nature",
    "Organisation",
    "Avec",
    "Par",
    "Ce qui s’est dit",
    "Projet",
    "Étapes",
    "Lue par",
    "Reposer le",
    "Suivie le",
)
WORDS = {"note_kinds": NOTE_KINDS, "readers": VISIBILITIES}


@initiatives.get("/organisations/<public_id>/notes")
def organisation_notes(public_id: str) -> ResponseReturnValue:
    """A panel of its page, and a page of its own."""
    found = fetch(visible_organisations(viewer()), public_id, opens_notes_of)
    small = wants_fragment() and "apres" not in request.args
    page = LATEST if small else PAGE
    asked = NoteFilter(organisation_id=found.id, after=_after())
    lines = note_lines(db.session(), viewer(), None, asked, page)
    context = {
        "organisation": found,
        "lines": lines[:page],
        "may_note": _may_note(found),
        "me": viewer().person_id,
        **WORDS,
    }
    here = url_for("initiatives.organisation_notes", public_id=public_id)
    if small:
        return fragment("initiatives/notes/_panel.html", more=len(lines) > page, **context)
    return render_template(
        "initiatives/notes/organisation.html",
        next_url=_next_url(here, lines),
        first_url=here if asked.after else None,
        **context,
    )


def _may_note(organisation: Organisation) -> bool:
    query = notable_organisations(viewer()).where(Organisation.id == organisation.id)
    return db.session.scalars(query).first() is not None


@initiatives.get("/territoires/<public_id>/notes")
def territory_notes(public_id: str) -> ResponseReturnValue:
    territory = _territory(public_id)
    asked = _asked()
    lines = note_lines(db.session(), viewer(), territory.id, asked)
    here = url_for("initiatives.territory_notes", public_id=public_id, **_kept())
    context = {
        "territory": territory,
        "asked": asked,
        "lines": lines[:PAGE],
        "next_url": _next_url(here, lines),
        "first_url": here if asked.after else None,
        "export_url": url_for("initiatives.export_notes", public_id=public_id, **_kept()),
        "me": viewer().person_id,
        **WORDS,
    }
    if wants_fragment():
        return fragment("initiatives/notes/_list.html", **context)
    return render_template("initiatives/notes/territory.html", **context)


@initiatives.get("/territoires/<public_id>/notes/export")
def export_notes(public_id: str) -> ResponseReturnValue:
    """What the viewer reads, and nothing else, for a spreadsheet."""
    territory = _territory(public_id)
    lines = note_lines(db.session(), viewer(), territory.id, _asked(), None)
    day = clock.local_day(clock.now(), territory.time_zone)
    return Response(
        as_csv(HEADINGS, [_row(line) for line in lines]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="notes-{day}.csv"'},
    )


def _row(line: NoteLine) -> tuple[str, ...]:
    return (
        _day(line.noted_on),
        NOTE_KINDS[line.kind],
        line.organisation,
        line.person or "",
        line.author,
        line.body,
        line.project or "",
        ", ".join(line.steps),
        VISIBILITIES[line.visibility],
        _day(line.follow_up_on),
        _day(line.followed_up_on),
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _territory(public_id: str) -> Territory:
    territory = fetch(noting_territories(viewer()), public_id)
    show_territory(territory)
    return territory


def _asked() -> NoteFilter:
    kind = request.args.get("nature", "")
    return NoteFilter(
        kind=NoteKind(kind) if kind in list(NoteKind) else None,
        mine=bool(request.args.get("miennes")),
        after=_after(),
    )


def _kept() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name in ("nature", "miennes")}


def _after() -> tuple[date, int] | None:
    """The keyset of the last note shown: « 2026-04-07.12 »."""
    day, _dot, row_id = request.args.get("apres", "").partition(".")
    if not day:
        return None
    if not (row_id.isascii() and row_id.isdecimal() and len(row_id) <= 18):
        abort(404)
    try:
        return date.fromisoformat(day), int(row_id)
    except ValueError:
        abort(404)


def _next_url(here: str, lines: list[NoteLine]) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    sign = "&" if "?" in here else "?"
    return f"{here}{sign}apres={last.noted_on.isoformat()}.{last.id}"
