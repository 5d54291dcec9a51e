"""A reply becomes a message of its project, in the name of whoever we had written to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person, Territory
from app.core.clock import local_day
from app.core.french import count
from app.inbox.heads import Head
from app.inbox.kinds import Fate, Trouble
from app.inbox.mails import NAME
from app.inbox.models import Incoming
from app.inbox.parsing import Said
from app.inbox.queries import Topic, is_flooding, only_territory_of, topic_of
from app.inbox.sayings import Proposal, is_about_own_data, proposed
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.bounces import lift, sent_mail
from app.outbox.models import Mail
from app.outbox.services import enqueue
from app.plans.models import Comment, Project, Step
from app.plans.services.mentions import tell_those_named
from app.plans.services.projects import say
from app.reminders.mails import NAME as RELANCE

LONGEST_COMMENT = 8000
DEFAULT_ZONE = "Europe/Paris"


def take_reply(session: Session, row: Incoming, head: Head, said: Said, *, now: datetime) -> None:
    """A comment, where it is sure whose and where; else it waits for whoever animates."""
    row.attachments = said.attachments
    mail = sent_mail(session, [one.partition("@")[0] for one in head.references])
    row.territory_id = mail.territory_id if mail else only_territory_of(session, head.sender)
    trouble = _trouble(session, row, mail, head, said, now)
    if trouble is None and mail is not None and row.person_id is not None:
        # it has reached them, so the address is good
        lift(session, mail.to, now)
        trouble = _speak(session, row, mail, head, said, now)
    if trouble is not None:
        row.fate, row.trouble, row.text = Fate.WAITING, trouble, said.text or None


def _trouble(
    session: Session, row: Incoming, mail: Mail | None, head: Head, said: Said, now: datetime
) -> Trouble | None:
    """Whether it is known which mail is replied to, and by whom; then `row` says both."""
    if mail is None:
        return Trouble.NO_REFERENCE
    row.mail_id = mail.id
    person = session.get(Person, mail.recipient_id) if mail.recipient_id else None
    if person is None or person.anonymised_at or head.sender not in (mail.to, person.email):
        return Trouble.OTHER_SENDER
    row.person_id = person.id
    if not said.text:
        return Trouble.NO_TEXT
    if is_flooding(session, person.id, now):
        return Trouble.TOO_MANY
    return Trouble.TOO_LONG if len(said.text) > LONGEST_COMMENT else None


def _speak(
    session: Session, row: Incoming, mail: Mail, head: Head, said: Said, now: datetime
) -> Trouble | None:
    assert row.person_id is not None
    if is_about_own_data(said.text):
        # what others read is no place for it; the foot of each mail names the page that is
        return Trouble.NO_PROJECT
    topic = topic_of(session, mail, row.person_id)
    if len(topic.step_ids) != 1:
        _propose(session, row, topic, head, said.text, now)
        if topic.step_ids:
            return Trouble.SEVERAL_PROJECTS
        return Trouble.NO_RIGHT if topic.is_about_projects else Trouble.NO_PROJECT
    project_id, step_ids = next(iter(topic.step_ids.items()))
    project = session.get_one(Project, project_id)
    acting(session, row.person_id, Via.MAIL_LINK, now)
    comment = post(
        session,
        row,
        project,
        author_id=row.person_id,
        text=said.text,
        step_id=step_ids[0] if len(step_ids) == 1 else None,
        now=now,
    )
    tell_those_named(session, project, comment, also=topic.told, now=now)
    _propose(session, row, topic, head, said.text, now)
    return None


def post(
    session: Session,
    row: Incoming,
    project: Project,
    *,
    author_id: int,
    text: str,
    step_id: int | None,
    now: datetime,
) -> Comment:
    """The message among those of the project; what was attached is named and left out.

    The caller has said who acts.
    """
    if row.attachments:
        files = count(row.attachments, "pièce jointe", "pièces jointes")
        text = f"{text}\n\n({files} de ce courriel, non reprises ici.)"
    comment = say(session, project, author_id=author_id, body=text, now=now, step_id=step_id)
    row.fate, row.trouble, row.comment_id = Fate.COMMENT, None, comment.id
    row.text = row.content = None
    return comment


def _propose(
    session: Session, row: Incoming, topic: Topic, head: Head, text: str, now: datetime
) -> None:
    """« fait » on its first line: one mail with the usual page, where a tap makes it so."""
    mail = topic.mail
    if mail.kind != RELANCE or not topic.step_ids:
        return
    proposal = proposed(text, local_day(now, _zone(session, mail)))
    if proposal is None:
        return
    first = session.get_one(Step, next(iter(topic.step_ids.values()))[0])
    enqueue(
        session,
        key=_key(mail, proposal),
        kind=NAME,
        recipient_id=row.person_id,
        territory_id=mail.territory_id,
        to=head.sender or mail.to,
        refs={
            "mail": mail.id,
            "answer": proposal.answer.value,
            "due_on": proposal.due_on.isoformat() if proposal.due_on else None,
            "message_id": head.message_id,
        },
        subject=first.title,
        not_before=now,
        now=now,
    )


def _key(mail: Mail, proposal: Proposal) -> str:
    """Once for each thing that is proposed: whatever writes back and forth ends here."""
    day = f":{proposal.due_on}" if proposal.due_on else ""
    return f"{NAME}:{mail.public_id}:{proposal.answer.value}{day}"


def _zone(session: Session, mail: Mail) -> str:
    territory = session.get(Territory, mail.territory_id) if mail.territory_id else None
    return territory.time_zone if territory else DEFAULT_ZONE
