"""What an ask reads like: its facts gathered for the words of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind
from app.accounts.models import Ask, Membership, Organisation, Person, Territory
from app.accounts.queries.people import active_place
from app.accounts.queries.texts import current_charter
from app.agreements import subjects, texts, words
from app.agreements.kinds import ProposalState
from app.agreements.models import Proposal
from app.agreements.queries.charter import standing
from app.agreements.queries.piloting import steps_at_name
from app.agreements.words import Context, Question
from app.core.clock import local_day
from app.plans.kinds import OPEN_STATUSES, PartnerState, ProjectState
from app.plans.labels import label
from app.plans.models import Flow, Partner, Project, Step, Theme
from app.plans.queries.project import live_part


@dataclass(frozen=True)
class Put:
    """A question with who asks it, and where. `until` is the last day on which it is answered."""

    question: Question
    asker: Person
    territory: Territory
    project: Project | None
    until: date


def may_still_answer(session: Session, ask: Ask, person_id: int) -> bool:
    """Whether a person answers for the organisation that was asked: they belong to it today."""
    if ask.asked_person_id is not None and ask.asked_person_id != person_id:
        return False
    asked = ask.asked_organisation_id
    return asked is not None and active_place(session, person_id, asked) is not None


def question_of(session: Session, ask: Ask) -> Put | None:
    """What is asked, in words; None when what it was about is gone."""
    asker = session.get_one(Person, ask.asker_id)
    territory = session.get_one(Territory, ask.territory_id)
    project = session.get(Project, ask.project_id) if ask.project_id else None
    asked = session.get_one(Organisation, ask.asked_organisation_id)
    about = Context(
        asks=_asks(session, asker, territory.id),
        organisation=asked.name,
        project=project.title if project else territory.name,
        # what ends at midnight is answered until the day before
        until=local_day(ask.expires_at - timedelta(microseconds=1), territory.time_zone),
    )
    question = _TELLERS[ask.kind](session, ask, about)
    return Put(question, asker, territory, project, about.until) if question else None


def _asks(session: Session, asker: Person, territory_id: int) -> str:
    """« Anne Vasseur (CC du Val d’Aubrive) »: by the organisation they have in this territory."""
    organisation = session.scalar(
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == asker.id,
            Membership.ended_on.is_(None),
            Organisation.territories.any(Territory.id == territory_id),
        )
        .order_by(Membership.id)
        .limit(1)
    )
    return f"{asker.name} ({organisation})" if organisation else asker.name


def _agreement(session: Session, ask: Ask, about: Context) -> Question:
    proposal = session.get_one(Proposal, ask.subject_id)
    partner = proposal.partner
    return words.agreement(
        about,
        proposal.kind,
        partner=partner.organisation.name if partner else None,
        role=label(proposal.role) if proposal.role else None,
        reason=proposal.reason,
        concerns_them=partner is not None and partner.organisation_id == ask.asked_organisation_id,
        must_agree=bool(ask.payload.get("must_agree")),
        is_objected=proposal.state is ProposalState.OBJECTED,
    )


def _commitment(session: Session, ask: Ask, about: Context) -> Question | None:
    if ask.subject_kind == subjects.CHARTER:
        return _charter(session, ask, about)
    partner = session.get_one(Partner, ask.subject_id)
    return words.part(about, label(partner.role), texts.text_of(ask.text_version))


def _charter(session: Session, ask: Ask, about: Context) -> Question | None:
    """The version in force, whichever one was when the question left."""
    current = current_charter(session, ask.subject_id)
    if current is None or ask.asked_organisation_id is None:
        return None
    given = standing(session, ask.subject_id, ask.asked_organisation_id)
    former = texts.charter_number(given.text_version) if given else None
    return words.charter(
        about,
        body=current.body,
        version=texts.charter(current.version),
        number=current.version,
        former=former if former != current.version else None,
    )


def _hand_over(session: Session, ask: Ask, about: Context) -> Question | None:
    word = ask.payload.get("word")
    if ask.subject_kind == subjects.TERRITORY:
        return _piloting(session, ask, about)
    if ask.subject_kind == "theme":
        theme = session.get_one(Theme, ask.subject_id)
        return words.theme_hand_over(
            about,
            theme.title,
            open_steps=open_steps_of_theme(session, theme.id),
            word=word,
            text=texts.text_of(ask.text_version),
        )
    step = session.get_one(Step, ask.subject_id)
    text = texts.text_of(texts.STEP)
    assert ask.asked_organisation_id is not None
    part = live_part(session, step.project_id, ask.asked_organisation_id)
    if part is None or part.state is not PartnerState.CONFIRMED:
        text += texts.text_of(texts.PART)
    return words.step_hand_over(about, step.title, step.due_on, word=word, text=text)


def _piloting(session: Session, ask: Ask, about: Context) -> Question | None:
    if ask.asked_person_id is None:
        return None
    steps = steps_at_name(session, ask.subject_id, ask.asker_id)
    return words.piloting(
        about,
        session.get_one(Person, ask.asker_id).name,
        stays=bool(ask.payload["keeps"]),
        word=ask.payload["word"],
        steps=len(steps),
        text=texts.text_of(ask.text_version),
    )


def _opening(session: Session, ask: Ask, about: Context) -> Question | None:
    flow = session.get(Flow, ask.subject_id)
    if flow is None:
        return None
    reader = session.get_one(Organisation, ask.payload["reader"])
    part = live_part(session, flow.project_id, reader.id)
    return words.opening(about, flow.label, reader.name, label(part.role)) if part else None


_TELLERS: Mapping[AskKind, Callable[[Session, Ask, Context], Question | None]] = {
    AskKind.AGREEMENT: _agreement,
    AskKind.COMMITMENT: _commitment,
    AskKind.HAND_OVER: _hand_over,
    AskKind.OPENING: _opening,
}


def open_steps_of_theme(session: Session, theme_id: int) -> int:
    """How many open steps come with a theme."""
    return (
        session.scalar(
            select(func.count(Step.id))
            .join(Project, Project.id == Step.project_id)
            .where(
                Project.theme_id == theme_id,
                Project.state == ProjectState.ACTIVE,
                Step.status.in_(OPEN_STATUSES),
            )
        )
        or 0
    )
