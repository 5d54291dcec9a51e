"""Who reads a territory's maturity, and who confirms it (docs/roles.md says it in a table)."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Territory
from app.core.viewer import Viewer
from app.maturity.models import Assessment, Evidence, SharedReading
from app.plans.models import Project


def visible_evidence(viewer: Viewer) -> Select[Evidence]:
    """Proofs of the territories that the viewer follows, removed ones too (they can come back)."""
    return select(Evidence).where(Evidence.territory_id.in_(viewer.follows))


def visible_assessments(viewer: Viewer) -> Select[Assessment]:
    """Years of the territories that the viewer follows."""
    return (
        select(Assessment)
        .where(Assessment.territory_id.in_(viewer.follows))
        .options(joinedload(Assessment.territory))
    )


def may_assess(viewer: Viewer, territory: Territory) -> bool:
    """Confirm, link, open and freeze: who animates the territory."""
    return territory.id in viewer.animates


def may_change_evidence(viewer: Viewer, evidence: Evidence) -> bool:
    return evidence.territory_id in viewer.animates


def sees_what_a_project_proves(viewer: Viewer, project: Project) -> bool:
    """The same people as the territory's maturity page."""
    return project.territory_id in viewer.follows


def may_link_project(viewer: Viewer, project: Project) -> bool:
    return project.territory_id in viewer.animates


def names_waiting_firms(viewer: Viewer, territory_id: int) -> bool:
    """Onlookers read projects, never whose step is waited for (domain.md §6)."""
    return territory_id in viewer.animates


def may_share_reading(viewer: Viewer, territory: Territory) -> bool:
    """It binds the territory: a matter of its pilots, as its settings are."""
    return territory.id in viewer.pilots


def _followed_elsewhere(viewer: Viewer) -> frozenset[int]:
    """Territories of one's roles; a chamber's people also follow those of their firms."""
    advised = {place.id for place in viewer.places} if viewer.advises else set()
    return viewer.follows | advised


def compares_territories(viewer: Viewer) -> bool:
    """Whoever works over several territories, and the operator."""
    return viewer.is_operator or len(_followed_elsewhere(viewer)) > 1


def territories_side_by_side(viewer: Viewer) -> Select[Territory]:
    """Those that agreed, and that the viewer follows or operates."""
    query = select(Territory).join(SharedReading, SharedReading.territory_id == Territory.id)
    if viewer.is_operator:
        return query
    return query.where(Territory.id.in_(_followed_elsewhere(viewer)))
