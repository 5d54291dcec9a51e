"""Passing the piloting of a whole territory on to somebody else."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Person, Territory
from app.accounts.routes.blueprint import open_territory
from app.agreements.forms import HandTerritoryForm
from app.agreements.queries.piloting import candidates, steps_at_name
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_hand_territory
from app.agreements.services.hand_overs import take_back, waiting_offer
from app.agreements.services.piloting import offer_piloting
from app.agreements.subjects import TERRITORY
from app.core import clock
from app.plans.routes.blueprint import attempt
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to


@agreements.route("/territoires/<public_id>/passer", methods=["GET", "POST"])
def hand_territory_on(public_id: str) -> ResponseReturnValue:
    """Offer it; everything stays as it is until the other one says yes."""
    territory = open_territory(public_id, may_hand_territory)
    session, own = db.session(), viewer().person_id
    form = HandTerritoryForm()
    people = candidates(session, territory.id, own)
    # nobody is chosen beforehand: it must not go to whoever stands first
    form.to.choices = [
        SelectChoice("", _("Choisissez une personne")),
        *(SelectChoice(f"{firm}.{one}", f"{name} – {where}") for firm, one, name, where in people),
    ]
    if form.validate_on_submit() and _offered(territory, form):
        return leave_to(url_for("accounts.territory_team", public_id=public_id))
    waiting = waiting_offer(session, TERRITORY, territory.id)
    asked = waiting.asked_person_id if waiting else None
    return render_template(
        "agreements/hand_territory.html",
        place=territory,
        form=form,
        has_people=bool(people),
        waiting=waiting,
        asked=session.get_one(Person, asked).name if asked else None,
        open_steps=len(steps_at_name(session, territory.id, own)),
    ), 422 if request.method == "POST" else 200


@agreements.post("/territoires/<public_id>/passer/retirer")
def keep_territory(public_id: str) -> ResponseReturnValue:
    """Take the offer back, as long as it has no answer."""
    territory = open_territory(public_id, may_hand_territory)
    if attempt(
        lambda: take_back(db.session(), TERRITORY, territory.id),
        _("La proposition est retirée : rien n’a changé."),
    ):
        db.session.commit()
    return leave_to(url_for("agreements.hand_territory_on", public_id=public_id))


def _offered(territory: Territory, form: HandTerritoryForm) -> bool:
    organisation_id, _dot, person_id = form.to.data.partition(".")
    stays = form.keeps.data == TerritoryRoleKind.FACILITATOR
    if not attempt(
        lambda: offer_piloting(
            db.session(),
            territory,
            organisation_id=int(organisation_id),
            person_id=int(person_id),
            keeps=TerritoryRoleKind.FACILITATOR if stays else None,
            word=(form.word.data or "").strip() or None,
            asker_id=viewer().person_id,
            now=clock.now(),
        ),
        _("C’est proposé. Vous animez le territoire jusqu’à sa réponse."),
    ):
        return False
    db.session.commit()
    return True
