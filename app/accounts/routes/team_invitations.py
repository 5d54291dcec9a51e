"""Invitations into a territory's team: sent, mailed again, taken back."""

from __future__ import annotations

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.team import NomineeForm
from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.models import Ask, Territory
from app.accounts.queries.invitations import TERRITORY, invitations_to
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.routes.team import (
    back_to_team,
    offered_roles,
    part_of_team,
    team_form_page,
)
from app.accounts.routes.waiting_invitations import mail_again, take_back, waiting
from app.accounts.rules import may_animate, may_name
from app.accounts.services import team
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import viewer


@accounts.route("/territoires/<public_id>/equipe/inviter", methods=["GET", "POST"])
def invite_to_team(public_id: str) -> ResponseReturnValue:
    found = open_territory(public_id, may_animate)
    form = NomineeForm()
    form.offer(offered_roles(found.id))
    if form.validate_on_submit() and _invited(form, found):
        db.session.commit()
        flash(_("L’invitation part vers %(email)s.", email=form.email.data), "success")
        return back_to_team(public_id)
    status = 422 if request.method == "POST" else 200
    return team_form_page("accounts/invite_to_team.html", found, form, status)


@accounts.post("/territoires/<public_id>/equipe/invitations/<ask_id>/renouveler")
def renew_team_invitation(public_id: str, ask_id: str) -> ResponseReturnValue:
    found, ask = _asked(public_id, ask_id)
    mail_again(ask)
    return part_of_team(found)


@accounts.post("/territoires/<public_id>/equipe/invitations/<ask_id>/retirer")
def revoke_team_invitation(public_id: str, ask_id: str) -> ResponseReturnValue:
    found, ask = _asked(public_id, ask_id)
    take_back(ask)
    return part_of_team(found)


def _asked(public_id: str, ask_id: str) -> tuple[Territory, Ask]:
    found = open_territory(public_id, may_animate)
    known = invitations_to(db.session(), AskKind.TERRITORY_ROLE, (TERRITORY, found.id))
    ask = waiting(known, ask_id)
    if not may_name(viewer(), found.id, TerritoryRoleKind(ask.payload["role"])):
        abort(403)
    return found, ask


def _invited(form: NomineeForm, found: Territory) -> bool:
    try:
        team.invite_to_team(
            db.session(),
            territory=found,
            nominee=form.nominee(),
            asker_id=viewer().person_id,
            now=clock.now(),
        )
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return False
    return True
