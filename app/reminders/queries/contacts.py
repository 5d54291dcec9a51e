"""Who is spoken to for an organisation, and what of them a mail needs to know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists
from sqlalchemy.orm import aliased

from app.accounts.kinds import MailRhythm
from app.accounts.models import Person
from app.outbox.bounces import refuses
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner, Project, Step
from app.reminders.schedule.facts import Recipient, TerritoryFacts


def project_lead() -> ColumnElement[bool]:
    return and_(
        Partner.project_id == Project.id,
        Partner.role == PartnerRole.LEAD,
        Partner.state != PartnerState.RETIRED,
    )


def is_asked() -> ColumnElement[bool]:
    """Whether the Step row's organisation was asked for its part in the project, and has not
    answered: a commitment asked is not chased as a task."""
    part = aliased(Partner)
    return (
        exists()
        .where(
            part.project_id == Step.project_id,
            part.organisation_id == Step.lead_organisation_id,
            part.state == PartnerState.INVITED,
        )
        .correlate(Step)
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
