"""Who sees which territories and organisations, and who may change them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true

from app.accounts.kinds import MembershipRole, TerritoryRoleKind
from app.accounts.models import (
    Claim,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
    organisation_territory,
)
from app.core.viewer import Viewer

ONE_DAY = timedelta(days=1)


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


def visible_territories(viewer: Viewer) -> Select[Territory]:
    """Those of the viewer's roles and of the viewer's organisations; all to the operator."""
    query = select(Territory)
    if viewer.is_operator:
        return query
    linked = exists().where(
        organisation_territory.c.territory_id == Territory.id,
        organisation_territory.c.organisation_id.in_(viewer.organisations),
    )
    return query.where(or_(Territory.id.in_(viewer.follows), linked))


def may_see_territory(viewer: Viewer, territory: Territory, own: Collection[Organisation]) -> bool:
    """The predicate beside `visible_territories`; `own` are the viewer's organisations."""
    return (
        viewer.is_operator
        or territory.id in viewer.follows
        or any(territory in organisation.territories for organisation in own)
    )


def animated_territories(viewer: Viewer) -> Select[Territory]:
    """Those whose démarche the viewer drives: a stranger's page answers 404, not 403."""
    return select(Territory).where(Territory.id.in_(viewer.animates))


def followed_territories(viewer: Viewer) -> Select[Territory]:
    """Those where the viewer has a role of the territory: the audience of its whole picture."""
    return select(Territory).where(Territory.id.in_(viewer.follows))


def visible_organisations(viewer: Viewer) -> Select[Organisation]:
    """Those of territories the viewer follows, the viewer's own, and those met elsewhere."""
    query = select(Organisation)
    if viewer.is_operator:
        return query
    met = [one.sees(viewer) for one in _acquaintances]
    return query.where(or_(_followed(viewer), Organisation.id.in_(viewer.organisations), *met))


def _followed(viewer: Viewer) -> ColumnElement[bool]:
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


def visible_people(viewer: Viewer) -> Select[Person]:
    """Those present in organisations whose people the viewer sees by name (`may_see_people`)."""
    query = select(Person).where(Person.anonymised_at.is_(None))
    if viewer.is_operator:
        return query
    present = exists().where(
        Membership.person_id == Person.id,
        Membership.ended_on.is_(None),
        Membership.organisation_id == Organisation.id,
        sees_people_of(viewer),
    )
    return query.where(present)


def sees_people_of(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `may_see_people` holds for an Organisation row."""
    if viewer.is_operator:
        return true()
    return or_(_followed(viewer), Organisation.id.in_(viewer.organisations))


def may_animate(viewer: Viewer, territory: Territory) -> bool:
    """Pilots and facilitators drive the territory's démarche."""
    return territory.id in viewer.animates


def visible_roles(viewer: Viewer) -> Select[TerritoryRole]:
    """Roles, present and ended, of people who are there, in territories that the viewer sees.

    One's own also where one no longer sees the territory: leaving can be taken back.
    """
    seen = visible_territories(viewer).with_only_columns(Territory.id)
    return (
        select(TerritoryRole)
        .join(TerritoryRole.person)
        .where(
            Person.anonymised_at.is_(None),
            or_(TerritoryRole.territory_id.in_(seen), Person.id == viewer.person_id),
        )
    )


def may_see_role(viewer: Viewer, role: TerritoryRole, own: Collection[Organisation]) -> bool:
    """The predicate beside `visible_roles`; `own` are the viewer's organisations."""
    is_there = role.person.anonymised_at is None
    is_own = role.person_id == viewer.person_id
    return is_there and (is_own or may_see_territory(viewer, role.territory, own))


def may_see_team_contacts(viewer: Viewer, territory: Territory) -> bool:
    """Telephone and address of who animates and observes: the team's drivers, the operator."""
    return viewer.is_operator or may_animate(viewer, territory)


def may_name(viewer: Viewer, territory_id: int, role: TerritoryRoleKind) -> bool:
    """Give a role of a territory, end it, take its end back: only pilots make pilots."""
    if role is TerritoryRoleKind.PILOT:
        return territory_id in viewer.pilots
    return territory_id in viewer.animates


def may_end_role(viewer: Viewer, role: TerritoryRole) -> bool:
    """One's own, and those one may give."""
    own = role.person_id == viewer.person_id
    return own or may_name(viewer, role.territory_id, role.role)


def may_change_role(viewer: Viewer, role: TerritoryRole) -> bool:
    """Who may give the role that is there; whether they may give the other one is asked again."""
    return may_name(viewer, role.territory_id, role.role)


def may_restore_role(viewer: Viewer, role: TerritoryRole, today: date) -> bool:
    """Take an end back, until the day after: who may give the role.

    Who left by herself comes back by herself: nobody is put back into a role.
    """
    if role.ended_on is None or today - role.ended_on > ONE_DAY:
        return False
    if role.own_leave:
        return role.person_id == viewer.person_id
    return may_name(viewer, role.territory_id, role.role)


def may_set_territory(viewer: Viewer, territory: Territory) -> bool:
    """Its settings and its charter are the pilot's."""
    return territory.id in viewer.pilots


def operated_territories(viewer: Viewer) -> Select[Territory]:
    """All of them to the operator, none to anybody else."""
    return select(Territory).where(true() if viewer.is_operator else false())


def may_see_people(viewer: Viewer, organisation: Organisation) -> bool:
    """Names and functions: its members, whoever follows one of its territories, the operator.

    Without the acquaintances: they see the public part, and perhaps one telephone number.
    """
    return (
        viewer.is_operator
        or organisation.id in viewer.organisations
        or any(territory.id in viewer.follows for territory in organisation.territories)
    )


def may_see_contacts(viewer: Viewer, organisation: Organisation) -> bool:
    """Telephone and address of its people: its own members, who animates, the operator.

    Who looks on (funder, elected official) reads names and functions.
    """
    return organisation.id in viewer.organisations or may_manage_organisation(viewer, organisation)


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


def may_admit(viewer: Viewer, organisation: Organisation) -> bool:
    """Who lets people in: its managers, who animates all of its territories, the operator.

    A member reads what the organisation reads, in each of its territories: whoever animates one
    of two may not open the other by inviting somebody of their own.
    """
    territories = {territory.id for territory in organisation.territories}
    return (
        viewer.is_operator
        or organisation.id in viewer.manages
        or (bool(territories) and territories <= viewer.animates)
    )


def may_end_place(viewer: Viewer, place: Membership) -> bool:
    """Whoever admits people, and everybody for themselves: leaving is one's own affair."""
    return place.person_id == viewer.person_id or may_admit(viewer, place.organisation)


def may_step_down(viewer: Viewer, place: Membership) -> bool:
    """Stop managing an organisation while staying in it."""
    return place.role is MembershipRole.MANAGER and may_end_place(viewer, place)


def may_edit_person(viewer: Viewer, person: Person, *, keeps_own: bool) -> bool:
    """Name and addresses of a contact: who may admit to each of its organisations.

    `keeps_own`: with an account, or a role, they are the person's own affair
    (`keeps_own_record`): whoever sets the address could come in.
    """
    if keeps_own or person.anonymised_at is not None:
        return False
    present = [place for place in person.memberships if place.ended_on is None]
    return bool(present) and all(may_admit(viewer, place.organisation) for place in present)


def may_attach(viewer: Viewer, organisation: Organisation, territory: Territory) -> bool:
    """Bring an organisation that one keeps already into another territory that one drives."""
    return may_create_organisation(viewer, territory) and may_manage_organisation(
        viewer, organisation
    )


def may_detach(viewer: Viewer, territory: Territory) -> bool:
    """Who adds organisations to a territory also takes them off it."""
    return may_create_organisation(viewer, territory)


def may_merge(viewer: Viewer, organisation: Organisation) -> bool:
    """Make one of two records, asked of both: who animates all of its territories, the operator.

    The members of one read what the other reads from then on.
    """
    territories = {territory.id for territory in organisation.territories}
    return viewer.is_operator or (bool(territories) and territories <= viewer.animates)


def may_merge_person(viewer: Viewer, person: Person) -> bool:
    """Asked of both: whoever may merge each of their organisations."""
    present = [place for place in person.memberships if place.ended_on is None]
    return (
        person.anonymised_at is None
        and bool(present)
        and all(may_merge(viewer, place.organisation) for place in present)
    )


def may_decide_naming(viewer: Viewer, organisation: Organisation) -> bool:
    """Consent to be named is the organisation's own: its managers', no pilot's, no operator's."""
    return organisation.id in viewer.manages


def may_answer_claim(viewer: Viewer, claim: Claim) -> bool:
    """Say that another territory's record is this organisation: whoever lets people into it."""
    return may_admit(viewer, claim.known)


def may_join_claim(viewer: Viewer, claim: Claim) -> bool:
    """Make one of the two once the organisation agreed: whoever may merge the territory's own."""
    return claim.accepted_at is not None and may_merge(viewer, claim.local)
