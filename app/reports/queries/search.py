"""Organisations, people and projects by some letters of their names: one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import Membership, Organisation, Person, Territory
from app.accounts.rules import sees_people_of, visible_organisations
from app.core.folding import fold, stems
from app.core.viewer import Viewer
from app.plans.models import Project
from app.plans.rules import lists_project

SHOWN = 8
LONGEST = 100
# one letter finds everything, and nothing
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """Something that was found; `beside` tells it from its namesakes."""

    title: str
    url: str
    beside: str | None


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `has_more` than is shown."""

    kind: str
    hits: tuple[Hit, ...]
    has_more: bool


def search(session: Session, viewer: Viewer, typed: str) -> list[Group]:
    """What this viewer may see of what was typed, by kind; empty kinds are left out."""
    asked = typed[:LONGEST]
    if len(fold(asked)) < SHORTEST:
        return []
    found = (
        ("projects", _projects(viewer, asked), "/projets/"),
        ("organisations", _organisations(viewer, asked), "/organisations/"),
        ("people", _people(viewer, asked), "/organisations/"),
    )
    groups = [_group(kind, session.execute(query).all(), base) for kind, query, base in found]
    return [group for group in groups if group.hits]


def _group(kind: str, rows: Sequence[Any], base: str) -> Group:
    hits = tuple(Hit(title, f"{base}{public_id}", beside) for title, public_id, beside in rows)
    return Group(kind, hits[:SHOWN], len(hits) > SHOWN)


def _projects(viewer: Viewer, typed: str) -> Select[*tuple[Any, ...]]:
    # who works in one place alone knows it
    place = Territory.name if viewer.is_operator or len(viewer.places) > 1 else null()
    query = (
        select(Project.title, Project.public_id, place)
        .join(Territory, Territory.id == Project.territory_id)
        .where(lists_project(viewer))
    )
    return _ranked(query, Project.search_key, Project.id, typed)


def _organisations(viewer: Viewer, typed: str) -> Select[*tuple[Any, ...]]:
    query = visible_organisations(viewer).with_only_columns(
        Organisation.name, Organisation.public_id, Organisation.city
    )
    return _ranked(query, Organisation.search_key, Organisation.id, typed)


def _people(viewer: Viewer, typed: str) -> Select[*tuple[Any, ...]]:
    """Once for each organisation where they are, and where the viewer sees people by name."""
    query = (
        select(Person.name, Organisation.public_id, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Person.anonymised_at.is_(None), Membership.ended_on.is_(None), sees_people_of(viewer)
        )
    )
    return _ranked(query, Person.search_key, Membership.id, typed)


def _ranked(
    query: Select[*tuple[Any, ...]],
    key: InstrumentedAttribute[str],
    row_id: InstrumentedAttribute[int],
    typed: str,
) -> Select[*tuple[Any, ...]]:
    """Every word somewhere in the key; first what begins so, then where words begin so."""
    words = stems(typed)
    spaced = literal(" ") + key
    whole = key.startswith(fold(typed), autoescape=True)
    by_word: ColumnElement[bool] = and_(
        *(spaced.contains(f" {word}", autoescape=True) for word in words)
    )
    return (
        query.where(*(key.contains(word, autoescape=True) for word in words))
        .order_by(case((whole, 0), (by_word, 1), else_=2), key, row_id)
        .limit(SHOWN + 1)
    )
