"""The relances that left before the visit: the real rules, run over the story's past. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.demo.chronicle import public_id
from app.demo.days import ZONE
from app.demo.projects import ProjectTale, StepTale
from app.demo.story import Story
from app.journal.kinds import Via
from app.plans.kinds import PartnerRole
from app.reminders.kinds import Answer, OccasionCode, RelanceState
from app.reminders.schedule.facts import (
    Entry,
    Ledger,
    Occasion,
    Recipient,
    StepFacts,
    TerritoryFacts,
    audience_of,
)
from app.reminders.schedule.fold import Decision, plan

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """What was decided day by day, and what people answered from their mails, with the day.

    `steps` and `people` give the keys behind the ids of the facts.
    """

    decisions: tuple[tuple[date, Decision], ...]
    answers: dict[Occasion, Answer]
    ledger: Ledger
    steps: tuple[tuple[ProjectTale, StepTale], ...]
    people: tuple[str, ...]


@dataclass
class _World:
    """The facts of any day, under ids that are places in a list."""

    story: Story
    steps: tuple[tuple[ProjectTale, StepTale], ...] = ()
    recipients: dict[str, Recipient] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = tuple((p, step) for p in self.story.projects for step in p.steps)
        self.recipients = {
            person.key: Recipient(
                id=number,
                public_id=public_id(f"person {person.key}"),
                name=person.name,
                email=person.email,
            )
            for number, person in enumerate(self.story.people)
        }
        self.organisations = {
            one.key: number for number, one in enumerate(self.story.organisations, start=1)
        }
        self.territory = TerritoryFacts(
            id=0, holiday_zone=ZONE, started_on=self.story.relances_started_on
        )

    def on(self, day: date) -> Iterator[StepFacts]:
        """Every open, dated step as it stood at the send hour of a day."""
        for number, (project, step) in enumerate(self.steps):
            due = _due_at(step, day)
            if due is not None and step.created_on < day and not _is_over(step, day):
                yield self._facts(number, project, step, due, day)

    def _facts(
        self, number: int, project: ProjectTale, step: StepTale, due: date, day: date
    ) -> StepFacts:
        begun = step.begun_on is not None and step.begun_on < day
        return StepFacts(
            id=number,
            territory=self.territory,
            due_on=due,
            scheduled_on=max([step.created_on, *(m.on for m in step.moves if m.on < day)]),
            audience=audience_of(self.story.organisation(step.organisation).kind),
            recipient=self._recipient(project, step),
            public_id=public_id(f"step {project.key} {step.title}"),
            title=step.title,
            organisation_id=self.organisations[step.organisation],
            project_active=not project.is_draft
            and (project.ending is None or day <= project.ending.on),
            blocked=step.blocked is not None and step.blocked.on < day,
            news_on=step.news_on if begun else None,
            milestone=step.is_milestone,
        )

    def _recipient(self, project: ProjectTale, step: StepTale) -> Recipient | None:
        """The step's person, else its organisation's contact, else the leader's."""
        leader = next(p.organisation for p in project.partners if p.role is PartnerRole.LEAD)
        contacts = (self.story.contact(step.organisation), self.story.contact(leader))
        known = [step.person, *(contact.key for contact in contacts if contact)]
        return next((self.recipients[key] for key in known if key), None)


def past_of(story: Story) -> Past:
    """Decide every day from « Démarrer » to the eve of the first day of the visit."""
    world, ledger = _World(story), Ledger()
    decisions: list[tuple[date, Decision]] = []
    answers: dict[Occasion, Answer] = {}
    day = story.relances_started_on
    while day < story.days.first_day:
        decision = plan(world.on(day), ledger, day)
        agreed = _agreements(world, decision)
        answers |= dict.fromkeys(agreed, Answer.AGREED)
        ledger = decision.ledger.with_entries(agreed)
        if decision.mails or decision.drops:
            decisions.append((day, decision))
        day += _ONE_DAY
    answers |= _answers(world, decisions)
    people = tuple(person.key for person in story.people)
    return Past(tuple(decisions), answers, ledger, world.steps, people)


def first_decision(story: Story) -> Decision:
    """What leaves on the first day of the visit, if nothing is answered before."""
    first_day = story.days.first_day
    return plan(_World(story).on(first_day), past_of(story).ledger, first_day)


def _due_at(step: StepTale, day: date) -> date | None:
    moved = [move.to for move in step.moves if move.on < day]
    return moved[-1] if moved else step.first_due_on


def _is_over(step: StepTale, day: date) -> bool:
    ended = step.done_on or step.dropped_on
    return ended is not None and ended < day


def _agreements(world: _World, decision: Decision) -> dict[Occasion, Entry]:
    """Who said yes to a date, in the ledger as it then stands: the eve needs no word."""
    return {
        one.occasion: Entry(
            RelanceState.TOLD, recipient_id=mail.recipient.id, answer=Answer.AGREED, on=mail.on
        )
        for mail in decision.mails
        for one in mail.told
        if world.steps[one.step.id][1].is_agreed and one.rule.code is OccasionCode.WEEK_BEFORE
    }


def _answers(world: _World, decisions: list[tuple[date, Decision]]) -> dict[Occasion, Answer]:
    """An answer given from a mail stands beside the last occasion that was told before it."""
    last: dict[int, Occasion] = {}
    for day, decision in decisions:
        for told in (one for mail in decision.mails for one in mail.told):
            settled = world.steps[told.step.id][1].settled_on
            if settled is not None and day <= settled:
                last[told.step.id] = told.occasion
    return {
        occasion: Answer.STUCK if world.steps[number][1].blocked else Answer.DONE
        for number, occasion in last.items()
        if world.steps[number][1].via is Via.MAIL_LINK
    }
