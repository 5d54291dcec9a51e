"""Organisations to write about: found by what somebody types, chosen in a list."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Territory, organisation_territory
from app.core.folding import fold
from app.core.viewer import Viewer
from app.initiatives.rules.notes import notable_organisations, noting_territories

# proposed while one types; more would only weigh on a phone
PROPOSED = 400
MOST_ALIKE = 8


class Choice(NamedTuple):
    public_id: str
    name: str
    city: str | None


def proposed(session: Session, viewer: Viewer, territory_id: int | None = None) -> list[Choice]:
    """The organisations that the viewer may write about, here or anywhere, in French order."""
    return _choices(session, viewer, "", PROPOSED, territory_id)


def alike(
    session: Session, viewer: Viewer, typed: str, territory_id: int | None = None
) -> list[Choice]:
    """Those whose name is what was typed, else those whose name holds all of its words."""
    words = fold(typed)
    if not words:
        return []
    found = _choices(session, viewer, words, MOST_ALIKE, territory_id)
    exact = [one for one in found if fold(one.name) == words]
    return exact or found


def _choices(
    session: Session, viewer: Viewer, words: str, limit: int, territory_id: int | None
) -> list[Choice]:
    query = notable_organisations(viewer).with_only_columns(
        Organisation.public_id, Organisation.name, Organisation.city
    )
    if territory_id is not None:
        query = query.where(Organisation.territories.any(Territory.id == territory_id))
    for word in words.split():
        query = query.where(Organisation.search_key.contains(word, autoescape=True))
    query = query.order_by((Organisation.search_key != words), Organisation.search_key)
    return [Choice(*row) for row in session.execute(query.limit(limit))]


def territory_between(
    session: Session, viewer: Viewer, organisation: Organisation, wanted: int | None = None
) -> Territory:
    """Where a note about an organisation belongs: the territory wanted, else the viewer's first."""
    shared = session.scalars(
        noting_territories(viewer)
        .join(
            organisation_territory,
            organisation_territory.c.territory_id == Territory.id,
        )
        .where(organisation_territory.c.organisation_id == organisation.id)
        .order_by(Territory.name)
    ).all()
    return next((one for one in shared if one.id == wanted), shared[0])


def own_organisations(
    session: Session, viewer: Viewer, territory_id: int
) -> list[tuple[int, str, str]]:
    """(id, public id, name) of the viewer's organisations in a territory."""
    query = (
        select(Organisation.id, Organisation.public_id, Organisation.name)
        .join(organisation_territory)
        .where(
            organisation_territory.c.territory_id == territory_id,
            Organisation.id.in_(viewer.organisations),
        )
        .order_by(Organisation.search_key)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
