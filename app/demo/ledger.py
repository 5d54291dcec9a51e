"""Writes the relances of the story's past: mails that left, what was not told, answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from app.core.clock import local_instant
from app.demo.chronicle import ENDING, SAYING, public_id
from app.demo.days import TIME_ZONE, moment
from app.demo.ground import Ground
from app.demo.relances import Past
from app.journal.recorder import UNTRACKED
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.reminders.kinds import Answer, RelanceState
from app.reminders.labels import subject
from app.reminders.models import Relance, RelanceSetting
from app.reminders.schedule.fold import PlannedMail
from app.reminders.schedule.judging import Told
from app.reminders.services.writing import MAIL_KIND, topic_of

_UNDER_WAY = timedelta(seconds=20)
_ONE_DAY = timedelta(days=1)


def write_past(ground: Ground, past: Past) -> None:
    """Everything that was decided up to the eve of the first day, as the runs would have left it.

    Called when all steps and people of the story stand in the database.
    """
    rows: list[dict[str, Any]] = []
    for day, decision in past.decisions:
        at = local_instant(day, ground.territory.send_hour, TIME_ZONE)
        for planned in decision.mails:
            mail = _mail(ground, past, planned, at)
            ground.session.add(mail)
            ground.session.flush()
            rows += [_told(ground, past, one, mail, day, at) for one in planned.told]
        for drop in decision.drops:
            recipient = drop.step.recipient
            rows.append(
                _row(ground, past, drop, at)
                | {
                    "state": RelanceState.DROPPED,
                    "reason": drop.reason,
                    "recipient_id": _person_id(ground, past, recipient.id) if recipient else None,
                }
            )
    ground.session.execute(insert(Relance), rows)
    ground.session.execute(
        update(RelanceSetting)
        .where(RelanceSetting.territory_id == ground.territory.id)
        .values(run_on=ground.story.days.first_day - _ONE_DAY)
        .execution_options(**{UNTRACKED: True})
    )


def _mail(ground: Ground, past: Past, planned: PlannedMail, at: datetime) -> Mail:
    return Mail(
        public_id=public_id(planned.key),
        key=planned.key,
        kind=MAIL_KIND,
        territory_id=ground.territory.id,
        recipient_id=_person_id(ground, past, planned.recipient.id),
        to=planned.recipient.email or "",
        refs={"on": planned.on.isoformat()},
        subject=subject([topic_of(one) for one in planned.told], planned.on),
        not_before=at,
        created_at=at,
        state=MailState.SENT,
        attempts=1,
        ended_at=at + _UNDER_WAY,
    )


def _person_id(ground: Ground, past: Past, number: int) -> int:
    return ground.people[past.people[number]].id


def _told(
    ground: Ground, past: Past, one: Told, mail: Mail, day: date, at: datetime
) -> dict[str, Any]:
    answer = past.answers.get(one.occasion)
    return _row(ground, past, one, at) | {
        "state": RelanceState.TOLD,
        "recipient_id": mail.recipient_id,
        "mail_id": mail.id,
        "mailed_on": day,
        "answer": answer,
        **_when(_answered_at(past, one, answer, day) if answer else None),
    }


def _row(ground: Ground, past: Past, one: Told, at: datetime) -> dict[str, Any]:
    project, step = past.steps[one.step.id]
    return {
        "territory_id": ground.territory.id,
        "subject_kind": one.occasion.subject_kind,
        "subject_id": ground.steps[project.key, step.title].id,
        "basis": one.occasion.basis,
        "code": one.occasion.code,
        "nominal_on": one.nominal_on,
        "decided_at": at,
        "state": RelanceState.TOLD,
        "reason": None,
        "recipient_id": None,
        "mail_id": None,
        "mailed_on": None,
        "answer": None,
        **_when(None),
    }


def _when(answered_at: datetime | None) -> dict[str, datetime | None]:
    """An answer of the story is the only one."""
    return {"answered_at": answered_at, "first_answered_at": answered_at}


def _answered_at(past: Past, one: Told, answer: Answer, day: date) -> datetime:
    """The minute in which the journal says that the step changed; a yes changes nothing."""
    project, step = past.steps[one.step.id]
    what = f"{project.key} {step.title}"
    settled = step.settled_on
    if answer is Answer.AGREED or settled is None:
        return moment(day, SAYING, what)
    return moment(settled, ENDING, what)
