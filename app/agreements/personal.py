"""What agreements say about people: who proposed, who said yes for an organisation, who noted it.

The agreement is the organisation's, with its text and its day; it outlives the person's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.agreements.models import Commitment, Proposal
from app.agreements.services.departures import let_go_of_questions
from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.plans.models import Project

_LIKE_THE_PROJECT = "aussi longtemps que le projet, sans nom après effacement"


def _let_go(session: Session, leaving: Leaving) -> None:
    let_go_of_questions(session, leaving.person_id, now=leaving.now)


def _proposed(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Project.title.label("project"),
        Proposal.kind,
        Proposal.reason,
        Proposal.proposed_at,
        Proposal.state,
        Proposal.settled_at,
    )
    query = select(*columns).join(Project, Project.id == Proposal.project_id)
    query = query.where(Proposal.proposed_by_id == person_id).order_by(Proposal.id)
    yield from (row._asdict() for row in session.execute(query))


def _agreed(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Organisation.name.label("organisation"),
        Commitment.kind,
        Commitment.given_by,
        Commitment.text_version,
        Commitment.given_at,
        Commitment.withdrawn_at,
    )
    query = select(*columns).join(Organisation, Organisation.id == Commitment.organisation_id)
    for role, whose in (("said", Commitment.person_id), ("noted", Commitment.noted_by_id)):
        for row in session.execute(query.where(whose == person_id).order_by(Commitment.id)):
            yield {"you": role, **row._asdict()}


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Proposal,
            what="décisions partagées : qui a proposé, motif, noms cités",
            kept=_LIKE_THE_PROJECT,
            text="reason note",
            pointers="proposed_by_id",
            neutral="public_id subject_id",
        ),
        Holding(
            Commitment,
            what="accords d’une organisation : qui l’a donné ou noté, quand, sur quel texte",
            kept=_LIKE_THE_PROJECT,
            pointers="person_id noted_by_id",
            neutral="subject_id text_version",
        ),
    ),
    sections=(
        Section(
            "proposals",
            "Les décisions que vous avez proposées",
            "proposal",
            {
                "project": "projet",
                "kind": "décision (lead : passer la main, role : changer un rôle, remove : "
                "retirer un partenaire, close : clore, abandon : arrêter)",
                "reason": "votre motif",
                "proposed_at": "proposée le",
                "state": "état",
                "settled_at": "réglée le",
            },
            _proposed,
        ),
        Section(
            "agreements",
            "Les accords que vous avez donnés pour une organisation, ou notés",
            "commitment",
            {
                "you": "vous (said : l’avez donné, noted : l’avez noté)",
                "organisation": "organisation",
                "kind": "à quoi (charter : la charte, part : une part de projet, step : une étape)",
                "given_by": "comment (page, mail : lien d’un message, word : de vive voix)",
                "text_version": "version du texte",
                "given_at": "donné le",
                "withdrawn_at": "retiré le",
            },
            _agreed,
        ),
    ),
    let_go=_let_go,
)
