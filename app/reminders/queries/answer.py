"""What the page behind a relance shows: the steps of its mail as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Person, Territory
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.reminders.kinds import Answer, RelanceState
from app.reminders.labels import buttons, choices_for
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

    @property
    def is_open(self) -> bool:
        """Whether something is still asked about this step."""
        return self.told.status is not StepStatus.DONE and not self.is_settled

    @property
    def is_settled(self) -> bool:
        """Answered from this mail, and nothing has changed since."""
        told = self.told
        match told.answer:
            case Answer.AGREED:
                return told.due_on == told.basis
            case Answer.NEW_DATE:
                return told.due_on != told.basis
            case Answer.STUCK:
                return told.status is StepStatus.BLOCKED
            case Answer.NOT_ME:
                return True
            case Answer.DONE | None:
                return False


@dataclass(frozen=True)
class AnswerPage:
    """Everything one mail asked, for the person it was sent to."""

    person: Person
    pilot: Pilot | None
    territory: Territory | None
    lines: list[AnswerLine]

    def thanks(self, step_public_id: str | None) -> AnswerLine | None:
        """The step just answered, which is said first."""
        return next(
            (
                line
                for line in self.lines
                if line.told.public_id == step_public_id and line.told.answer is not None
            ),
            None,
        )

    @property
    def open_lines(self) -> list[AnswerLine]:
        return [line for line in self.lines if line.is_open]

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
    lines = []
    for one in kept:
        offers, others = choices_for(one.is_first, one.due_on, today)
        lines.append(
            AnswerLine(
                told=one,
                partners=[
                    name for id_, name in partners[one.project_id] if id_ != one.organisation_id
                ],
                follows=follows.get(one.id),
                offers=buttons(offers),
                others=buttons(others),
            )
        )
    territory = session.get(Territory, mail.territory_id) if mail.territory_id else None
    return AnswerPage(person, pilot_of(session, mail.territory_id), territory, lines)
