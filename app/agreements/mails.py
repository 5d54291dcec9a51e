"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Ask, Organisation, Person, Territory
from app.accounts.queries.grants import usable_grant
from app.accounts.queries.wishes import opens_at
from app.accounts.sessions import viewer_of
from app.agreements.kinds import ANSWERED, QUESTION
from app.agreements.queries.questions import Put, may_still_answer, question_of
from app.core.french import in_short
from app.outbox import registry
from app.outbox.bounces import is_refused
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import MailKind
from app.outbox.rendering import written
from app.plans.models import Project
from app.plans.rules import visible_projects

ANSWER_PATH = "/demande"
OVER = Skip("question_over")
_SETTLED = (AskState.ACCEPTED, AskState.DECLINED)
Stands = Callable[[Session, Ask, datetime], bool]


def register(links: Links, stands: Stands) -> None:
    """Make this room's kind of mail known to the outbox; `stands` tells whether an ask waits."""
    letter = functools.partial(question_letter, links, stands)
    # silence has consequences, so no wish holds it back
    registry.register(MailKind(QUESTION, letter, offers_fewer=True, fills_the_week=True))
    told = functools.partial(answered_letter, links)
    registry.register(MailKind(ANSWERED, told, offers_fewer=True, follows_wish=True))


def question_letter(
    links: Links, stands: Stands, session: Session, mail: Mail, now: datetime
) -> Letter | Skip:
    """What is asked of an organisation, told to the one person who got its link."""
    grant = usable_grant(session, mail.refs["grant"], GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    if grant is None or ask is None or not stands(session, ask, now):
        return OVER
    if grant.person.email != mail.to or not may_still_answer(session, ask, grant.person_id):
        return OVER
    put = question_of(session, ask)
    if put is None:
        return OVER
    letter = written(
        QUESTION,
        name=grant.person.name,
        question=put.question,
        url=links.url(ANSWER_PATH, grant.public_id),
        until=put.until,
        territory=put.territory.name,
        asker=put.asker.name,
        asker_phone=put.asker.phone,
    )
    return replace(letter, from_name=f"{put.asker.name} (Maillage)", reply_to=put.asker.email)


@dataclass(frozen=True)
class Answered:
    """What one organisation answered to one question, in its own words where it gave some."""

    organisation: str
    agrees: bool
    label: str
    title: str
    about: str
    words: str | None
    url: str


def answered_letter(
    links: Links, session: Session, mail: Mail, now: datetime
) -> Letter | Skip | Wait:
    """To who asked: what stands answered as the mail leaves, as far as it may still be read."""
    person = session.get(Person, mail.recipient_id)
    place = session.get(Territory, mail.territory_id)
    if person is None or place is None or person.anonymised_at is not None or not person.email:
        return OVER
    opens = opens_at(session, person, mail.created_at, place)
    if opens is None:
        return Skip("opted_out")
    found = _answers(links, session, mail.refs["asks"], person.id)
    if not found:
        return OVER
    if is_refused(session, person.email):
        return Skip("no_address")
    if now < opens:
        return Wait(opens)
    mail.to = person.email
    one = found[0]
    said = "oui" if one.agrees else "non"
    title = (
        f"C’est {said} pour «\u00a0{in_short(one.about)}\u00a0»"
        if len(found) == 1
        else f"{len(found)} réponses à vos demandes"
    )
    letter = written(ANSWERED, name=person.name, title=title, answers=found, territory=place.name)
    return replace(letter, from_name=place.name)


def _answers(
    links: Links, session: Session, ask_ids: Sequence[int], person_id: int
) -> list[Answered]:
    asked = session.scalars(select(Ask).where(Ask.id.in_(ask_ids)).order_by(Ask.id)).all()
    viewer = viewer_of(session, person_id)
    projects = {one.project_id for one in asked} - {None}
    seen = visible_projects(viewer).where(Project.id.in_(projects)) if viewer else None
    known = {one.id for one in session.scalars(seen).unique()} if seen is not None else set()
    found = []
    for ask in asked:
        put = question_of(session, ask) if ask.state in _SETTLED else None
        if put is None or ask.answered_by_id == person_id:
            continue
        if ask.project_id is not None and ask.project_id not in known:
            continue
        found.append(_answered(links, session, ask, put))
    return found


def _answered(links: Links, session: Session, ask: Ask, put: Put) -> Answered:
    agrees = ask.state is AskState.ACCEPTED
    where = f"/projets/{put.project.public_id}/accords" if put.project else "/aujourdhui"
    return Answered(
        organisation=session.get_one(Organisation, ask.asked_organisation_id).name,
        agrees=agrees,
        label=put.question.yes if agrees else put.question.no,
        title=put.question.title,
        about=put.project.title if put.project else put.territory.name,
        words=(ask.words or "").strip() or None,
        url=f"{links.base_url}{where}",
    )
