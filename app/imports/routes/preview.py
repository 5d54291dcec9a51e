"""What an import would do, corrected in place until it is right; applied, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.kinds import OrganisationKind
from app.accounts.labels import ORGANISATION_KINDS
from app.core import clock
from app.core.refusals import RefusedError
from app.imports.kinds import ImportState, NameChoice, Outcome, TableKind
from app.imports.labels import OUTCOMES, TABLES, column
from app.imports.layout import FIELDS
from app.imports.models import Import
from app.imports.names import Choice, name_key
from app.imports.routes import showing
from app.imports.routes.blueprint import import_of, imports, today_of, usual_lead
from app.imports.services.applying import apply
from app.imports.services.preparing import (
    correct,
    leave_out,
    name_columns,
    prefer_file,
    prepare,
    say_names,
)
from app.imports.services.undoing import Stays, undo
from app.plans.queries.project import organisations_of
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment

# more names than this are confirmed a part at a time: a form has so many fields
MOST_NAMES = 60

# 5 000 rows took 12 s of one core, file and all; an old one takes longer (November 2026)
ROWS_A_SECOND = 300

# no id is longer
MOST_DIGITS = 18


@imports.get("/importations/<public_id>")
def preview(public_id: str) -> ResponseReturnValue:
    return _page(import_of(public_id))


def _page(found: Import, status: int = 200) -> ResponseReturnValue:
    if found.state is not ImportState.DRAFT or found.forgotten_at:
        return render_template("imports/done.html", found=found, zone=found.territory.time_zone)
    session = db.session()
    prepared = prepare(session, found, viewer())
    questions = list(prepared.questions.values())
    spare = list(prepared.spare.values())
    organisations = organisations_of(session, found.territory_id)
    counts = prepared.counts()
    written = sum(counts[one] for one in (Outcome.CHECK, Outcome.CREATE, Outcome.UPDATE))
    context = {
        "found": found,
        "counts": counts,
        "groups": showing.groups(found, prepared, whole=request.args.get("tout")),
        "notes": showing.notes(found),
        "left_out": showing.left_out(found),
        "tables": showing.tables(found),
        "questions": questions[:MOST_NAMES],
        "more_questions": max(0, len(questions) - MOST_NAMES),
        "spare": spare[:MOST_NAMES],
        "organisations": organisations,
        "kinds": ORGANISATION_KINDS,
        "outcomes": OUTCOMES,
        "table_kinds": {one: word for one, word in TABLES.items() if one in _OFFERED},
        "fields": {kind: [(one, column(one)) for one in FIELDS[kind]] for kind in _OFFERED},
        "usual_lead": usual_lead(found.plan),
        "has_actions": _has_actions(found),
        "written": written,
        "seconds": max(1, -(-written // ROWS_A_SECOND)),
        "bears": any(row.bears for row in prepared.contacts),
    }
    if wants_fragment():
        return fragment("imports/_preview.html", status, **context)
    return render_template("imports/preview.html", **context), status


_OFFERED = tuple(TableKind)


def _change(public_id: str, verb: Callable[[Import], object]) -> ResponseReturnValue:
    """Run a verb on a draft, and show the preview as it is then."""
    found = import_of(public_id)
    try:
        verb(found)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
    if wants_fragment():
        return _page(import_of(public_id))
    return leave_to(url_for("imports.preview", public_id=public_id))


@imports.post("/importations/<public_id>/colonnes")
def columns(public_id: str) -> ResponseReturnValue:
    number = request.form.get("table", type=int)
    kind = request.form.get("kind", "")
    found = import_of(public_id)
    if number is None or not 0 <= number < len(found.tables) or kind not in list(TableKind):
        abort(400)
    width = len(found.tables[number]["fields"])
    fields = [request.form.get(f"column-{at}", "") for at in range(width)]
    known = {one.value for one in FIELDS[TableKind(kind)]}
    chosen = [name if name in known else "" for name in fields]
    if kind != found.tables[number]["kind"]:
        chosen = _suggested(found, number, TableKind(kind))
    headless = request.form.get("headless") == "1"
    return _change(
        public_id,
        lambda one: name_columns(one, number, TableKind(kind), chosen, headless=headless),
    )


def _suggested(found: Import, number: int, kind: TableKind) -> list[str]:
    """What the columns of a table would tell if it were of another kind."""
    fields = showing.suggestions(found.tables[number]["headings"], kind)
    return [one.value if one else "" for one in fields]


@imports.post("/importations/<public_id>/noms")
def names(public_id: str) -> ResponseReturnValue:
    found = import_of(public_id)
    by_id = dict(organisations_of(db.session(), found.territory_id))
    questions = prepare(db.session(), found, viewer()).names.questions
    said: dict[str, Choice] = {}
    whole: list[str] = []
    for key, question in questions.items():
        answer = request.form.get(f"name-{key}")
        if answer is None:
            continue
        if answer == "whole":
            whole.append(name_key(question.cell))
            continue
        choice = _choice(answer, question.piece.name, question.suggested.name, by_id)
        if choice:
            said[key] = choice
    return _change(public_id, lambda one: say_names(one, said, whole))


def _choice(answer: str, name: str, person_of: str, by_id: dict[int, str]) -> Choice | None:
    """« known:12 », « new:company », « person », « ignored »."""
    kind, _colon, value = answer.partition(":")
    if (
        kind == NameChoice.KNOWN
        and value.isdecimal()
        and len(value) <= MOST_DIGITS
        and int(value) in by_id
    ):
        return Choice(NameChoice.KNOWN, by_id[int(value)])
    if kind == NameChoice.NEW and value in list(OrganisationKind):
        return Choice(NameChoice.NEW, name, OrganisationKind(value))
    if kind == NameChoice.PERSON and person_of:
        return Choice(NameChoice.PERSON, person_of)
    return Choice(NameChoice.IGNORED) if kind == NameChoice.IGNORED else None


@imports.post("/importations/<public_id>/lignes")
def row(public_id: str) -> ResponseReturnValue:
    """Correct the cells of a row, leave it out, take it in again, or prefer the file's values."""
    places = request.form.get("place", "").split()
    found = import_of(public_id)
    if not places or not all(_is_place(found, one) for one in places):
        abort(400)
    rows = " ".join(places)
    typed = dict(_typed(found))
    verbs: dict[str, Callable[[Import], object]] = {
        "correct": lambda one: correct(one, typed),
        "leave": lambda one: leave_out(one, rows, leave=True),
        "keep": lambda one: leave_out(one, rows, leave=False),
        "prefer": lambda one: prefer_file(one, request.form.get("key", "")[:64], prefer=True),
    }
    verb = verbs.get(request.form.get("verb", ""))
    if verb is None:
        abort(400)
    return _change(public_id, verb)


def _typed(found: Import) -> Iterator[tuple[str, str]]:
    """What was typed over cells, by « table:line:column »: a row's faults may stand in several."""
    for name, value in request.form.items():
        kind, *at = name.split("-")
        if (
            kind == "cell"
            and len(at) == 3
            and _is_number(at[0], len(found.tables))
            and _is_number(at[1], _height(found, at[0]))
            and _is_number(at[2], len(found.tables[int(at[0])]["headings"]))
        ):
            yield ":".join(at), value


def _is_place(found: Import, place: str) -> bool:
    table, _colon, line = place.partition(":")
    return _is_number(table, len(found.tables)) and _is_number(line, _height(found, table))


def _height(found: Import, table: str) -> int:
    return len(found.tables[int(table)]["rows"])


def _is_number(text: str, below: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8 and int(text) < below


@imports.post("/importations/<public_id>/appliquer")
def apply_now(public_id: str) -> ResponseReturnValue:
    """All of it in one transaction, or nothing."""
    found = import_of(public_id)
    known = {one for one, _name in organisations_of(db.session(), found.territory_id)}
    lead = request.form.get("lead", type=int)
    if lead not in known and _has_actions(found):
        flash(_("Choisissez qui porte les actions sans structure pilote."), "warning")
        return leave_to(url_for("imports.preview", public_id=public_id))
    try:
        apply(
            db.session(),
            found,
            default_lead_id=lead or 0,
            launches=bool(request.form.get("launches")),
            now=clock.now(),
            today=today_of(found),
            who=viewer(),
            mails=bool(request.form.get("asks")),
        )
    except RefusedError as refusal:
        db.session.rollback()
        if found.state is ImportState.APPLIED:
            # a second tap on the same button
            flash(_("L’import est déjà fait : rien n’a été écrit deux fois."), "info")
        else:
            flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("L’import est fait. Tout peut encore s’annuler d’un clic."), "success")
    return leave_to(url_for("imports.preview", public_id=public_id))


def _has_actions(found: Import) -> bool:
    """A list of contacts or of zones alone asks for nobody to carry it."""
    return any(table["kind"] == TableKind.TRACKER for table in found.tables)


@imports.post("/importations/<public_id>/annuler")
def undo_all(public_id: str) -> ResponseReturnValue:
    found = import_of(public_id)
    try:
        stays = undo(db.session(), found, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(url_for("imports.preview", public_id=public_id))
    found.counts = {**found.counts, "stays": [[one.title, one.why] for one in _told(stays)]}
    db.session.commit()
    flash(_("L’import est annulé."), "success")
    return leave_to(url_for("imports.preview", public_id=public_id))


def _told(stays: list[Stays]) -> list[Stays]:
    """Each title once, the first ones."""
    return list({one.title: one for one in stays}.values())[:100]
