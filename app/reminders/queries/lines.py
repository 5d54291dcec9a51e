"""The lines that one mail holds for who keeps an eye on something, and which are still true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.prepared import Kept
from app.outbox.models import Mail
from app.plans.models import Step
from app.reminders.kinds import Reason, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.decided import ledger_of
from app.reminders.queries.facts import steps_of, territories_by_id
from app.reminders.queries.watched import project_facts
from app.reminders.schedule.facts import PROJECT, WATCHED, Ledger, Occasion
from app.reminders.schedule.watching import Notice, Watch, notices


@dataclass(frozen=True)
class MailLines:
    """What may be said, with its relance ids, and why the rest may not, by relance id."""

    true: Sequence[Notice]
    ids: Sequence[int]
    untrue: Mapping[int, Reason]


def lines_of(session: Session, mail: Mail, today: date) -> MailLines:
    """The lines of a mail that is about to leave, judged as on the day they were decided."""
    told = {
        Occasion(row.subject_kind, row.subject_id, row.basis, row.code): row.id
        for row in _LINES.rows(session, {"mail_id": mail.id})
    }
    if not told:
        return MailLines((), (), {})
    present = {
        notice.occasion: notice
        for notice in notices(_watch(session, told), _answers(session, told), today)
        if notice.recipient.id == mail.recipient_id
    }
    return MailLines(
        [present[one] for one in told if one in present],
        [id_ for one, id_ in told.items() if one in present],
        {id_: Reason.FACTS_CHANGED for one, id_ in told.items() if one not in present},
    )


_LINES = Kept(
    select(Relance.id, Relance.subject_kind, Relance.subject_id, Relance.basis, Relance.code).where(
        Relance.mail_id == bindparam("mail_id"),
        Relance.subject_kind.in_((WATCHED, PROJECT)),
        Relance.state == RelanceState.TOLD,
    )
)


def _steps(told: Mapping[Occasion, int]) -> list[int]:
    return [one.subject_id for one in told if one.subject_kind == WATCHED]


def _watch(session: Session, told: Mapping[Occasion, int]) -> Watch:
    steps, stuck = steps_of(session, _steps(told))
    projects = {one.subject_id for one in told if one.subject_kind == PROJECT}
    projects |= {one.project_id for one in steps} | {one.project_id for one in stuck}
    theirs = select(Relance.territory_id).where(Relance.id.in_(told.values()))
    known = territories_by_id(session, set(session.scalars(theirs)))
    return Watch(steps, stuck, project_facts(session, known, projects))


def _answers(session: Session, told: Mapping[Occasion, int]) -> Ledger:
    """What was decided about the steps themselves."""
    return ledger_of(session, Step.id.in_(_steps(told)))
