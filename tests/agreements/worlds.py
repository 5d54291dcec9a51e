"""What the tests of agreements share: the cast's project, and links as its people get them."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Organisation
from app.agreements.kinds import ProposalKind
from app.agreements.models import Proposal
from app.agreements.services.proposals import Wanted, asks_of, propose
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.models import Mail
from app.plans.kinds import ProjectState
from app.plans.models import Partner, Project
from app.plans.services.projects import abandon_project, close_project
from tests.cast import NOW, Cast


def part_of(cast: Cast, organisation: str, project: Project | None = None) -> Partner:
    found = project or cast.project()
    return next(p for p in found.partners if p.organisation.name == organisation)


def act(session: Session, cast: Cast, name: str, now: datetime = NOW) -> int:
    """From here on this person acts; answers their id."""
    person = cast.person(name)
    acting(session, person.id, Via.PAGE, now)
    return person.id


def end_project(session: Session, cast: Cast, state: ProjectState) -> None:
    """Closed or abandoned, as its owners do it."""
    if state is ProjectState.CLOSED:
        close_project(cast.project())
    else:
        abandon_project(cast.project(), reason="Le four est vendu")
    session.flush()


def put_forward(
    session: Session,
    cast: Cast,
    kind: ProposalKind = ProposalKind.CLOSE,
    *,
    by: str = "Anne",
    now: datetime = NOW,
    **wanted: object,
) -> Proposal:
    """A proposal of Anne's, who speaks for the collectivité, unless said otherwise."""
    person_id = act(session, cast, by, now)
    places = cast.person(by).memberships
    proposal = propose(
        session,
        cast.project(),
        Wanted(kind, **wanted),  # type: ignore[arg-type]
        person_id=person_id,
        speaks_for={place.organisation_id for place in places},
        now=now,
    )
    session.commit()
    return proposal


def asked(session: Session, proposal: Proposal) -> dict[str, Ask]:
    """The questions of a proposal by the name of the organisation."""
    return {
        session.get_one(Organisation, ask.asked_organisation_id).name: ask
        for ask in asks_of(session, proposal)
    }


def mails_to(session: Session, name: str) -> list[Mail]:
    return list(
        session.scalars(
            select(Mail).where(Mail.to == f"{name.lower()}@example.org").order_by(Mail.id)
        )
    )


def open_asks(session: Session, kind: AskKind) -> list[Ask]:
    return list(session.scalars(select(Ask).where(Ask.kind == kind, Ask.state == AskState.OPEN)))


def words_of(html: str) -> str:
    """The page's text without its tags, spaces made alike."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", html))
