"""The steering group and the working groups: members, rapporteur, themes, their meetings."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import StaleError
from app.core.viewer import Viewer
from app.initiatives import words
from app.initiatives.forms.groups import GroupForm, place_value, read_places
from app.initiatives.models import GroupMember, WorkingGroup
from app.initiatives.queries.choices import theme_choices
from app.initiatives.queries.groups import whole_groups
from app.initiatives.queries.meetings import meeting_list
from app.initiatives.queries.people import Invitable, invitable
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import territory_here
from app.initiatives.rules.groups import kept_members, may_keep_group, may_keep_member, reads_people
from app.initiatives.services import groups as verbs
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory


def _group(
    public_id: str, may: Callable[[Viewer, WorkingGroup], bool] | None = None
) -> WorkingGroup:
    found = fetch(whole_groups(viewer()), public_id, may)
    show_territory(found.territory)
    return found


def _back(group: WorkingGroup) -> ResponseReturnValue:
    return leave_to(url_for("initiatives.group", public_id=group.public_id))


@initiatives.get("/groupes/<public_id>")
def group(public_id: str) -> ResponseReturnValue:
    found, session, who = _group(public_id), db.session(), viewer()
    keeps = may_keep_group(who, found)
    return render_template(
        "initiatives/group.html",
        group=found,
        zone=found.territory.time_zone,
        may_keep=keeps,
        reads_people=reads_people(who, found),
        listed=meeting_list(session, who, found.territory_id, clock.now(), group_id=found.id),
        offers=invitable(session, found.territory_id) if keeps else [],
        value=place_value,
        when=words.when,
    )


@initiatives.route("/territoires/<public_id>/groupes/nouveau", methods=["GET", "POST"])
def new_group(public_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id, animated=True)
    form = _offered(GroupForm(), territory)
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return render_template("initiatives/new_group.html", place=territory, form=form), status
    made = verbs.found_group(db.session(), territory, form.about(), now=clock.now())
    db.session.commit()
    flash(_("Le groupe est créé. Qui en est ?"), "success")
    return _back(made)


def _offered(form: GroupForm, territory: Territory) -> GroupForm:
    session = db.session()
    known: list[Invitable] = invitable(session, territory.id)
    form.offer(known, theme_choices(session, territory.id))
    return form


@initiatives.route("/groupes/<public_id>/modifier", methods=["GET", "POST"])
def edit_group(public_id: str) -> ResponseReturnValue:
    found = _group(public_id, may_keep_group)
    organisation, person = found.rapporteur_organisation_id, found.rapporteur_person_id
    form = GroupForm(
        data={
            "kind": found.kind,
            "title": found.title,
            "purpose": found.purpose,
            "rapporteur": place_value(organisation, person) if organisation else "",
            "theme_ids": [theme.id for theme in found.themes],
            "version": found.version,
        }
    )
    _offered(form, found.territory)
    if request.method == "POST" and form.validate_on_submit():
        try:
            verbs.describe_group(db.session(), found, form.about(), seen_version=form.version.data)
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return _edit_page(found, form, theirs=found), 409
        db.session.commit()
        flash(_("Le groupe est enregistré."), "success")
        return _back(found)
    return _edit_page(found, form, theirs=None), 422 if request.method == "POST" else 200


def _edit_page(found: WorkingGroup, form: GroupForm, *, theirs: WorkingGroup | None) -> str:
    return render_template("initiatives/edit_group.html", group=found, form=form, theirs=theirs)


@initiatives.post("/groupes/<public_id>/membres")
def add_members(public_id: str) -> ResponseReturnValue:
    found, session = _group(public_id, may_keep_group), db.session()
    places = read_places(request.form.getlist("qui"), invitable(session, found.territory_id))
    today = clock.local_day(clock.now(), found.territory.time_zone)
    if not places:
        flash(_("Cochez d’abord qui en est."), "info")
    elif verbs.add_members(session, found, places, today=today):
        session.commit()
        flash(_("La liste du groupe est à jour."), "success")
    return _back(found)


@initiatives.post("/membres/<public_id>/retirer")
def remove_member(public_id: str) -> ResponseReturnValue:
    member = fetch(kept_members(viewer()), public_id, may_keep_member)
    found: WorkingGroup = member.group
    gone: GroupMember = member
    verbs.remove_member(db.session(), gone)
    db.session.commit()
    flash(_("La personne n’est plus dans le groupe."), "success")
    return _back(found)


@initiatives.post("/groupes/<public_id>/fin")
def end_group(public_id: str) -> ResponseReturnValue:
    """Its work is done; pressed again, it goes on."""
    found = _group(public_id, may_keep_group)
    today = clock.local_day(clock.now(), found.territory.time_zone)
    verbs.end_group(found, today=None if found.ended_on else today)
    db.session.commit()
    if found.ended_on:
        flash(_("Le groupe a fini son travail. Il reste lisible, et peut reprendre."), "success")
    else:
        flash(_("Le groupe reprend."), "success")
    return _back(found)
