"""A step or a theme passes to another organisation, once that one has said yes.

Until then nothing changes: steps, reminders and rights stay where they are.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.accounts.queries.people import active_place
from app.accounts.services import asks
from app.accounts.sessions import viewer_of
from app.agreements import subjects
from app.agreements.rules import is_over, may_drive_theme, may_pass_on
from app.agreements.services import questions
from app.agreements.services.parts import give_part, give_step, require_open
from app.agreements.texts import STEP, THEME
from app.core.refusals import RefusedError
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Step, Theme
from app.plans.queries.project import live_part
from app.plans.services.steps import hand_step

LIFETIME = timedelta(days=30)


def offer_step(
    session: Session,
    step: Step,
    *,
    organisation_id: int,
    person_id: int | None,
    word: str | None,
    asker_id: int,
    now: datetime,
) -> Ask:
    """Ask another organisation to take a step over; a former offer of it is taken back.

    Raises RefusedError for a step that is over, a draft, or who has it already.
    """
    require_open(step)
    if step.project.state is ProjectState.DRAFT:
        raise RefusedError("Lancez d’abord le projet : un brouillon n’écrit à personne.")
    if (organisation_id, person_id) == (step.lead_organisation_id, step.lead_person_id):
        raise RefusedError("Cette étape leur est déjà confiée.")
    take_back(session, subjects.STEP, step.id)
    return questions.put(
        session,
        kind=AskKind.HAND_OVER,
        subject=(subjects.STEP, step.id),
        organisation_id=organisation_id,
        person_id=person_id,
        asker_id=asker_id,
        place=(step.territory_id, step.project_id),
        text_version=STEP,
        payload={"word": word},
        now=now,
        expires_at=now + LIFETIME,
    )


def offer_theme(
    session: Session,
    theme: Theme,
    *,
    organisation_id: int,
    word: str | None,
    asker_id: int,
    now: datetime,
) -> Ask:
    """Ask another organisation to drive a theme: its projects, as the pilot does."""
    if organisation_id == theme.lead_organisation_id:
        raise RefusedError("Cet axe leur est déjà confié.")
    take_back(session, subjects.THEME, theme.id)
    return questions.put(
        session,
        kind=AskKind.HAND_OVER,
        subject=(subjects.THEME, theme.id),
        organisation_id=organisation_id,
        asker_id=asker_id,
        place=(theme.territory_id, None),
        text_version=THEME,
        payload={"word": word},
        now=now,
        expires_at=now + LIFETIME,
    )


def give_theme_back(session: Session, theme: Theme) -> None:
    """The territory drives it again; at once, by who took it over or by who animates."""
    theme.lead_organisation_id = theme.lead_person_id = None
    take_back(session, subjects.THEME, theme.id)
    session.flush()


def waiting_offer(session: Session, subject_kind: str, subject_id: int) -> Ask | None:
    """The offer of a subject that waits for its answer."""
    return session.scalars(
        select(Ask)
        .where(
            Ask.kind == AskKind.HAND_OVER,
            Ask.subject_kind == subject_kind,
            Ask.subject_id == subject_id,
            Ask.state == AskState.OPEN,
        )
        .order_by(Ask.id.desc())
        .limit(1)
    ).one_or_none()


def take_back(session: Session, subject_kind: str, subject_id: int) -> None:
    """What was offered before is not offered any more."""
    former = waiting_offer(session, subject_kind, subject_id)
    if former is not None:
        asks.withdraw(former)
        session.flush()


def _still_asked(session: Session, ask: Ask) -> bool:
    """Whether who asks may still pass it on, and it is still there to be passed."""
    asker = viewer_of(session, ask.asker_id)
    if asker is None:
        return False
    if ask.subject_kind == subjects.STEP:
        step = session.get(Step, ask.subject_id)
        return step is not None and not is_over(step) and may_pass_on(asker, step)
    theme = session.get(Theme, ask.subject_id)
    return theme is not None and may_drive_theme(asker, theme)


def _accepted(session: Session, ask: Ask, now: datetime) -> None:
    assert ask.asked_organisation_id is not None and ask.answered_by_id is not None
    if ask.subject_kind == subjects.STEP:
        _step_accepted(session, ask, ask.asked_organisation_id, ask.answered_by_id, now)
        return
    theme = session.get_one(Theme, ask.subject_id)
    theme.lead_organisation_id = ask.asked_organisation_id
    theme.lead_person_id = ask.answered_by_id
    session.flush()


def _step_accepted(
    session: Session, ask: Ask, organisation_id: int, person_id: int, now: datetime
) -> None:
    # who answered leads it, where they belong to the organisation themselves
    belongs = active_place(session, person_id, organisation_id) is not None
    take_step(
        session,
        session.get_one(Step, ask.subject_id),
        organisation_id=organisation_id,
        lead_person_id=ask.asked_person_id or (person_id if belongs else None),
        person_id=person_id,
        now=now,
    )


def take_step(
    session: Session,
    step: Step,
    *,
    organisation_id: int,
    lead_person_id: int | None,
    person_id: int,
    now: datetime,
) -> None:
    """An organisation takes a step over by the yes of one of its people, and takes part by it."""
    hand_step(session, step, organisation_id=organisation_id, person_id=lead_person_id)
    part = live_part(session, step.project_id, organisation_id)
    if part is not None and part.state is not PartnerState.CONFIRMED:
        give_part(session, part, person_id=person_id, now=now)
    give_step(session, step, organisation_id=organisation_id, person_id=person_id, now=now)


HANDLER = asks.Handler(stands=_still_asked, run=_accepted)
