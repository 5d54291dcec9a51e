"""An organisation's part in a project: asked for, confirmed, changed, left.

A yes is kept with its date, its text and who said it. The caller checked rights and commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.accounts.services import asks
from app.agreements.kinds import CommitmentKind, GivenBy
from app.agreements.models import Commitment
from app.agreements.rules import is_over
from app.agreements.services import questions
from app.agreements.subjects import PARTNER
from app.agreements.texts import PART, STEP
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import via
from app.plans.kinds import OPEN_STATUSES, PartnerRole, PartnerState, ProjectState
from app.plans.models import Partner, Step
from app.plans.services.projects import change_role, confirm_partner, retire_partner

# long enough for a board that meets each month; nobody is chased for it meanwhile
LIFETIME = timedelta(days=60)
# a second tap within this time asks nothing again
SECOND_TAP = timedelta(hours=1)


def ask_part(session: Session, partner: Partner, *, asker_id: int, now: datetime) -> Ask:
    """« Invité »: ask the organisation by mail whether it confirms; asking again renews the mail.

    Raises RefusedError for a draft, which mails nobody, and for who has answered.
    """
    if partner.project.state is ProjectState.DRAFT:
        raise RefusedError("Lancez d’abord le projet : un brouillon n’écrit à personne.")
    if partner.state in (PartnerState.CONFIRMED, PartnerState.RETIRED):
        raise RefusedError("Cette organisation a déjà répondu.")
    partner.state = PartnerState.INVITED
    waiting = open_question(session, partner.id)
    if waiting is not None:
        if waiting.expires_at - LIFETIME < now - SECOND_TAP:
            waiting.asker_id = asker_id
            questions.remind(session, waiting, now=now, expires_at=now + LIFETIME)
        return waiting
    return questions.put(
        session,
        kind=AskKind.COMMITMENT,
        subject=(PARTNER, partner.id),
        organisation_id=partner.organisation_id,
        asker_id=asker_id,
        place=(partner.territory_id, partner.project_id),
        text_version=PART,
        now=now,
        expires_at=now + LIFETIME,
    )


def open_question(session: Session, partner_id: int) -> Ask | None:
    """The question whether a partner confirms its part, while it waits."""
    return session.scalars(
        select(Ask)
        .where(
            Ask.kind == AskKind.COMMITMENT,
            Ask.subject_kind == PARTNER,
            Ask.subject_id == partner_id,
            Ask.state == AskState.OPEN,
        )
        .order_by(Ask.id.desc())
        .limit(1)
    ).one_or_none()


def give_part(session: Session, partner: Partner, *, person_id: int, now: datetime) -> None:
    """A member of the organisation says yes, by a deliberate click; saying it again is harmless."""
    _confirm(session, partner, person_id=person_id, noted_by_id=None, now=now)


def note_part(session: Session, partner: Partner, *, noted_by_id: int, now: datetime) -> None:
    """A yes that was said aloud, written down by who heard it."""
    _confirm(session, partner, person_id=None, noted_by_id=noted_by_id, now=now)


def _confirm(
    session: Session,
    partner: Partner,
    *,
    person_id: int | None,
    noted_by_id: int | None,
    now: datetime,
) -> None:
    if partner.state is PartnerState.CONFIRMED:
        return
    confirm_partner(partner, person_id=person_id or noted_by_id, text_version=PART, now=now)
    session.add(
        Commitment(
            territory_id=partner.territory_id,
            project_id=partner.project_id,
            kind=CommitmentKind.PART,
            subject_id=partner.id,
            organisation_id=partner.organisation_id,
            person_id=person_id,
            noted_by_id=noted_by_id,
            given_by=GivenBy.WORD if noted_by_id else way(session),
            text_version=PART,
            given_at=now,
        )
    )
    _withdraw_question(session, partner.id)
    session.flush()


def require_open(step: Step) -> None:
    """Raise RefusedError for a step that nobody can take on any more."""
    if not is_over(step):
        return
    if step.status in OPEN_STATUSES:
        raise RefusedError("Ce projet est terminé : ses étapes ne se confient plus.")
    raise RefusedError("Cette étape est terminée : il n’y a plus rien à prendre en charge.")


def give_step(
    session: Session, step: Step, *, organisation_id: int, person_id: int, now: datetime
) -> None:
    """The organisation that leads a step says that it will do it; kept once for each lead.

    Raises RefusedError for a step that is over.
    """
    as_it_stands = select(Step).where(Step.id == step.id).with_for_update()
    session.execute(as_it_stands, execution_options={"populate_existing": True})
    require_open(step)
    known = session.scalar(
        select(Commitment.id).where(
            Commitment.kind == CommitmentKind.STEP,
            Commitment.subject_id == step.id,
            Commitment.organisation_id == organisation_id,
            Commitment.text_version == STEP,
            Commitment.withdrawn_at.is_(None),
        )
    )
    if known is not None:
        return
    session.add(
        Commitment(
            territory_id=step.territory_id,
            project_id=step.project_id,
            kind=CommitmentKind.STEP,
            subject_id=step.id,
            organisation_id=organisation_id,
            person_id=person_id,
            given_by=way(session),
            text_version=STEP,
            given_at=now,
        )
    )
    session.flush()


def leave(session: Session, partner: Partner, *, now: datetime, by_itself: bool = False) -> None:
    """End a part; what was committed to for it ends with it."""
    retire_partner(session, partner, by_itself=by_itself)
    _withdraw_question(session, partner.id)
    _end_commitments(session, partner, now)
    session.flush()


def take_role(session: Session, partner: Partner, role: PartnerRole, *, now: datetime) -> None:
    """Another part; one that reads more than before is confirmed anew."""
    change_role(partner, role)
    if partner.state is not PartnerState.CONFIRMED:
        _end_commitments(session, partner, now)
    session.flush()


def _end_commitments(session: Session, partner: Partner, now: datetime) -> None:
    standing = select(Commitment).where(
        Commitment.kind == CommitmentKind.PART,
        Commitment.subject_id == partner.id,
        Commitment.withdrawn_at.is_(None),
    )
    for commitment in session.scalars(standing):
        commitment.withdrawn_at = now


def _withdraw_question(session: Session, partner_id: int) -> None:
    waiting = open_question(session, partner_id)
    if waiting is not None:
        asks.withdraw(waiting)


def way(session: Session) -> GivenBy:
    """How a yes comes that is given right now: on a page, or behind a mailed link."""
    return GivenBy.MAIL if via(session) is Via.MAIL_LINK else GivenBy.PAGE


def _still_asked(session: Session, ask: Ask) -> bool:
    partner = session.get(Partner, ask.subject_id)
    return partner is not None and partner.state is PartnerState.INVITED


def _accepted(session: Session, ask: Ask, now: datetime) -> None:
    assert ask.answered_by_id is not None  # answered just now
    partner = session.get_one(Partner, ask.subject_id)
    give_part(session, partner, person_id=ask.answered_by_id, now=now)


def _declined(session: Session, ask: Ask, now: datetime) -> None:
    leave(session, session.get_one(Partner, ask.subject_id), now=now, by_itself=True)


HANDLER = asks.Handler(stands=_still_asked, run=_accepted, refuse=_declined)
