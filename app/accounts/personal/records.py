"""What a person's copy says of their absences, and of what they did to the house's records."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Absence,
    Claim,
    Departure,
    Merge,
    Organisation,
    Territory,
    TerritoryText,
)
from app.core.personal import Record, Section


def _absences(session: Session, person_id: int) -> Iterator[Record]:
    """Without the other's name: who stands in for whom is both people's to tell."""
    query = select(Absence).where(
        or_(Absence.person_id == person_id, Absence.substitute_id == person_id)
    )
    for absence in session.scalars(query.order_by(Absence.id)):
        yield {
            "yours": absence.person_id == person_id,
            "starts_on": absence.starts_on,
            "ends_on": absence.ends_on,
        }


def _published(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Territory.name.label("territory"),
        TerritoryText.kind,
        TerritoryText.version,
        TerritoryText.published_at,
    )
    query = select(*columns).join(Territory, Territory.id == TerritoryText.territory_id)
    query = query.where(TerritoryText.published_by_id == person_id).order_by(TerritoryText.id)
    yield from (row._asdict() for row in session.execute(query))


def _named(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Organisation.name.label("organisation"),
        Organisation.named_publicly,
        Organisation.naming_decided_at,
    )
    query = select(*columns).where(Organisation.naming_decided_by_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(Organisation.id)))


def _kept_in_order(session: Session, person_id: int) -> Iterator[Record]:
    """Merges, records of one organisation in two places, organisations that left a territory."""
    for merge in session.scalars(
        select(Merge)
        .where(or_(Merge.merged_by_id == person_id, Merge.undone_by_id == person_id))
        .order_by(Merge.id)
    ):
        if merge.merged_by_id == person_id:
            yield {"what": "merged", "about": merge.kind, "at": merge.merged_at}
        if merge.undone_by_id == person_id:
            yield {"what": "parted", "about": merge.kind, "at": merge.undone_at}
    yield from _claimed(session, person_id)
    left = select(Organisation.name.label("about"), Departure.left_at.label("at")).join(
        Organisation, Organisation.id == Departure.organisation_id
    )
    for row in session.execute(
        left.where(Departure.left_by_id == person_id).order_by(Departure.id)
    ):
        yield {"what": "taken_off", **row._asdict()}


def _claimed(session: Session, person_id: int) -> Iterator[Record]:
    """By their own record's name: the other one may be of a territory that they do not see.

    Before the organisation said yes, to have asked at all would tell whom another one knows.
    """
    asked = select(Claim).where(Claim.asked_by_id == person_id, Claim.accepted_at.is_not(None))
    for claim in session.scalars(asked.order_by(Claim.id)):
        yield {"what": "claimed", "about": claim.local.name, "at": claim.asked_at}
    answered = select(Claim).where(Claim.answered_by_id == person_id).order_by(Claim.id)
    for claim in session.scalars(answered):
        at = claim.accepted_at or claim.declined_at
        yield {"what": "answered", "about": claim.known.name, "at": at}


SECTIONS = (
    Section(
        "absences",
        "Vos absences, et celles où vous répondez à la place de quelqu’un",
        "absence",
        {"yours": "la vôtre", "starts_on": "du", "ends_on": "au"},
        _absences,
    ),
    Section(
        "territory_texts",
        "Les chartes que vous avez publiées",
        "territory_text",
        {
            "territory": "territoire",
            "kind": "sorte de texte",
            "version": "version",
            "published_at": "publiée le",
        },
        _published,
    ),
    Section(
        "naming_decided",
        "Ce que vous avez dit du nom de votre organisation en public",
        "organisation",
        {
            "organisation": "organisation",
            "named_publicly": "peut être nommée",
            "naming_decided_at": "dit le",
        },
        _named,
    ),
    Section(
        "records_kept",
        "Les fiches que vous avez réunies, rapprochées ou retirées",
        "merge claim departure",
        {
            "what": "quoi (merged : réunies, parted : séparées, claimed : rapprochement demandé, "
            "answered : réponse à un rapprochement, taken_off : retirée d’un territoire)",
            "about": "de quoi",
            "at": "quand",
        },
        _kept_in_order,
    ),
)
