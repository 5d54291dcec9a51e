"""People whom the cast lacks and the matrix needs: each stands for one column.

Fanny facilitates the Val; Malik is a plain member of Lucie's bakery; Iris's farm is invited to
carry {project} and has not confirmed; Rita's dairy carried it and has retired.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import Membership, Organisation, Person, TerritoryRole
from app.core.folding import fold
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner
from tests.cast import BEGINNING, Cast

UNDERSTUDIES = ("Fanny", "Malik", "Iris", "Rita")


def hire(session: Session, cast: Cast) -> None:
    """Write them, flushed; somebody acts already."""
    fanny, malik, iris, rita = (
        _person(session, name) for name in ("Fanny Weber", "Malik Sow", "Iris Paoli", "Rita Blum")
    )
    session.add(
        TerritoryRole(
            person_id=fanny.id,
            territory_id=cast.territory().id,
            role=TerritoryRoleKind.FACILITATOR,
            started_on=BEGINNING.date(),
        )
    )
    _place(session, malik, cast.organisation("Le Fournil"), MembershipRole.MEMBER)
    for person, name, state in (
        (iris, "Ferme des Aulnes", PartnerState.INVITED),
        (rita, "Laiterie du Val", PartnerState.RETIRED),
    ):
        firm = _firm(session, cast, name)
        _place(session, person, firm, MembershipRole.MANAGER)
        session.add(
            Partner(
                project_id=cast.project().id,
                territory_id=cast.territory().id,
                organisation_id=firm.id,
                role=PartnerRole.CONTRIBUTOR,
                state=state,
            )
        )
    session.flush()


def _person(session: Session, name: str) -> Person:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    person = Person(name=name, email=email, search_key=fold(name), created_at=BEGINNING)
    session.add(person)
    session.flush()
    return person


def _firm(session: Session, cast: Cast, name: str) -> Organisation:
    firm = Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        search_key=fold(name),
        created_at=BEGINNING,
        territories=[cast.territory()],
    )
    session.add(firm)
    session.flush()
    return firm


def _place(session: Session, person: Person, firm: Organisation, role: MembershipRole) -> None:
    session.add(
        Membership(
            person_id=person.id,
            organisation_id=firm.id,
            role=role,
            is_default=role is MembershipRole.MANAGER,
            started_on=BEGINNING.date(),
        )
    )
