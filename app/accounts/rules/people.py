"""Who sees the people of an organisation, lets them in and edits their records."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, or_, select, true

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership, Organisation, Person
from app.accounts.rules.organisations import is_followed, may_manage_organisation, may_merge
from app.core.viewer import Viewer


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
    return or_(is_followed(viewer), Organisation.id.in_(viewer.organisations))


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


def may_merge_person(viewer: Viewer, person: Person) -> bool:
    """Asked of both: whoever may merge each of their organisations."""
    present = [place for place in person.memberships if place.ended_on is None]
    return (
        person.anonymised_at is None
        and bool(present)
        and all(may_merge(viewer, place.organisation) for place in present)
    )
