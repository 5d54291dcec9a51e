"""« L’équipe du territoire »: who animates it, who observes, and how they come and go."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.team import RoleForm
from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.labels import TERRITORY_ROLE_DEEDS, TERRITORY_ROLE_RIGHTS, TERRITORY_ROLES
from app.accounts.models import Person, Territory, TerritoryRole
from app.accounts.queries.invitations import TERRITORY, invitations_to
from app.accounts.queries.team import TeamMember, former_team, team_of
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.rules import (
    may_animate,
    may_change_role,
    may_end_role,
    may_name,
    may_restore_role,
    may_see_team_contacts,
    may_set_territory,
    visible_roles,
)
from app.accounts.services import asks, team
from app.core import clock
from app.core.french import of
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.panels import for_page


@accounts.get("/territoires/<public_id>/equipe")
def territory_team(public_id: str) -> ResponseReturnValue:
    found = open_territory(public_id)
    return render_template(
        "accounts/team.html",
        rights=TERRITORY_ROLE_RIGHTS,
        panels=for_page("territory_team", viewer(), found),
        may_set=may_set_territory(viewer(), found),
        **_team(found),
    )


@accounts.route("/territoires/<public_id>/equipe/<person_id>/role", methods=["GET", "POST"])
def change_role(public_id: str, person_id: str) -> ResponseReturnValue:
    role = _role(public_id, person_id)
    if not may_change_role(viewer(), role):
        abort(403)
    if role.ended_on is not None:
        return back_to_team(public_id)
    form = RoleForm(role=role.role.value, function=role.function)
    form.offer(offered_roles(role.territory_id))
    if form.validate_on_submit() and _changed(form, role):
        db.session.commit()
        flash(_("Le rôle %(of_name)s est changé.", of_name=of(role.person.name)), "success")
        return back_to_team(public_id)
    status = 422 if request.method == "POST" else 200
    return team_form_page(
        "accounts/change_role.html", role.territory, form, status, person=role.person
    )


@accounts.post("/territoires/<public_id>/equipe/<person_id>/fin")
def end_role(public_id: str, person_id: str) -> ResponseReturnValue:
    """End somebody's role, or leave one's own."""
    role = _role(public_id, person_id)
    if not may_end_role(viewer(), role):
        abort(403)
    is_own, name = role.person_id == viewer().person_id, role.person.name
    try:
        ended = team.end_role(
            db.session(), role, by_id=viewer().person_id, today=_today(role.territory)
        )
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return part_of_team(role.territory)
    db.session.commit()
    if is_own:
        # one may no longer see this territory; the way back stands on one's own account
        flash(_("Vous avez quitté ce rôle. Vous pouvez le reprendre jusqu’à demain."), "success")
        return leave_to(url_for("accounts.own_account", _anchor="roles"))
    if ended:
        flash(_("Le rôle %(of_name)s a pris fin.", of_name=of(name)), "success")
    return part_of_team(role.territory)


@accounts.post("/territoires/<public_id>/equipe/<person_id>/remettre")
def restore_role(public_id: str, person_id: str) -> ResponseReturnValue:
    """Undo an end, one's own or another's."""
    role = _role(public_id, person_id)
    if role.ended_on is None and may_end_role(viewer(), role):
        return part_of_team(role.territory)
    if not may_restore_role(viewer(), role, _today(role.territory)):
        abort(403)
    try:
        team.restore_role(db.session(), role)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return part_of_team(role.territory)
    db.session.commit()
    flash(_("%(name)s retrouve son rôle.", name=role.person.name), "success")
    if role.person_id == viewer().person_id:
        return back_to_team(public_id)
    return part_of_team(role.territory)


def _role(public_id: str, person_id: str) -> TerritoryRole:
    """A person's present role in a territory, else the one that ended last."""
    query = (
        visible_roles(viewer())
        .join(TerritoryRole.territory)
        .where(Territory.public_id == public_id, Person.public_id == person_id)
        .order_by(TerritoryRole.ended_on.is_not(None), TerritoryRole.id.desc())
        .limit(1)
    )
    role = db.session.scalars(query).one_or_none() or abort(404)
    show_territory(role.territory)
    return role


def offered_roles(territory_id: int) -> list[TerritoryRoleKind]:
    return [role for role in TerritoryRoleKind if may_name(viewer(), territory_id, role)]


def _today(territory: Territory) -> date:
    return clock.local_day(clock.now(), territory.time_zone)


def _changed(form: RoleForm, role: TerritoryRole) -> bool:
    try:
        team.change_role(
            db.session(),
            role,
            to=form.chosen,
            function=form.function.data,
            by_id=viewer().person_id,
            today=_today(role.territory),
        )
    except RefusedError as refusal:
        form.role.errors = [_(str(refusal))]
        return False
    return True


def _team(found: Territory) -> dict[str, Any]:
    """What the part of the page about people needs."""
    session, now, manages = db.session(), clock.now(), may_animate(viewer(), found)
    today = clock.local_day(now, found.time_zone)
    invited = invitations_to(session, AskKind.TERRITORY_ROLE, (TERRITORY, found.id))
    members = team_of(session, found)
    return {
        "place": found,
        "members": [
            (member, may_change_role(viewer(), member.role), may_end_role(viewer(), member.role))
            for member in members
        ],
        "roles": TERRITORY_ROLES,
        "deeds": TERRITORY_ROLE_DEEDS,
        "manages": manages,
        "reads_contacts": may_see_team_contacts(viewer(), found),
        "former": _former(found, members, today) if manages else [],
        "invitations": [
            (
                one,
                TerritoryRoleKind(one.ask.payload["role"]),
                asks.shown_state(one.ask, now),
            )
            for one in (invited if manages else [])
        ],
        "may_name": {role: may_name(viewer(), found.id, role) for role in TerritoryRoleKind},
    }


def _former(
    found: Territory, members: list[TeamMember], today: date
) -> list[tuple[TerritoryRole, bool]]:
    """Roles that ended, each with whether that can be taken back: the last one of a person."""
    busy, lines = {member.person.id for member in members}, []
    for role in former_team(db.session(), found.id):
        back = role.person_id not in busy and may_restore_role(viewer(), role, today)
        lines.append((role, back))
        busy.add(role.person_id)
    return lines


def team_form_page(
    template: str, found: Territory, form: RoleForm, status: int, **more: Any
) -> ResponseReturnValue:
    page = render_template(template, place=found, form=form, rights=TERRITORY_ROLE_RIGHTS, **more)
    return page, status


def part_of_team(found: Territory) -> ResponseReturnValue:
    if wants_fragment():
        return fragment("accounts/_team.html", **_team(found))
    return back_to_team(found.public_id)


def back_to_team(public_id: str) -> ResponseReturnValue:
    return leave_to(url_for("accounts.territory_team", public_id=public_id))
