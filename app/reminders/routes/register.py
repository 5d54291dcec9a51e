"""The ledger of relances as a page of its own, and as a table that leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.core.spreadsheet import as_csv
from app.imports.kinds import Field
from app.imports.tracker import Cell
from app.imports.writing import workbook
from app.outbox.labels import why_undelivered
from app.reminders.kinds import Fate, OccasionCode
from app.reminders.labels import ANSWERS, FATES, OCCASIONS, REASONS, SKIPS
from app.reminders.queries.register import (
    MOST,
    PAGE,
    Asked,
    Place,
    RegisterLine,
    people_named,
    projects_named,
    register_lines,
)
from app.reminders.routes.blueprint import reminders
from app.web.database import db
from app.web.htmx import fragment, wants_fragment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    (Field.PERSON, "Personne"),
    (Field.ORGANISATION, "Organisation"),
    (Field.STEP, "Étape"),
    (Field.ACTION, "Projet"),
    (Field.END, "Échéance"),
    (Field.STATUS, "Message"),
    (Field.END, "Décidé le"),
    (Field.END, "Parti le"),
    (Field.STATUS, "Suite"),
    (Field.STATUS, "Réponse ou raison"),
    (Field.END, "Répondu le"),
)
MICROSECONDS = 1_000_000
LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * MICROSECONDS
_ASKED = ("personne", "projet", "message", "suite")
Word = TypeVar("Word", bound=StrEnum)


@reminders.get("/territoires/<public_id>/relances/registre")
def register_page(public_id: str) -> ResponseReturnValue:
    found, session, asked = open_animated_territory(public_id), db.session(), _asked()
    after = _after()
    lines = register_lines(session, found.id, asked, after=after)
    context = {
        "place": found,
        "lines": lines[:PAGE],
        "asked": asked,
        "next_url": _url(found, apres=_key(lines[PAGE - 1])) if len(lines) > PAGE else None,
        "first_url": _url(found) if after else None,
        "occasions": OCCASIONS,
        "fates": FATES,
        "answers": ANSWERS,
        "reasons": REASONS,
        "skips": SKIPS,
        "why_undelivered": why_undelivered,
        "export": {kind: _url(found, "register_file", kind=kind) for kind in ("csv", "xlsx")},
    }
    if wants_fragment():
        return fragment("reminders/_register.html", **context)
    return render_template(
        "reminders/register.html",
        people=people_named(session, found.id),
        projects=projects_named(session, found.id),
        **context,
    )


@reminders.get("/territoires/<public_id>/relances/registre.<kind>")
def register_file(public_id: str, kind: str) -> ResponseReturnValue:
    """The same lines for a spreadsheet, as far as it is reasonable to read them."""
    found = open_animated_territory(public_id)
    if kind not in ("csv", "xlsx"):
        abort(404)
    lines = register_lines(db.session(), found.id, _asked(), limit=MOST)
    rows = [_cells(line, found.time_zone) for line in lines]
    day = clock.local_day(clock.now(), found.time_zone)
    kept = {"Content-Disposition": f'attachment; filename="relances-{day}.{kind}"'}
    if kind == "xlsx":
        headings = [(field, _(words)) for field, words in COLUMNS]
        sheet = workbook(headings, rows, sheet=_("Relances"), kept_columns=1)
        return Response(sheet, mimetype=XLSX, headers=kept)
    text = as_csv([_(words) for _field, words in COLUMNS], [_texts(row) for row in rows])
    return Response(text, content_type="text/csv; charset=utf-8", headers=kept)


def _cells(line: RegisterLine, zone: str) -> list[Cell]:
    def day(moment: datetime | None) -> Cell:
        return clock.local_day(moment, zone) if moment else None

    left = line.fate in (Fate.ANSWERED, Fate.UNANSWERED)
    return [
        line.person,
        line.organisation,
        line.title,
        line.project,
        line.basis,
        _(OCCASIONS[line.code]),
        day(line.decided_at),
        day(line.at) if left else None,
        _(FATES[line.fate]),
        _(_said(line)),
        day(line.answered_at),
    ]


def _said(line: RegisterLine) -> str:
    if line.answer:
        return ANSWERS[line.answer]
    if line.fate is not Fate.SKIPPED:
        return ""
    return REASONS[line.reason] if line.reason else SKIPS.get(line.error or "", "")


def _texts(row: Sequence[Cell]) -> list[str]:
    return [str(cell) if cell is not None else "" for cell in row]


def _asked() -> Asked:
    """What the address asks for; a word that is none asks for everything."""
    said = request.args
    return Asked(
        person=said.get("personne", "")[:20],
        project=said.get("projet", "")[:20],
        code=_word(OccasionCode, said.get("message", "")),
        fate=_word(Fate, said.get("suite", "")),
    )


def _word(kind: type[Word], said: str) -> Word | None:
    return kind(said) if said in list(kind) else None


def _after() -> Place | None:
    """Where the last page ended: « microseconds since 1970.id »."""
    said = request.args.get("apres", "")
    if not said:
        return None
    moment, _dot, row_id = said.partition(".")
    if not all(one.isascii() and one.isdecimal() and len(one) <= 18 for one in (moment, row_id)):
        abort(404)
    if int(moment) > LATEST:
        abort(404)
    seconds, rest = divmod(int(moment), MICROSECONDS)
    return Place(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(row_id))


def _key(line: RegisterLine) -> str:
    moment = line.decided_at
    return f"{int(moment.timestamp()) * MICROSECONDS + moment.microsecond}.{line.id}"


def _url(found: Territory, page: str = "register_page", **more: Any) -> str:
    """This page with what it was asked for."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in _ASKED and value
    }
    return url_for(f"reminders.{page}", public_id=found.public_id, **kept, **more)
