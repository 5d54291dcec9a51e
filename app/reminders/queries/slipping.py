"""What an answer moves: the steps that wait for one whose date has changed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Territory
from app.plans.models import Step
from app.plans.queries.order import followers
from app.reminders.queries.mail import ToldStep


class SlippingStep(NamedTuple):
    """A step that comes after; `to` keeps the days between the two, `must`: it cannot hold."""

    title: str
    organisation: str
    due_on: date
    to: date
    must: bool


def slipping(session: Session, told: ToldStep) -> list[SlippingStep]:
    """What comes later because a step has another date than its mail spoke of."""
    if told.due_on is None or told.due_on <= told.basis:
        return []
    step = session.get_one(Step, told.id)
    zone = session.get_one(Territory, told.territory_id).holiday_zone
    found = followers(session, step, planned=told.basis, expected=told.due_on, zone=zone)
    if not found:
        return []
    rows = session.execute(
        select(Step.id, Step.title, Organisation.name)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(Step.id.in_([slip.id for slip in found]))
    )
    names = {row.id: (row.title, row.name) for row in rows}
    return [SlippingStep(*names[slip.id], slip.due_on, slip.to, slip.must) for slip in found]
