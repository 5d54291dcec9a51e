"""Likely doubles of a territory, two records side by side, one of them made of both, and back."""

from __future__ import annotations

from typing import TypeVar

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.kinds import MergeKind
from app.accounts.labels import REASONS
from app.accounts.models import Merge, Organisation, Person, Territory
from app.accounts.queries.belonging import claim_of
from app.accounts.queries.doubles import double_organisations, double_people
from app.accounts.queries.people import accounts_at, with_account
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.routes.side_by_side import Row, organisation_rows, person_rows
from app.accounts.rules import (
    may_create_organisation,
    may_join_claim,
    may_merge,
    may_merge_person,
    visible_organisations,
    visible_people,
)
from app.accounts.services.merging import merge_organisations, merge_people, undo_merge
from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import HOME

Entity = TypeVar("Entity", Organisation, Person)


@accounts.get("/territoires/<public_id>/doublons")
def doubles(public_id: str) -> ResponseReturnValue:
    """Which records are likely the same, and why."""
    territory = open_territory(public_id, may_create_organisation)
    session, who = db.session(), viewer()
    people = double_people(session, territory.id)
    return render_template(
        "accounts/doubles.html",
        territory=territory,
        firms=[
            (*pair, may_merge(who, pair[0]) and may_merge(who, pair[1]))
            for pair in double_organisations(session, territory.id)
        ],
        people=[
            (*pair, may_merge_person(who, pair[0]) and may_merge_person(who, pair[1]))
            for pair in people
        ],
        accounts_of=with_account(session, {one.id for pair in people for one in pair[:2]}),
        reasons=REASONS,
    )


@accounts.route("/organisations/<public_id>/reunir/<other_id>", methods=["GET", "POST"])
def join_organisations(public_id: str, other_id: str) -> ResponseReturnValue:
    """Two records side by side; the older one's address stays."""
    one = fetch(visible_organisations(viewer()), public_id, may_merge)
    other = fetch(visible_organisations(viewer()), other_id, may_merge)
    return _organisations(*_older_first(one, other), one.territories)


@accounts.route("/organisations/<public_id>/reunir", methods=["GET", "POST"])
def join_claim(public_id: str) -> ResponseReturnValue:
    """A territory's own record goes into the one whose organisation agreed to it."""
    local = fetch(visible_organisations(viewer()), public_id, may_merge)
    claim = claim_of(db.session(), local.id)
    if claim is None or not may_join_claim(viewer(), claim):
        abort(404)
    return _organisations(claim.known, local, local.territories, by_claim=True)


@accounts.route("/personnes/<public_id>/reunir/<other_id>", methods=["GET", "POST"])
def join_people(public_id: str, other_id: str) -> ResponseReturnValue:
    one = fetch(visible_people(viewer()), public_id, may_merge_person)
    other = fetch(visible_people(viewer()), other_id, may_merge_person)
    kept, gone = _older_first(one, other)
    at = _page_of(one)
    if at is None:
        abort(404)
    rows = person_rows(kept, gone)
    if request.method != "POST":
        return _side_by_side(rows, kept, gone, at)
    try:
        merge_people(
            db.session(),
            kept=kept,
            gone=gone,
            from_gone=_from_gone(rows),
            versions=_versions(),
            person_id=viewer().person_id,
            territory_id=_place(at.territories),
            now=clock.now(),
        )
    except (RefusedError, StaleError) as refusal:
        return _refused(refusal, rows, kept, gone, at)
    return _joined(at)


@accounts.post("/fusions/<public_id>/annuler")
def part_again(public_id: str) -> ResponseReturnValue:
    """Within a day: both records as they were."""
    query = select(Merge).where(Merge.public_id == public_id)
    merge = db.session.scalars(query).one_or_none() or abort(404)
    page = _kept_page(merge)
    try:
        undo_merge(db.session(), merge, person_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("Les deux fiches sont de nouveau séparées."), "success")
    return leave_to(page)


def _organisations(
    kept: Organisation, gone: Organisation, places: list[Territory], *, by_claim: bool = False
) -> ResponseReturnValue:
    rows = organisation_rows(kept, gone)
    if request.method != "POST":
        return _side_by_side(rows, kept, gone, gone, by_claim=by_claim)
    try:
        merge_organisations(
            db.session(),
            kept=kept,
            gone=gone,
            from_gone=_from_gone(rows),
            versions=_versions(),
            person_id=viewer().person_id,
            territory_id=_place(places),
            now=clock.now(),
            by_claim=by_claim,
        )
    except (RefusedError, StaleError) as refusal:
        return _refused(refusal, rows, kept, gone, gone, by_claim=by_claim)
    return _joined(kept)


def _older_first(one: Entity, other: Entity) -> tuple[Entity, Entity]:
    return (one, other) if one.id < other.id else (other, one)


def _place(places: list[Territory]) -> int | None:
    """In whose journal it is told: the first of the viewer's own territories."""
    own = [one.id for one in places if one.id in viewer().follows]
    return next(iter(own or [one.id for one in places]), None)


def _from_gone(rows: list[Row]) -> frozenset[str]:
    """The fields for which the value of the record that goes was chosen."""
    return frozenset(row.field for row in rows if request.form.get(row.field) == "gone")


def _versions() -> tuple[int | None, int | None]:
    kept, gone = (request.form.get(name, "") for name in ("kept_version", "gone_version"))
    return _number(kept), _number(gone)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _side_by_side(
    rows: list[Row],
    kept: Organisation | Person,
    gone: Organisation | Person,
    at: Organisation,
    status: int = 200,
    *,
    by_claim: bool = False,
) -> ResponseReturnValue:
    page = render_template(
        "accounts/join.html",
        rows=rows,
        kept=kept,
        gone=gone,
        back=url_for("accounts.organisation", public_id=at.public_id),
        stale=status == 409,
        by_claim=by_claim,
        leaving=len(accounts_at(db.session(), gone.id)) if by_claim else 0,
        chosen=_from_gone(rows) if request.method == "POST" else None,
    )
    return page, status


def _refused(
    refusal: RefusedError | StaleError,
    rows: list[Row],
    kept: Organisation | Person,
    gone: Organisation | Person,
    at: Organisation,
    *,
    by_claim: bool = False,
) -> ResponseReturnValue:
    if isinstance(refusal, StaleError):
        return _side_by_side(rows, kept, gone, at, 409, by_claim=by_claim)
    page = url_for("accounts.organisation", public_id=at.public_id)
    db.session.rollback()
    flash(_(str(refusal)), "warning")
    return leave_to(page)


def _joined(at: Organisation) -> ResponseReturnValue:
    page = url_for("accounts.organisation", public_id=at.public_id)
    db.session.commit()
    flash(
        _("Les deux fiches n’en font plus qu’une. Pendant un jour, un bouton ici les sépare."),
        "success",
    )
    return leave_to(page)


def _page_of(person: Person) -> Organisation | None:
    present = (place for place in person.memberships if place.ended_on is None)
    return next((place.organisation for place in present), None)


def _kept_page(merge: Merge) -> str:
    """Where to go back to: 404 for whoever does not see the kept record; 403 for who only looks.

    Who merged two records may part them, also where others share them since.
    """
    if merge.kind is MergeKind.ORGANISATION:
        seen = visible_organisations(viewer()).where(Organisation.id == merge.kept_id)
        at: Organisation | None = db.session.scalars(seen).one_or_none() or abort(404)
        may = at is not None and may_merge(viewer(), at)
    else:
        people = visible_people(viewer()).where(Person.id == merge.kept_id)
        kept = db.session.scalars(people).one_or_none() or abort(404)
        at, may = _page_of(kept), may_merge_person(viewer(), kept)
    if not (may or merge.merged_by_id == viewer().person_id):
        abort(403)
    return url_for("accounts.organisation", public_id=at.public_id) if at else HOME
