"""Questions of a project that wait for an answer, and of which nobody has heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState
from app.accounts.models import Ask, Grant, Organisation, Person
from app.agreements.kinds import QUESTION
from app.outbox.kinds import LOST
from app.outbox.labels import why_undelivered
from app.outbox.models import Mail


@dataclass(frozen=True)
class Unreached:
    """Whom the last mail of a question did not reach, and why, in French."""

    organisation: str
    person: str
    why: str


def unreached(session: Session, project_id: int, now: datetime) -> list[Unreached]:
    """In the order in which they were asked; one statement."""
    rows = session.execute(
        select(Ask.id, Organisation.name, Person.name, Mail.state, Mail.last_error)
        .select_from(Ask)
        .join(Grant, (Grant.subject_kind == "ask") & (Grant.subject_id == Ask.id))
        .join(Mail, Mail.key == literal(f"{QUESTION}:").concat(Grant.public_id))
        .join(Organisation, Organisation.id == Ask.asked_organisation_id)
        .join(Person, Person.id == Grant.person_id)
        .where(Ask.project_id == project_id, Ask.state == AskState.OPEN, Ask.expires_at > now)
        .order_by(Ask.id, Mail.id)
    )
    # asked again: the later mail says how it stands
    latest = {row[0]: row for row in rows}
    return [
        Unreached(firm, person, why_undelivered(error))
        for _ask, firm, person, state, error in latest.values()
        if state in LOST
    ]
