"""What the page behind a relance shows: the steps of its mail as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person, Territory
from app.journal.kinds import Via
from app.journal.models import Change
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.kinds import Answer, RelanceState
from app.reminders.labels import buttons, choices_for
from app.reminders.queries.beyond import NOTHING, Beyond, beyond
from app.reminders.queries.mail import (
    NextStep,
    Pilot,
    ToldStep,
    answerable,
    next_steps,
    partners_of,
    pilot_of,
    told_steps,
)


@dataclass(frozen=True)
class AnswerLine:
    """A step with the answers that still make sense, the three usual ones first."""

    told: ToldStep
    partners: list[str]
    follows: NextStep | None
    offers: list[tuple[Answer, str]]
    others: list[tuple[Answer, str]]
    beyond: Beyond
    today: date

    @property
    def waits_for_news(self) -> bool:
        """Whether the day on which they promised news is still to come."""
        return self.told.news_on is not None and self.told.news_on >= self.today

    @property
    def is_open(self) -> bool:
        """Whether something is still asked about this step."""
        return self.told.status is not StepStatus.DONE and not self.is_settled

    @property
    def is_settled(self) -> bool:
        """Answered from this mail, and nothing has changed since."""
        told = self.told
        if told.answer is None:
            return False
        holds = {
            Answer.AGREED: told.due_on == told.basis,
            Answer.NEW_DATE: told.due_on != told.basis,
            Answer.STUCK: told.status is StepStatus.BLOCKED,
            Answer.NOT_ME: True,
            Answer.IN_PROGRESS: told.status is StepStatus.IN_PROGRESS and self.waits_for_news,
            Answer.PASSED_ON: self.beyond.passed_to is not None,
        }
        return holds.get(told.answer, False)


@dataclass(frozen=True)
class AnswerPage:
    """Everything one mail asked, for the person it was sent to."""

    person: Person
    pilot: Pilot | None
    territory: Territory | None
    lines: list[AnswerLine]

    def thanks(self, step_public_id: str | None) -> AnswerLine | None:
        """The step just answered, which is said first."""
        line = self.line_of(step_public_id)
        return line if line is not None and line.told.answer is not None else None

    def line_of(self, step_public_id: str | None) -> AnswerLine | None:
        return next((one for one in self.lines if one.told.public_id == step_public_id), None)

    @property
    def open_lines(self) -> list[AnswerLine]:
        return [line for line in self.lines if line.is_open]

    @property
    def asks_agreement(self) -> bool:
        """Whether all that is asked is to agree to days to come."""
        return all(line.offers[0][0] is Answer.AGREED for line in self.open_lines)

    @property
    def closed_lines(self) -> list[AnswerLine]:
        return [line for line in self.lines if not line.is_open]


def answer_page(session: Session, mail: Mail, person: Person, today: date) -> AnswerPage:
    """The steps of a mail that its recipient may still answer for; none when they have left."""
    told = [
        one
        for one in told_steps(session, mail.id)
        if (one.state is RelanceState.TOLD or one.answer is not None)
        and one.status is not StepStatus.ABANDONED
    ]
    theirs = answerable(session, person.id, [one.id for one in told])
    kept = [one for one in told if one.id in theirs]
    partners = partners_of(session, {one.project_id for one in kept})
    follows = next_steps(session, [one.id for one in kept])
    more = beyond(session, person.id, [one.id for one in kept])
    lines = []
    for one in kept:
        offers, others = choices_for(one.is_first, one.due_on, today)
        able = more.get(one.id, NOTHING)
        if not able.may_pass_on:
            others = tuple(answer for answer in others if answer is not Answer.PASSED_ON)
        lines.append(
            AnswerLine(
                told=one,
                partners=[
                    name for id_, name in partners[one.project_id] if id_ != one.organisation_id
                ],
                follows=follows.get(one.id),
                offers=buttons(offers),
                others=buttons(others),
                beyond=able,
                today=today,
            )
        )
    territory = session.get(Territory, mail.territory_id) if mail.territory_id else None
    return AnswerPage(person, pilot_of(session, mail.territory_id), territory, lines)


def answered_since(session: Session, step: Step, seen_version: int | None) -> set[str]:
    """The states that answers by link have given a step since a page showed this version of it.

    Every change of a step is a version: so many entries of the change log as versions are younger.
    """
    if seen_version is None or seen_version >= step.version:
        return set()
    latest = session.execute(
        select(Change.via, Change.fields["status"][1].as_string())
        .where(Change.entity == Step.__name__, Change.entity_id == step.id)
        .order_by(Change.id.desc())
        .limit(step.version - seen_version)
    )
    return {status for via, status in latest if via is Via.MAIL_LINK and status is not None}
