"""What an organisation's page and a territory's list tell of claims, departures and merges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import MergeKind
from app.accounts.models import (
    Claim,
    Departure,
    Merge,
    Organisation,
    Territory,
    organisation_territory,
)
from app.accounts.rules import visible_organisations
from app.core.viewer import Viewer

A_DAY = timedelta(days=1)


def claims_on(session: Session, organisation_id: int) -> list[tuple[Claim, str]]:
    """(claim, the territory that asks): unanswered, or with an answer that may still change."""
    query = (
        select(Claim, Territory.name)
        .join(Territory, Territory.id == Claim.territory_id)
        .where(Claim.known_id == organisation_id)
        .order_by(Claim.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def claim_of(session: Session, organisation_id: int) -> Claim | None:
    """The claim that this territory's own record stands for, once the other side agreed."""
    return session.scalar(
        select(Claim).where(Claim.local_id == organisation_id, Claim.accepted_at.is_not(None))
    )


def agreed_here(session: Session, territory_id: int) -> Sequence[Organisation]:
    """A territory's records whose organisation said elsewhere that they are the same."""
    query = (
        select(Organisation)
        .join(Claim, Claim.local_id == Organisation.id)
        .where(Claim.territory_id == territory_id, Claim.accepted_at.is_not(None))
        .order_by(Organisation.search_key)
    )
    return session.scalars(query).all()


def departures_from(session: Session, territory_id: int, now: datetime) -> Sequence[Departure]:
    """Those of the last day that can be taken back, the newest first."""
    query = (
        select(Departure)
        .options(joinedload(Departure.organisation))
        .where(
            Departure.territory_id == territory_id,
            Departure.undone_at.is_(None),
            Departure.left_at > now - A_DAY,
        )
        .order_by(Departure.id.desc())
    )
    return session.scalars(query).all()


def merges_into(
    session: Session, kind: MergeKind, kept_ids: Sequence[int], now: datetime
) -> Sequence[Merge]:
    """Those of the last day that can be undone, the newest first."""
    query = (
        select(Merge)
        .where(
            Merge.kind == kind,
            Merge.kept_id.in_(kept_ids),
            Merge.undone_at.is_(None),
            Merge.moves.is_not(None),
            Merge.merged_at > now - A_DAY,
        )
        .order_by(Merge.id.desc())
    )
    return session.scalars(query).all()


def kept_instead(session: Session, viewer: Viewer, public_id: str) -> Organisation | None:
    """The record that stands for one that was merged into it, by the old one's public id.

    In one statement: how long it takes does not tell a stranger that there was one.
    """
    return session.scalar(
        visible_organisations(viewer)
        .join(Merge, Merge.kept_id == Organisation.id)
        .where(
            Merge.kind == MergeKind.ORGANISATION,
            Merge.gone_public_id == public_id,
            Merge.undone_at.is_(None),
        )
        .order_by(Merge.id.desc())
        .limit(1)
    )


def attachable_territories(
    session: Session, viewer: Viewer, organisation_id: int
) -> Sequence[Territory]:
    """Those that the viewer drives and the organisation is not of; to the operator fifty of all."""
    own = select(organisation_territory.c.territory_id).where(
        organisation_territory.c.organisation_id == organisation_id
    )
    query = select(Territory).where(Territory.id.not_in(own)).order_by(Territory.name).limit(50)
    if not viewer.is_operator:
        query = query.where(Territory.id.in_(viewer.animates))
    return session.scalars(query).all()
