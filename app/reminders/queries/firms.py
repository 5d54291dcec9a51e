"""When the people of each firm were written to, lately: they share one mail in seven days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, cast, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation
from app.outbox import registry
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Partner, Project, Step
from app.reminders.kinds import NoticeCode, OccasionCode, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.contacts import project_lead
from app.reminders.queries.decided import FARTHEST_AHEAD
from app.reminders.schedule.facts import AGENTS, PROJECT, STEP

_TO_LEADS = (NoticeCode.TO_THE_LEAD, NoticeCode.SILENT_TO_LEAD)


class Firms(NamedTuple):
    """By organisation, as `Ledger` names them: the last local day of a relance that filled its
    week, and when another mail to one of its people did. Agents' organisations have none."""

    firm_on: dict[int, date]
    firm_written_at: dict[int, datetime]


def firms_mailed(session: Session, first: date, gap: timedelta) -> Firms:
    """Those that were within `gap` days before `first`, or on it and thereafter."""
    found = Firms({}, {})
    asked = (_of_steps(first, gap), _of_lines(first, gap), _of_others(first, gap))
    for organisation_id, day, at in session.execute(union_all(*asked)):
        if day is not None:
            known = found.firm_on.get(organisation_id, day)
            found.firm_on[organisation_id] = max(known, day)
        else:
            found.firm_written_at[organisation_id] = at
    return found


def _of_steps(first: date, gap: timedelta) -> Select[*tuple[Any, ...]]:
    """An eve fills no week; who answered « ce n’est pas moi » has read theirs."""
    return (
        select(Organisation.id, func.max(Relance.mailed_on), cast(null(), Mail.ended_at.type))
        .join(Step, Step.lead_organisation_id == Organisation.id)
        .join(Relance, and_(Relance.subject_kind == STEP, Relance.subject_id == Step.id))
        .where(
            _was_mailed(first, gap),
            Relance.code != OccasionCode.DAY_BEFORE,
            Organisation.kind.not_in(AGENTS),
        )
        .group_by(Organisation.id)
    )


def _of_lines(first: date, gap: timedelta) -> Select[*tuple[Any, ...]]:
    """To whoever leads a project for a firm."""
    project_id = case((Relance.subject_kind == PROJECT, Relance.subject_id), else_=Step.project_id)
    return (
        select(Organisation.id, func.max(Relance.mailed_on), cast(null(), Mail.ended_at.type))
        .select_from(Relance)
        .outerjoin(Step, and_(Relance.subject_kind != PROJECT, Step.id == Relance.subject_id))
        .join(Project, Project.id == project_id)
        .join(Partner, project_lead())
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            _was_mailed(first, gap),
            Relance.code.in_(_TO_LEADS),
            Organisation.kind.not_in(AGENTS),
        )
        .group_by(Organisation.id)
    )


def _of_others(first: date, gap: timedelta) -> Select[*tuple[Any, ...]]:
    """By somebody's own act, to anybody of the firm."""
    # a local day begins half a day before or after that of Greenwich
    since = datetime.combine(first - gap, time(), tzinfo=UTC) - timedelta(days=1)
    return (
        select(Organisation.id, cast(null(), Relance.mailed_on.type), func.max(Mail.ended_at))
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Mail, Mail.recipient_id == Membership.person_id)
        .where(
            Mail.kind.in_(registry.of_the_week()),
            Mail.state == MailState.SENT,
            Mail.ended_at > since,
            Membership.ended_on.is_(None),
            Organisation.kind.not_in(AGENTS),
        )
        .group_by(Organisation.id)
    )


def _was_mailed(first: date, gap: timedelta) -> ColumnElement[bool]:
    was_had = or_(Relance.state == RelanceState.TOLD, Relance.answer.is_not(None))
    return and_(
        or_(and_(was_had, Relance.mailed_on > first - gap), Relance.mailed_on >= first),
        Relance.mailed_on <= first + FARTHEST_AHEAD,
        Relance.recipient_id.is_not(None),
    )
