"""The cast of the tests: two territories, and who must see what.

Anne runs the démarche of the Val; Karim advises firms for the CCI in both territories; Lucie
bakes and Marc works wood: their firms are partners of Anne's project; Sylvie funds and Henri is
elected: they look on; Paul runs the other territory and must learn nothing; Odile operates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.core.folding import fold
from app.core.rank import spread
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import (
    FlowDirection,
    PartnerRole,
    PartnerState,
    ProjectKind,
    ProjectState,
    ResourceKind,
    Stage,
    SynergyType,
)
from app.plans.models import ActionPlan, Flow, Partner, Project, Step, Theme

BEGINNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 4, 7)  # a Tuesday
NOW = datetime(2026, 4, 7, 7, 0, tzinfo=UTC)

CAST = ("Anne", "Karim", "Lucie", "Marc", "Sylvie", "Henri", "Paul", "Odile")


@dataclass(frozen=True)
class Cast:
    """Finds what `build` made, by name, in whatever session a test uses."""

    session: Session

    def person(self, first_name: str) -> Person:
        return self.session.scalars(
            select(Person).where(Person.name.startswith(f"{first_name} "))
        ).one()

    def membership(self, first_name: str) -> Membership:
        """Of who belongs to one firm alone."""
        held = Membership.person_id == self.person(first_name).id
        return self.session.scalars(select(Membership).where(held)).one()

    def organisation(self, name: str) -> Organisation:
        return self.session.scalars(select(Organisation).where(Organisation.name == name)).one()

    def territory(self, name: str = "Val d’Aubrive") -> Territory:
        return self.session.scalars(select(Territory).where(Territory.name == name)).one()

    def plan(self, territory: str = "Val d’Aubrive") -> ActionPlan:
        return self.session.scalars(
            select(ActionPlan).join(ActionPlan.territory).where(Territory.name == territory)
        ).one()

    def project(self, title: str = "Invendus du Fournil") -> Project:
        return self.session.scalars(select(Project).where(Project.title == title)).one()

    def step(self, title: str = "Peser les invendus") -> Step:
        return self.session.scalars(select(Step).where(Step.title == title)).one()


def colleague(session: Session, cast: Cast, name: str = "Nadia Roy") -> Membership:
    """Somebody beside Lucie at Le Fournil, who can answer for her or take over. Not committed."""
    person = Person(
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@example.org",
        search_key=fold(name),
        created_at=BEGINNING,
    )
    place = Membership(
        person=person,
        organisation=cast.organisation("Le Fournil"),
        started_on=BEGINNING.date(),
    )
    session.add_all([person, place])
    session.flush()
    return place


def build(session: Session) -> None:
    """Write the cast into an empty, migrated database and commit."""
    acting(session, None, Via.COMMAND, BEGINNING)
    val = Territory(name="Val d’Aubrive", siren="999000011", created_at=BEGINNING)
    sorne = Territory(name="Plaine de Sorne", siren="999000029", created_at=BEGINNING)
    session.add_all([val, sorne])
    organisations = {
        "collectivite": _organisation("CC du Val d’Aubrive", OrganisationKind.COLLECTIVITE, val),
        "cci": _organisation("CCI des Deux Rives", OrganisationKind.CHAMBER, val, sorne),
        "fournil": _organisation("Le Fournil", OrganisationKind.COMPANY, val),
        "atelier": _organisation("Atelier Bois", OrganisationKind.COMPANY, val),
        "fonds": _organisation("Agence du Cycle", OrganisationKind.FUNDER, val),
        "sorne": _organisation("CC de la Sorne", OrganisationKind.COLLECTIVITE, sorne),
        "scierie": _organisation("Scierie de la Sorne", OrganisationKind.COMPANY, sorne),
    }
    session.add_all(organisations.values())
    people = _people(session, organisations)
    _role(session, people["Anne"], val, TerritoryRoleKind.PILOT)
    _role(session, people["Sylvie"], val, TerritoryRoleKind.OBSERVER)
    _role(session, people["Henri"], val, TerritoryRoleKind.OBSERVER)
    _role(session, people["Paul"], sorne, TerritoryRoleKind.PILOT)
    session.flush()
    _plan_of_the_val(session, val, organisations, people)
    _plan_of_the_sorne(session, sorne, organisations)
    session.commit()


def _organisation(name: str, kind: OrganisationKind, *territories: Territory) -> Organisation:
    return Organisation(
        name=name,
        kind=kind,
        phone="03 53 01 00 10",
        search_key=fold(name),
        created_at=BEGINNING,
        territories=list(territories),
    )


def _people(session: Session, organisations: dict[str, Organisation]) -> dict[str, Person]:
    places = {
        "Anne Vasseur": "collectivite",
        "Karim Haddad": "cci",
        "Lucie Perrin": "fournil",
        "Marc Oudot": "atelier",
        "Sylvie Lemaire": "fonds",
        "Henri Collard": None,
        "Paul Etcheverry": "sorne",
        "Odile Renaud": None,
    }
    people = {}
    for name, place in places.items():
        first = name.split()[0]
        person = Person(
            name=name,
            email=f"{first.lower()}@example.org",
            search_key=fold(name),
            is_operator=first == "Odile",
            created_at=BEGINNING,
        )
        session.add(person)
        people[first] = person
        if place:
            session.add(
                Membership(
                    person=person,
                    organisation=organisations[place],
                    role=MembershipRole.MANAGER,
                    is_default=True,
                    started_on=BEGINNING.date(),
                )
            )
    return people


def _role(session: Session, person: Person, territory: Territory, role: TerritoryRoleKind) -> None:
    session.flush()
    session.add(
        TerritoryRole(
            person_id=person.id,
            territory_id=territory.id,
            role=role,
            started_on=BEGINNING.date(),
        )
    )


def _project(plan: ActionPlan, title: str, state: ProjectState, rank: str) -> Project:
    return Project(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        title=title,
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SUBSTITUTION,
        stage=Stage.QUALIFIED,
        state=state,
        rank=rank,
        search_key=fold(title),
        created_at=BEGINNING,
    )


def _partner(project: Project, organisation: Organisation, role: PartnerRole) -> Partner:
    return Partner(
        project_id=project.id,
        territory_id=project.territory_id,
        organisation_id=organisation.id,
        role=role,
        state=PartnerState.CONFIRMED,
        confirmed_at=BEGINNING,
    )


def _step(
    project: Project, title: str, lead: Organisation, person: Person | None, due: date, rank: str
) -> Step:
    return Step(
        project_id=project.id,
        territory_id=project.territory_id,
        title=title,
        lead_organisation_id=lead.id,
        lead_person_id=person.id if person else None,
        due_on=due,
        scheduled_at=BEGINNING,
        rank=rank,
        created_at=BEGINNING,
    )


def _plan_of_the_val(
    session: Session,
    territory: Territory,
    organisations: dict[str, Organisation],
    people: dict[str, Person],
) -> None:
    plan = ActionPlan(territory_id=territory.id, title="Plan EIT 2026", created_at=BEGINNING)
    session.add(plan)
    session.flush()
    session.add(Theme(plan_id=plan.id, territory_id=territory.id, title="Mutualiser", rank="i"))
    ranks = spread(3)
    project = _project(plan, "Invendus du Fournil", ProjectState.ACTIVE, ranks[0])
    draft = _project(plan, "Piste confidentielle", ProjectState.DRAFT, ranks[1])
    session.add_all([project, draft])
    session.flush()
    for name, role in (
        ("collectivite", PartnerRole.LEAD),
        ("cci", PartnerRole.CO_OWNER),
        ("fournil", PartnerRole.CONTRIBUTOR),
        ("atelier", PartnerRole.CONTRIBUTOR),
        ("fonds", PartnerRole.FUNDER),
    ):
        session.add(_partner(project, organisations[name], role))
    session.add(_partner(draft, organisations["collectivite"], PartnerRole.LEAD))
    session.add_all(
        [
            _step(
                project,
                "Peser les invendus",
                organisations["fournil"],
                people["Lucie"],
                date(2026, 4, 17),
                ranks[0],
            ),
            _step(
                project,
                "Fabriquer les caisses",
                organisations["atelier"],
                None,
                date(2026, 4, 1),
                ranks[1],
            ),
            _step(
                project,
                "Réunir les partenaires",
                organisations["collectivite"],
                people["Anne"],
                date(2026, 4, 20),
                ranks[2],
            ),
            Flow(
                project_id=project.id,
                territory_id=territory.id,
                organisation_id=organisations["fournil"].id,
                direction=FlowDirection.OUTPUT,
                resource=ResourceKind.BY_PRODUCT,
                label="Pain invendu",
                quantity=42,
                unit="kg par semaine",
                opened_at=BEGINNING,
            ),
        ]
    )


def _plan_of_the_sorne(
    session: Session, territory: Territory, organisations: dict[str, Organisation]
) -> None:
    plan = ActionPlan(territory_id=territory.id, title="Plan de la Sorne", created_at=BEGINNING)
    session.add(plan)
    session.flush()
    project = _project(plan, "Sciure pour la chaufferie", ProjectState.ACTIVE, "i")
    session.add(project)
    session.flush()
    session.add(_partner(project, organisations["sorne"], PartnerRole.LEAD))
    session.add(_partner(project, organisations["cci"], PartnerRole.CO_OWNER))
    session.add(
        _step(
            project,
            "Chiffrer le transport",
            organisations["scierie"],
            None,
            date(2026, 4, 24),
            "i",
        )
    )
