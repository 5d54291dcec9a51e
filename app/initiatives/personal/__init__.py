"""What the démarche says about people, topic by topic."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.personal import Leaving, PersonalData
from app.initiatives.personal import campaigns, leads, meetings, notes, stages

TOPICS = (notes, leads, campaigns, meetings, stages)


def _let_go(session: Session, leaving: Leaving) -> None:
    notes.let_go(session, leaving)
    meetings.let_go(session, leaving)


PERSONAL = PersonalData(
    holdings=tuple(one for topic in TOPICS for one in topic.HOLDINGS),
    sections=tuple(one for topic in TOPICS for one in topic.SECTIONS),
    let_go=_let_go,
)
