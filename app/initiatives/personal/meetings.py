"""What meetings and groups say about people: who was asked, who came, who reports."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind
from app.accounts.models import Ask, Organisation
from app.accounts.services import asks
from app.core.personal import Holding, Leaving, Record, Section
from app.initiatives.models import (
    AgendaItem,
    Attendee,
    Decision,
    GroupMember,
    Meeting,
    Minutes,
    Results,
    WorkingGroup,
)

_LIKE_THE_PLAN = "aussi longtemps que le plan d’action, sans nom après effacement"

HOLDINGS = (
    Holding(
        Meeting,
        what="rencontres : qui convoque, noms cités dans le titre ou le mot d’accompagnement",
        kept=_LIKE_THE_PLAN,
        text="title place message",
        pointers="organiser_id",
        neutral="public_id video_url",
    ),
    Holding(AgendaItem, text="title", neutral="public_id rank"),
    Holding(
        Attendee,
        what="convocations : qui est invité, sa réponse et son mot, qui est venu",
        kept=_LIKE_THE_PLAN,
        text="guest words",
        pointers="person_id answered_by_id",
        neutral="public_id",
    ),
    Holding(
        Minutes,
        what="comptes rendus : noms cités dans le texte",
        kept=_LIKE_THE_PLAN,
        text="body",
    ),
    Holding(
        Decision,
        what="décisions de rencontres : noms cités dans le texte",
        kept=_LIKE_THE_PLAN,
        text="text due_text",
        neutral="public_id",
    ),
    Holding(
        Results,
        what="résultats envoyés après une rencontre : noms cités dans le texte",
        kept=_LIKE_THE_PLAN,
        text="body sent_body",
    ),
    Holding(
        WorkingGroup,
        what="groupes de travail : qui en est rapporteur, noms cités",
        kept=_LIKE_THE_PLAN,
        text="title purpose",
        pointers="rapporteur_person_id",
        neutral="public_id",
    ),
    Holding(
        GroupMember,
        what="groupes de travail : qui en est membre",
        kept=_LIKE_THE_PLAN,
        pointers="person_id",
        neutral="public_id",
    ),
)


def let_go(session: Session, leaving: Leaving) -> None:
    """Nobody waits for the answer of somebody who is there no more."""
    waiting = select(Ask).where(Ask.kind == AskKind.RSVP, Ask.asked_person_id == leaving.person_id)
    for ask in session.scalars(waiting.order_by(Ask.id)).all():
        asks.withdraw(ask)
    session.flush()


def _invited(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Meeting.title.label("meeting"),
        Meeting.starts_at,
        Organisation.name.label("organisation"),
        Attendee.answer,
        Attendee.words,
        Attendee.answered_at,
        Attendee.attended,
    )
    query = (
        select(*columns)
        .join(Meeting, Meeting.id == Attendee.meeting_id)
        .join(Organisation, Organisation.id == Attendee.organisation_id)
        .where((Attendee.person_id == person_id) | (Attendee.answered_by_id == person_id))
        .order_by(Meeting.starts_at, Attendee.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _organised(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Meeting.title.label("meeting"), Meeting.starts_at, Meeting.state)
        .where(Meeting.organiser_id == person_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _grouped(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(WorkingGroup.title.label("group"), GroupMember.joined_on)
        .join(GroupMember, GroupMember.group_id == WorkingGroup.id)
        .where(GroupMember.person_id == person_id)
        .order_by(GroupMember.id)
    )
    for row in session.execute(query):
        yield {"you": "member", **row._asdict()}
    reporting = select(WorkingGroup.title.label("group"), WorkingGroup.created_at).where(
        WorkingGroup.rapporteur_person_id == person_id
    )
    for row in session.execute(reporting.order_by(WorkingGroup.id)):
        yield {"you": "rapporteur", "group": row.group, "joined_on": row.created_at.date()}


SECTIONS = (
    Section(
        "meetings",
        "Les rencontres où vous étiez invité, et vos réponses",
        "attendee",
        {
            "meeting": "rencontre",
            "starts_at": "quand",
            "organisation": "pour quelle organisation",
            "answer": "votre réponse (yes : je viens, no : je ne viens pas, substitute : "
            "quelqu’un vient à ma place)",
            "words": "votre mot",
            "answered_at": "répondu le",
            "attended": "présent",
        },
        _invited,
    ),
    Section(
        "convened",
        "Les rencontres que vous avez organisées",
        "meeting",
        {"meeting": "rencontre", "starts_at": "quand", "state": "état"},
        _organised,
    ),
    Section(
        "groups",
        "Les groupes dont vous êtes",
        "working_group group_member",
        {
            "group": "groupe",
            "you": "vous (member : membre, rapporteur : rapporteur)",
            "joined_on": "depuis le",
        },
        _grouped,
    ),
)
