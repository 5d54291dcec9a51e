"""« Annuler » in the message that says that a status was confirmed or taken away."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.maturity.routes.blueprint import assessment_of, attempt, maturity, place_of
from app.maturity.routes.criterion import address
from app.maturity.services.status_back import take_status_back
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/annuler/<batch>")
def take_back(public_id: str, framework_id: str, ref: str, batch: str) -> ResponseReturnValue:
    place = place_of(public_id, framework_id, ref, to_change=True)
    attempt(
        lambda: take_status_back(
            db.session(),
            assessment_of(place.standing),
            ref=ref,
            batch=batch,
            person_id=viewer().person_id,
            now=clock.now(),
        ),
        _("C’est comme avant\u00a0: %(ref)s.", ref=ref),
    )
    return leave_to(address(place))
