"""The questions that wait for an answer of one's organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import AskState
from app.accounts.models import Ask
from app.agreements.queries.questions import question_of
from app.agreements.rules import answerable_asks
from app.core.viewer import Viewer

MOST = 10


@dataclass(frozen=True)
class Waiting:
    public_id: str
    title: str
    project: str
    project_public_id: str | None
    until: date


def waiting_questions(session: Session, viewer: Viewer, now: datetime) -> list[Waiting]:
    """At most ten, the first to run out first."""
    if not viewer.organisations:
        return []
    asks = session.scalars(
        answerable_asks(viewer)
        .where(Ask.state == AskState.OPEN, Ask.expires_at > now)
        .order_by(Ask.expires_at, Ask.id)
        .limit(MOST)
    ).all()
    found = []
    for ask in asks:
        put = question_of(session, ask)
        if put is None:
            continue
        found.append(
            Waiting(
                ask.public_id,
                put.question.title,
                put.project.title if put.project else put.territory.name,
                put.project.public_id if put.project else None,
                put.until,
            )
        )
    return found
