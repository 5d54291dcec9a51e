"""Who is spoken to for an organisation, and what of them a mail needs to know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case

from app.accounts.kinds import MailRhythm
from app.accounts.models import Person
from app.outbox.bounces import refuses
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner, Project
from app.reminders.schedule.facts import Recipient, TerritoryFacts


def project_lead() -> ColumnElement[bool]:
    return and_(
        Partner.project_id == Project.id,
        Partner.role == PartnerRole.LEAD,
        Partner.state != PartnerState.RETIRED,
    )


def recipient_of(row: Any, person_id: int, territory: TerritoryFacts) -> Recipient:
    return Recipient(
        id=person_id,
        public_id=row.person_public_id,
        name=row.person_name,
        email=row.email,
        time_zone=row.time_zone or territory.time_zone,
        rhythm=row.rhythm or MailRhythm.AT_ONCE,
        paused_until=row.paused_until,
    )


def reachable() -> ColumnElement[str | None]:
    """The Person row's address, none where mail comes back from it."""
    return case((refuses(Person.email), None), else_=Person.email).label("email")
