"""What plans say about people: who leads a step, who said what, and names in free text."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import (
    ActionPlan,
    Barrier,
    CheckItem,
    Comment,
    Dependency,
    Exchange,
    Flow,
    FlowAccess,
    Funding,
    Indicator,
    Measurement,
    Mention,
    Partner,
    Project,
    SavedPattern,
    SavedRole,
    SavedStep,
    Step,
    Target,
    Theme,
    TrackingSheet,
)

_LIKE_THE_PROJECT = "aussi longtemps que le projet, sans nom après effacement"


def _let_go(session: Session, leaving: Leaving) -> None:
    """Open steps and themes stay with their organisation, whose first contact hears of them."""
    led = select(Step).where(
        Step.lead_person_id == leaving.person_id, Step.status.in_(OPEN_STATUSES)
    )
    for step in session.scalars(led.order_by(Step.id).with_for_update()):
        step.lead_person_id = None
    driven = select(Theme).where(Theme.lead_person_id == leaving.person_id)
    for theme in session.scalars(driven.order_by(Theme.id).with_for_update()):
        theme.lead_person_id = None
    session.flush()


def _led(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Project.title.label("project"), Step.title, Step.due_on, Step.status, Step.done_on)
    query = (
        select(*columns)
        .join(Project, Project.id == Step.project_id)
        .where(Step.lead_person_id == person_id)
        .order_by(Step.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _driven(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Theme.title, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Theme.lead_organisation_id)
        .where(Theme.lead_person_id == person_id)
        .order_by(Theme.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _said(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Project.title.label("project"), Comment.body, Comment.said_at)
        .join(Project, Project.id == Comment.project_id)
        .where(Comment.author_id == person_id)
        .order_by(Comment.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _ticked(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Project.title.label("project"), CheckItem.label, CheckItem.done_at)
        .join(Project, Project.id == CheckItem.project_id)
        .where(CheckItem.done_by_id == person_id)
        .order_by(CheckItem.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _stuck(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Barrier.note, Barrier.noted_on, Barrier.lifted_on)
    query = (
        select(Project.title.label("project"), *columns)
        .join(Project, Project.id == Barrier.project_id)
        .where(Barrier.noted_by_id == person_id)
        .order_by(Barrier.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _named(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Project.title.label("project"), Comment.said_at)
        .join(Comment, Comment.project_id == Project.id)
        .join(Mention, Mention.comment_id == Comment.id)
        .where(Mention.person_id == person_id)
        .order_by(Mention.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _confirmed(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Project.title.label("project"),
        Organisation.name.label("organisation"),
        Partner.role,
        Partner.confirmed_at,
        Partner.text_version,
    )
    query = (
        select(*columns)
        .join(Project, Project.id == Partner.project_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.confirmed_by_id == person_id)
        .order_by(Partner.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _kept(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(SavedPattern.title, SavedPattern.saved_at)
        .where(SavedPattern.saved_by_id == person_id)
        .order_by(SavedPattern.id)
    )
    yield from (row._asdict() for row in session.execute(query))


HOLDINGS = (
    Holding(ActionPlan, text="title", neutral="public_id"),
    Holding(
        Theme,
        what="thèmes : qui s’en charge pour l’organisation qui l’a repris",
        kept="jusqu’au départ de la personne",
        text="title aliases",
        pointers="lead_person_id",
        neutral="public_id key rank",
    ),
    Holding(
        Project,
        what="projets : noms cités dans un titre, une description, un motif",
        kept=_LIKE_THE_PROJECT,
        text="title description ended_reason search_key",
        neutral="public_id rank",
    ),
    Holding(
        Partner,
        what="engagements : qui a confirmé la part d’une organisation, quand, sur quel texte",
        kept=_LIKE_THE_PROJECT,
        pointers="confirmed_by_id",
        neutral="public_id text_version",
    ),
    Holding(
        Step,
        what="étapes : qui s’en charge, noms cités dans un titre, une description, un blocage",
        kept=_LIKE_THE_PROJECT,
        text="title description due_text barrier_note lever search_key",
        pointers="lead_person_id",
        neutral="public_id rank",
    ),
    Holding(
        CheckItem,
        what="points à cocher : qui les a cochés, noms cités",
        kept=_LIKE_THE_PROJECT,
        text="label",
        pointers="done_by_id",
        neutral="public_id",
    ),
    Holding(Dependency),
    Holding(Exchange, text="label", neutral="public_id"),
    Holding(
        Barrier,
        what="freins : qui les a notés, noms cités",
        kept=_LIKE_THE_PROJECT,
        text="note lever lifted_how",
        pointers="noted_by_id",
        neutral="public_id",
    ),
    Holding(Flow, text="label", neutral="public_id unit"),
    Holding(FlowAccess),
    Holding(
        Comment,
        what="échanges : qui a écrit, noms cités dans le texte",
        kept=_LIKE_THE_PROJECT,
        text="body",
        pointers="author_id",
        neutral="public_id",
    ),
    Holding(
        Mention,
        what="échanges : à qui un message s’adresse par son nom",
        kept="aussi longtemps que le projet, ou jusqu’à l’effacement",
        whose="person_id",
        removed=True,
    ),
    Holding(
        SavedPattern,
        what="modèles de projet : qui l’a gardé, noms cités dans son titre",
        kept="aussi longtemps que le territoire, sans nom après effacement",
        text="title summary",
        pointers="saved_by_id",
        neutral="public_id",
    ),
    Holding(SavedRole, neutral="key title"),
    Holding(SavedStep, text="title", neutral="role"),
    Holding(Funding, text="funder", neutral="public_id"),
    Holding(
        TrackingSheet,
        what="fiches de suivi : personnes pilotes et élus tels que le tableau de suivi les nomme",
        kept=_LIKE_THE_PROJECT,
        text="sub_axis sub_sub_axis governance objectives indicators means partners department "
        "person elected participation financing status_text starts_text ends_text notes",
    ),
    Holding(Indicator, text="label", neutral="public_id unit"),
    Holding(Target, neutral="public_id"),
    Holding(Measurement, text="how", neutral="public_id"),
)

PERSONAL = PersonalData(
    holdings=HOLDINGS,
    sections=(
        Section(
            "steps",
            "Les étapes dont vous vous chargez",
            "step",
            {
                "project": "projet",
                "title": "étape",
                "due_on": "échéance",
                "status": "état",
                "done_on": "faite le",
            },
            _led,
        ),
        Section(
            "themes",
            "Les thèmes dont vous vous chargez",
            "theme",
            {"title": "thème", "organisation": "pour quelle organisation"},
            _driven,
        ),
        Section(
            "comments",
            "Ce que vous avez écrit dans les échanges",
            "comment",
            {"project": "projet", "body": "texte", "said_at": "écrit le"},
            _said,
        ),
        Section(
            "mentions",
            "Les messages qui s’adressent à vous",
            "mention",
            {"project": "projet", "said_at": "écrit le"},
            _named,
        ),
        Section(
            "checks",
            "Ce que vous avez coché",
            "check_item",
            {"project": "projet", "label": "point", "done_at": "coché le"},
            _ticked,
        ),
        Section(
            "barriers",
            "Les freins que vous avez notés",
            "barrier",
            {
                "project": "projet",
                "note": "frein",
                "noted_on": "noté le",
                "lifted_on": "levé le",
            },
            _stuck,
        ),
        Section(
            "patterns",
            "Les modèles de projet que vous avez gardés",
            "saved_pattern",
            {"title": "modèle", "saved_at": "gardé le"},
            _kept,
        ),
        Section(
            "commitments",
            "Les engagements que vous avez confirmés",
            "partner",
            {
                "project": "projet",
                "organisation": "pour quelle organisation",
                "role": "rôle dans le projet",
                "confirmed_at": "confirmé le",
                "text_version": "version du texte accepté",
            },
            _confirmed,
        ),
    ),
    let_go=_let_go,
)
