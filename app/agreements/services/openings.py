"""Opening a quantity to a reader who asks for it. Silence means no (domain.md §6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.accounts.services import asks
from app.agreements.services import questions
from app.core.refusals import RefusedError
from app.plans.kinds import ProjectState
from app.plans.models import Flow
from app.plans.queries.project import live_part
from app.plans.services.steps import set_reader

SUBJECT = "flow"
LIFETIME = timedelta(days=60)
TEXT_VERSION = "opening-1"


def ask_to_read(
    session: Session, flow: Flow, *, reader_id: int, asker_id: int, now: datetime
) -> Ask:
    """Ask the organisation that declared a flow to show its quantity to one organisation.

    Asked once while it waits. Raises RefusedError for a draft, which mails nobody.
    """
    if flow.project.state is ProjectState.DRAFT:
        raise RefusedError("Lancez d’abord le projet : un brouillon n’écrit à personne.")
    session.execute(select(Flow.id).where(Flow.id == flow.id).with_for_update())
    for waiting in session.scalars(
        select(Ask).where(
            Ask.kind == AskKind.OPENING,
            Ask.subject_kind == SUBJECT,
            Ask.subject_id == flow.id,
            Ask.state == AskState.OPEN,
            Ask.expires_at > now,
        )
    ):
        if waiting.payload.get("reader") == reader_id:
            return waiting
    return questions.put(
        session,
        kind=AskKind.OPENING,
        subject=(SUBJECT, flow.id),
        organisation_id=flow.organisation_id,
        asker_id=asker_id,
        place=(flow.territory_id, flow.project_id),
        text_version=TEXT_VERSION,
        payload={"reader": reader_id},
        now=now,
        expires_at=now + LIFETIME,
    )


def _still_asked(session: Session, ask: Ask) -> bool:
    flow = session.get(Flow, ask.subject_id)
    if flow is None or flow.organisation_id != ask.asked_organisation_id:
        return False
    return live_part(session, flow.project_id, ask.payload["reader"]) is not None


def _accepted(session: Session, ask: Ask, now: datetime) -> None:
    flow = session.get_one(Flow, ask.subject_id)
    set_reader(flow, ask.payload["reader"], is_open=True, now=now)
    session.flush()


HANDLER = asks.Handler(stands=_still_asked, run=_accepted)
