"""What the bench looks at: a territory, a full project, and a pilot with fifty steps to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Flask, session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import Membership, Organisation, Person, Territory, TerritoryRole
from app.accounts.sessions import open_session
from app.core import clock
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
from app.web.database import db

BEGINNING = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ORGANISATIONS, PROJECTS, STEPS_OF_THE_PROJECT, STEPS_OF_MINE = 8, 10, 25, 50
DESCRIPTION = """Les invendus partent aujourd’hui en déchets ; à côté, un **atelier** en cherche.

- peser ce qui part chaque soir ;
- trouver qui transporte, et à quel prix ;
- écrire la convention.
"""


@dataclass(frozen=True)
class Target:
    """Addresses to ask, and what makes the requests those of a signed-in person."""

    project_page: str
    my_steps: str
    step_update: str
    cookie: str
    csrf_token: str


def build(app: Flask) -> Target:
    """Migrate an empty database, write the world, sign its pilot in. Commits."""
    with app.app_context():
        upgrade()
        with Session(db.engine) as opened:
            acting(opened, None, Via.COMMAND, BEGINNING)
            world = _World(opened)
            key = open_session(opened, person_id=world.pilot.id, browser="bench", now=clock.now())
            step = world.first_step()
            opened.commit()
            page, update = f"/projets/{world.project.public_id}", f"/etapes/{step}/statut"
        db.engine.dispose()
    cookie, token = _signed_in(app, key)
    return Target(page, "/mes-etapes", update, cookie, token)


def _signed_in(app: Flask, key: str) -> tuple[str, str]:
    """The session cookie of this key and the CSRF token that goes with it."""
    with app.test_request_context():
        session.update(_user_id=key, _fresh=True)
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}", token


class _World:
    """Builds everything in one session; the last project is the full one."""

    def __init__(self, opened: Session) -> None:
        self.session = opened
        self.territory = Territory(name="Communauté de communes du Banc", created_at=BEGINNING)
        opened.add(self.territory)
        opened.flush()
        self.organisations = [self._organisation(number) for number in range(ORGANISATIONS)]
        opened.add_all(self.organisations)
        self.people = [self._person(number) for number in range(ORGANISATIONS)]
        self.pilot = self.people[0]
        self._seat()
        plan = ActionPlan(territory_id=self.territory.id, title="Plan 2026", created_at=BEGINNING)
        opened.add(plan)
        opened.flush()
        self.theme = Theme(
            plan_id=plan.id, territory_id=self.territory.id, title="Mutualiser", rank="i"
        )
        opened.add(self.theme)
        opened.flush()
        projects = [self._project(plan, number) for number in range(PROJECTS)]
        self.project = projects[-1]
        self._spread_my_steps(projects[:-1])
        self._fill(self.project)
        opened.flush()

    def first_step(self) -> str:
        """The public id of the first step of the full project."""
        self.session.refresh(self.project, ["steps"])
        return self.project.steps[0].public_id

    def _organisation(self, number: int) -> Organisation:
        name = "Communauté de communes" if number == 0 else f"Entreprise fictive {number}"
        kind = OrganisationKind.COLLECTIVITE if number == 0 else OrganisationKind.COMPANY
        return Organisation(
            name=name,
            kind=kind,
            search_key=fold(name),
            created_at=BEGINNING,
            territories=[self.territory],
        )

    def _person(self, number: int) -> Person:
        name = f"Camille Fictive {number + 1}"
        return Person(
            name=name,
            email=f"camille{number + 1}@example.org",
            search_key=fold(name),
            created_at=BEGINNING,
        )

    def _seat(self) -> None:
        """Everybody belongs to one organisation, and the first person runs the territory."""
        for person, organisation in zip(self.people, self.organisations, strict=True):
            self.session.add(person)
            self.session.add(
                Membership(
                    person=person,
                    organisation=organisation,
                    role=MembershipRole.MANAGER,
                    is_default=True,
                    started_on=BEGINNING.date(),
                )
            )
        self.session.flush()
        self.session.add(
            TerritoryRole(
                person_id=self.pilot.id,
                territory_id=self.territory.id,
                role=TerritoryRoleKind.PILOT,
                started_on=BEGINNING.date(),
            )
        )

    def _project(self, plan: ActionPlan, number: int) -> Project:
        title = f"Synergie {number + 1} : donner une suite aux invendus"
        project = Project(
            plan_id=plan.id,
            territory_id=self.territory.id,
            theme_id=self.theme.id,
            title=title,
            description=DESCRIPTION,
            kind=ProjectKind.SYNERGY,
            synergy_type=SynergyType.SUBSTITUTION,
            stage=Stage.QUALIFIED,
            state=ProjectState.ACTIVE,
            rank=spread(PROJECTS)[number],
            search_key=fold(title),
            created_at=BEGINNING,
        )
        self.session.add(project)
        self.session.flush()
        return project

    def _fill(self, project: Project) -> None:
        """Five partners, two flows and the steps, each led by one of the partners' people."""
        parts = (PartnerRole.LEAD, PartnerRole.CO_OWNER, *[PartnerRole.CONTRIBUTOR] * 3)
        for role, organisation in zip(parts, self.organisations, strict=False):
            self.session.add(self._partner(project, organisation, role))
        for organisation, direction in zip(
            self.organisations[1:3], (FlowDirection.OUTPUT, FlowDirection.INPUT), strict=True
        ):
            self.session.add(self._flow(project, organisation, direction))
        ranks = spread(STEPS_OF_THE_PROJECT)
        for number, rank in enumerate(ranks):
            lead = 1 + number % (len(parts) - 1)
            # the pilot's own fifty stand in the other projects
            self.session.add(self._step(project, number, lead, lead, rank))

    def _spread_my_steps(self, projects: list[Project]) -> None:
        """The pilot's steps over the other projects, each of which she leads."""
        for project in projects:
            self.session.add(self._partner(project, self.organisations[0], PartnerRole.LEAD))
        for number, rank in enumerate(spread(STEPS_OF_MINE)):
            self.session.add(self._step(projects[number % len(projects)], number, 0, 0, rank))

    def _partner(self, project: Project, organisation: Organisation, role: PartnerRole) -> Partner:
        return Partner(
            project_id=project.id,
            territory_id=project.territory_id,
            organisation_id=organisation.id,
            role=role,
            state=PartnerState.CONFIRMED,
            confirmed_at=BEGINNING,
        )

    def _flow(self, project: Project, organisation: Organisation, direction: FlowDirection) -> Flow:
        return Flow(
            project_id=project.id,
            territory_id=project.territory_id,
            organisation_id=organisation.id,
            direction=direction,
            resource=ResourceKind.BY_PRODUCT,
            label="Pain invendu",
            quantity=42,
            unit="kg par semaine",
            opened_at=BEGINNING,
        )

    def _step(
        self, project: Project, number: int, lead: int, person: int | None, rank: str
    ) -> Step:
        return Step(
            project_id=project.id,
            territory_id=project.territory_id,
            title=f"Étape {number + 1} du projet : ce qu’il y a à faire",
            lead_organisation_id=self.organisations[lead].id,
            lead_person_id=None if person is None else self.people[person].id,
            due_on=_due(number),
            scheduled_at=BEGINNING,
            rank=rank,
            created_at=BEGINNING,
        )


def _due(number: int) -> date:
    """From five weeks ago onwards, so that some are late, some near and some far."""
    return clock.now().date() + timedelta(days=3 * number - 35)
