"""Who sees which organisations, and who keeps their records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from app.accounts.models import Claim, Organisation, Territory, organisation_territory
from app.accounts.rules.territories import may_animate
from app.core.viewer import Viewer


@dataclass(frozen=True)
class Acquaintance:
    """How people meet organisations that they do not follow, said by a room above.

    Conditions on an Organisation row: `sees` its public part (name, kind, place, activity),
    `calls` the name and telephone of its first contact.
    """

    sees: Callable[[Viewer], ColumnElement[bool]]
    calls: Callable[[Viewer], ColumnElement[bool]]


_acquaintances: list[Acquaintance] = []


def register_acquaintance(one: Acquaintance) -> None:
    """Call at composition; registering it again is nothing."""
    if one not in _acquaintances:
        _acquaintances.append(one)


def visible_organisations(viewer: Viewer) -> Select[Organisation]:
    """Those of territories the viewer follows, the viewer's own, and those met elsewhere."""
    query = select(Organisation)
    if viewer.is_operator:
        return query
    met = [one.sees(viewer) for one in _acquaintances]
    return query.where(or_(is_followed(viewer), Organisation.id.in_(viewer.organisations), *met))


def is_followed(viewer: Viewer) -> ColumnElement[bool]:
    if not viewer.follows:
        return false()
    return exists().where(
        organisation_territory.c.organisation_id == Organisation.id,
        organisation_territory.c.territory_id.in_(viewer.follows),
    )


def calls_organisation(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which its first contact is shown to somebody who merely met it."""
    met = [one.calls(viewer) for one in _acquaintances]
    return or_(*met) if met else false()


def may_create_organisation(viewer: Viewer, territory: Territory) -> bool:
    """Who animates the territory, and the operator."""
    return viewer.is_operator or may_animate(viewer, territory)


def may_manage_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Its managers, the pilots of its territories, the operator."""
    return (
        viewer.is_operator
        or organisation.id in viewer.manages
        or any(territory.id in viewer.animates for territory in organisation.territories)
    )


def may_attach(viewer: Viewer, organisation: Organisation, territory: Territory) -> bool:
    """Bring an organisation that one keeps already into another territory that one drives."""
    return may_create_organisation(viewer, territory) and may_manage_organisation(
        viewer, organisation
    )


def may_detach(viewer: Viewer, territory: Territory) -> bool:
    """Who adds organisations to a territory also takes them off it."""
    return may_create_organisation(viewer, territory)


def may_decide_naming(viewer: Viewer, organisation: Organisation) -> bool:
    """Consent to be named is the organisation's own: its managers', no pilot's, no operator's."""
    return organisation.id in viewer.manages


def may_merge(viewer: Viewer, organisation: Organisation) -> bool:
    """Make one of two records, asked of both: who animates all of its territories, the operator.

    The members of one read what the other reads from then on.
    """
    territories = {territory.id for territory in organisation.territories}
    return viewer.is_operator or (bool(territories) and territories <= viewer.animates)


def may_join_claim(viewer: Viewer, claim: Claim) -> bool:
    """Make one of the two once the organisation agreed: whoever may merge the territory's own."""
    return claim.accepted_at is not None and may_merge(viewer, claim.local)
