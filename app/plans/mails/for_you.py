"""« Pour vous »: what was entrusted to somebody and said to them in the last minutes, in one mail.

Written when the first of it happens, joined by what follows (`services/for_you.py`), and worded
when it leaves by what is still true then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.links import Links
from app.accounts.models import Person, Territory
from app.accounts.queries.wishes import opens_at
from app.core.french import count, in_short, listing
from app.outbox.bounces import is_refused
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.rendering import render
from app.plans.kinds import ProjectState
from app.plans.models import Comment, Project, Step
from app.plans.queries.addressees import addressees_of
from app.plans.queries.readers import readers_of

FOR_YOU = "for_you"
# a mail of an earlier version: one message each
MENTION = "mention"
OVER = Skip("no_longer_for_you")
_SPEAKING = (ProjectState.ACTIVE, ProjectState.PAUSED, ProjectState.CLOSED)

# a list of mails shows about a hundred signs beside a subject
_MOST_PREVIEWED, _LONGEST_PREVIEW = 3, 110

# (session, steps' ids, a mail, now) → those that it may not speak of now: never, or not before
Peace = Callable[[Session, Collection[int], Mail, datetime], Mapping[int, Skip | Wait]]
_peace: list[Peace] = []


def register_peace(peace: Peace) -> None:
    """Let a room above say which steps are not spoken of; the last that registers is asked."""
    _peace[:] = [peace]


@dataclass(frozen=True)
class Spoken:
    """What a mail was written to tell: comments' ids, and by step's id who entrusted it."""

    comments: Sequence[int]
    steps: Mapping[int, int | None]

    @property
    def refs(self) -> dict[str, object]:
        """As the mail keeps it."""
        return {"comments": list(self.comments), "steps": [list(one) for one in self.steps.items()]}

    def with_more(self, other: Spoken) -> Spoken:
        """Both, each thing once; who entrusted a step last is who is named."""
        comments = dict.fromkeys([*self.comments, *other.comments])
        return Spoken(list(comments), {**self.steps, **other.steps})


def spoken_of(mail: Mail) -> Spoken:
    """What a mail of either kind was written to tell."""
    if mail.kind == MENTION:
        return Spoken([mail.refs["comment"]], {})
    return Spoken(mail.refs["comments"], dict(mail.refs["steps"]))


@dataclass(frozen=True)
class Entrusted:
    """A step that is theirs from now on."""

    title: str
    project: str
    due_on: date | None
    url: str
    by: Person | None
    project_public_id: str
    public_id: str


@dataclass(frozen=True)
class Said:
    """A message that names them."""

    author: Person
    body: str
    project: str
    step: str | None
    url: str
    thread: str


def for_you_letter(
    links: Links, session: Session, mail: Mail, now: datetime
) -> Letter | Skip | Wait:
    """What of it is true: the message stands and they read the project; the step is open, theirs
    and given by somebody else. Nothing left: no mail."""
    person = session.get(Person, mail.recipient_id)
    if person is None or person.anonymised_at is not None or person.email is None:
        return OVER
    place = session.get_one(Territory, mail.territory_id)
    opens = opens_at(session, person, mail.created_at, place)
    if opens is None:
        return Skip("opted_out")
    if is_refused(session, person.email):
        return Skip("no_address")
    spoken = spoken_of(mail)
    said = _said(links, session, spoken.comments, person.id)
    theirs = _theirs(session, spoken, person.id)
    held = _held(session, list(theirs), mail, now)
    entrusted = [_entrusted(links, step, spoken, session) for step in _free(theirs, held)]
    if not said and not entrusted:
        return next((one for one in held.values() if isinstance(one, Wait)), None) or next(
            iter(held.values()), OVER
        )
    if now < opens:
        return Wait(opens)
    mail.to = person.email
    return _letter(person, place, entrusted, said)


def _free(theirs: Mapping[int, Step], held: Mapping[int, Skip | Wait]) -> list[Step]:
    """What is not held, by date; what waits alone lets the rest leave, and is announced by the
    relances when they may speak again."""
    free = [step for id_, step in theirs.items() if id_ not in held]
    return sorted(free, key=lambda step: (step.due_on or date.max, step.id))


def _said(links: Links, session: Session, ids: Sequence[int], person_id: int) -> list[Said]:
    comments = session.scalars(
        select(Comment)
        .where(Comment.id.in_(ids), Comment.author_id.is_not(None))
        .options(joinedload(Comment.author))
        .order_by(Comment.id)
    ).all()
    found, reads = [], {}
    for comment in comments:
        if comment.project_id not in reads:
            reads[comment.project_id] = _reads(session, comment, person_id)
        if reads[comment.project_id] and comment.author is not None:
            found.append(_message(links, session, comment, comment.author))
    return found


def _reads(session: Session, comment: Comment, person_id: int) -> bool:
    project = session.get_one(Project, comment.project_id)
    readers = readers_of(session, project.id, project.territory_id)
    return project.state in _SPEAKING and person_id in {one.id for one in readers}


def _message(links: Links, session: Session, comment: Comment, author: Person) -> Said:
    project = session.get_one(Project, comment.project_id)
    step = session.get(Step, comment.step_id) if comment.step_id else None
    return Said(
        author=author,
        body=comment.body,
        project=project.title,
        step=step.title if step else None,
        url=f"{links.base_url}/projets/{project.public_id}/echanges",
        thread=f"etape-{step.public_id}" if step else f"projet-{project.public_id}",
    )


def _theirs(session: Session, spoken: Spoken, person_id: int) -> dict[int, Step]:
    """The steps that are still this person's, and that somebody else entrusted to them."""
    addressed = addressees_of(session, list(spoken.steps))
    own = [
        id_
        for id_, one in addressed.items()
        if one.person_id == person_id and spoken.steps[id_] != person_id
    ]
    query = select(Step).where(Step.id.in_(own)).options(joinedload(Step.project))
    return {step.id: step for step in session.scalars(query)}


def _held(
    session: Session, step_ids: Collection[int], mail: Mail, now: datetime
) -> Mapping[int, Skip | Wait]:
    if not step_ids or not _peace:
        return {}
    return _peace[0](session, step_ids, mail, now)


def _entrusted(links: Links, step: Step, spoken: Spoken, session: Session) -> Entrusted:
    by_id = spoken.steps[step.id]
    by = session.get(Person, by_id) if by_id is not None else None
    return Entrusted(
        title=step.title,
        project=step.project.title,
        due_on=step.due_on,
        url=f"{links.base_url}/etapes/{step.public_id}",
        by=by if by is not None and by.anonymised_at is None else None,
        project_public_id=step.project.public_id,
        public_id=step.public_id,
    )


def _letter(
    person: Person,
    place: Territory,
    entrusted: Sequence[Entrusted],
    said: Sequence[Said],
) -> Letter:
    """Signed by whoever speaks in it, and answered to them where it is one person."""
    speakers = list(
        dict.fromkeys([*(one.by for one in entrusted if one.by), *(one.author for one in said)])
    )
    first = speakers[0] if speakers else None
    made = render(
        FOR_YOU,
        {
            "name": person.name,
            "title": _title(entrusted, said),
            "preview": _preview(entrusted, said),
            "entrusted": entrusted,
            "said": said,
            "first": first,
            "others": speakers[1:],
            "territory": place.name,
        },
    )
    return Letter(
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=f"{first.name} (Maillage)" if len(speakers) == 1 and first else place.name,
        reply_to=first.email if first else None,
        thread=f"etape-{entrusted[0].public_id}" if entrusted else said[0].thread,
    )


def _title(entrusted: Sequence[Entrusted], said: Sequence[Said]) -> str:
    """« Anne vous confie : … », « Anne vous écrit : … », else how many of each, and where."""
    if len(entrusted) == 1 and not said:
        one, title = entrusted[0], in_short(entrusted[0].title)
        return f"{one.by.name} vous confie : {title}" if one.by else f"Pour vous : {title}"
    if len(said) == 1 and not entrusted:
        return f"{said[0].author.name} vous écrit : {in_short(said[0].step or said[0].project)}"
    told = [
        count(len(entrusted), "étape", "étapes") if entrusted else "",
        count(len(said), "message", "messages") if said else "",
    ]
    projects = {*(one.project for one in entrusted), *(one.project for one in said)}
    where = f" ({in_short(projects.pop())})" if len(projects) == 1 else ""
    return f"Pour vous : {' et '.join(filter(None, told))}{where}"


def _preview(entrusted: Sequence[Entrusted], said: Sequence[Said]) -> str:
    """What stands beside the subject in a list of mails: the steps, else how the message begins."""
    if entrusted:
        return listing([in_short(one.title) for one in entrusted[:_MOST_PREVIEWED]])
    return in_short(" ".join(said[0].body.replace("*", "").split()), _LONGEST_PREVIEW)
