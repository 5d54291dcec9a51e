"""What was said with firms, and what came of it, for the access matrix."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import Campaign, ContactNote, Opportunity
from app.initiatives.services.campaigns import open_campaign
from app.initiatives.services.leads import Lead, capture
from app.initiatives.services.notes import Said, take_note
from tests.cast import Cast


def new_note(session: Session, cast: Cast) -> ContactNote:
    """Karim called Le Fournil about Lucie's step: its partners may read that."""
    now = clock.now()
    return take_note(
        session,
        territory_id=cast.territory().id,
        organisation_id=cast.organisation("Le Fournil").id,
        author_id=cast.person("Karim").id,
        author_organisation_id=cast.organisation("CCI des Deux Rives").id,
        said=Said(NoteKind.CALL, "Elle rappelle", now.date(), NoteVisibility.PARTNERS),
        now=now,
        today=now.date(),
        steps=[cast.step()],
    )


def new_lead(session: Session, cast: Cast) -> Opportunity:
    """Karim brought it for the CCI; Lucie's bakery is concerned."""
    return capture(
        session,
        territory_id=cast.territory().id,
        lead=Lead("Chaleur du four", organisations=[cast.organisation("Le Fournil")]),
        brought_by_id=cast.person("Karim").id,
        brought_by_organisation_id=cast.organisation("CCI des Deux Rives").id,
        now=clock.now(),
    )


def new_campaign(session: Session, cast: Cast) -> Campaign:
    title, today = "Premier tour", clock.now().date()
    return open_campaign(
        session, territory_id=cast.territory().id, zone_id=None, title=title, today=today
    )
