"""Many territories of realistic size, written in bulk: to see how a long list feels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, OrganisationKind, TerritoryRoleKind
from app.accounts.models import (
    ActivityZone,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
    organisation_territory,
)
from app.core.database import Base
from app.core.folding import fold
from app.core.rank import spread
from app.demo.days import OPENING_HOUR, Days, moment
from app.demo.names import FIRST_NAMES, LAST_NAMES, PLACES, TRADES, siret
from app.demo.projects import ProjectTale
from app.demo.story import Story
from app.journal.kinds import Action, Via
from app.journal.models import Change
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    ProjectKind,
    ProjectState,
    Stage,
    StepStatus,
    SynergyType,
)
from app.plans.models import ActionPlan, Exchange, Partner, Project, Step, Theme

STEPS, ORGANISATIONS, PEOPLE, PROJECTS, PARTNERS = 500, 60, 80, 60, 5
_BEGAN = -800
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_FARTHEST_BACK, _FARTHEST_AHEAD = -500, 250

Row = dict[str, Any]
_STAGES = tuple(Stage)
_WORKING = (Stage.OPERATIONAL, Stage.LASTING)


def write_crowd(session: Session, story: Story, count: int) -> None:
    """Write territories until there are `count` with the story's. The caller commits."""
    for number in range(2, count + 1):
        _Hamlet(session, story, number, random.Random(f"maillage {number}")).write()  # noqa: S311  # nosec B311


@dataclass
class _Hamlet:
    """One territory of the crowd; `number` makes its names and addresses its own."""

    session: Session
    story: Story
    number: int
    dice: random.Random

    def write(self) -> None:
        territory = self._insert(Territory, [self._territory()])[0]
        zones = self._insert(ActivityZone, self._zones(territory))
        organisations = self._insert(Organisation, self._organisations(zones))
        self.session.execute(
            insert(organisation_territory),
            [{"organisation_id": one, "territory_id": territory} for one in organisations],
        )
        people = self._insert(Person, self._people())
        self._insert(Membership, self._memberships(people, organisations))
        self._insert(TerritoryRole, [self._pilot(people[0], territory)])
        plan = self._insert(ActionPlan, [self._plan(territory)])[0]
        themes = self._insert(Theme, self._themes(plan, territory))
        told = self._projects(plan, territory, themes, zones)
        projects = self._insert(Project, told)
        partners = self._partners(projects, territory, organisations)
        self._insert(Partner, partners)
        self._insert(Step, self._steps(partners, territory))
        self._insert(Exchange, self._exchanges(told, partners))

    @property
    def days(self) -> Days:
        return self.story.days

    @property
    def began_at(self) -> datetime:
        return moment(self.days.at(_BEGAN), OPENING_HOUR, str(self.number))

    def _insert(self, model: type[Base], rows: list[Row]) -> list[int]:
        """The ids of the rows, in their order; the journal tells their creation."""
        statement = insert(model).returning(
            model.id,  # type: ignore[attr-defined]  # every table has one
            sort_by_parameter_order=True,
        )
        ids = [int(one) for one in self.session.scalars(statement, rows)]
        tracked = getattr(model, "__tracked__", {})
        self.session.execute(
            insert(Change),
            [
                {
                    "at": row.get("created_at", self.began_at),
                    "actor_id": None,
                    "via": Via.IMPORT,
                    "territory_id": id_ if model is Territory else row.get("territory_id"),
                    "project_id": id_ if model is Project else row.get("project_id"),
                    "entity": model.__name__,
                    "entity_id": id_,
                    "action": Action.CREATED,
                    "fields": {name: [None, _plain(row[name])] for name in tracked if name in row},
                    "batch": f"crowd{self.number}",
                }
                for id_, row in zip(ids, rows, strict=True)
            ],
        )
        return ids

    def _public_id(self) -> str:
        return "".join(self.dice.choices(_LETTERS, k=10))

    def _territory(self) -> Row:
        place = PLACES[self.number % len(PLACES)]
        return {
            "public_id": self._public_id(),
            "name": f"{place}, territoire fictif {self.number}",
            "siren": siret(self.number * ORGANISATIONS)[:9],
            "is_demo": True,
            "created_at": self.began_at,
        }

    def _zones(self, territory: int) -> list[Row]:
        return [
            {"public_id": self._public_id(), "territory_id": territory, "name": name}
            for name in ("ZAE de la Grande-Oseraie", "ZAE du Petit-Verdet")
        ]

    def _organisations(self, zones: Sequence[int]) -> list[Row]:
        kinds = (OrganisationKind.COLLECTIVITE, OrganisationKind.CHAMBER, OrganisationKind.FUNDER)
        rows = []
        for index in range(ORGANISATIONS):
            name = (
                f"{self.dice.choice(TRADES)} {self.dice.choice(LAST_NAMES)} {self.number}-{index}"
            )
            rows.append(
                {
                    "public_id": self._public_id(),
                    "name": name,
                    "kind": kinds[index] if index < len(kinds) else OrganisationKind.COMPANY,
                    "siret": siret(self.number * ORGANISATIONS + index),
                    "sole_siret": siret(self.number * ORGANISATIONS + index),
                    "siren": siret(self.number * ORGANISATIONS + index)[:9],
                    "phone": f"03 53 01 {index:02d} {self.number % 100:02d}",
                    "zone_id": self.dice.choice(zones),
                    "search_key": fold(name),
                    "created_at": self.began_at,
                }
            )
        return rows

    def _people(self) -> list[Row]:
        rows = []
        for index in range(PEOPLE):
            first, last = self.dice.choice(FIRST_NAMES), self.dice.choice(LAST_NAMES)
            address = f"{fold(first)}.{fold(last)}.{self.number}.{index}@example.org"
            rows.append(
                {
                    "public_id": self._public_id(),
                    "name": f"{first} {last}",
                    "email": address.replace(" ", "-"),
                    "phone": f"06 39 98 {index:02d} {self.number % 100:02d}",
                    "search_key": fold(f"{first} {last}"),
                    "created_at": self.began_at,
                }
            )
        return rows

    def _memberships(self, people: Sequence[int], organisations: Sequence[int]) -> list[Row]:
        return [
            {
                "person_id": person,
                "organisation_id": organisations[index % ORGANISATIONS],
                "role": MembershipRole.MANAGER if index < ORGANISATIONS else MembershipRole.MEMBER,
                "is_default": index < ORGANISATIONS,
                "started_on": self.began_at.date(),
            }
            for index, person in enumerate(people)
        ]

    def _pilot(self, person: int, territory: int) -> Row:
        return {
            "person_id": person,
            "territory_id": territory,
            "role": TerritoryRoleKind.PILOT,
            "started_on": self.began_at.date(),
        }

    def _plan(self, territory: int) -> Row:
        return {
            "public_id": self._public_id(),
            "territory_id": territory,
            "title": self.story.plan,
            "created_at": self.began_at,
        }

    def _themes(self, plan: int, territory: int) -> list[Row]:
        ranks = spread(len(self.story.themes))
        return [
            {
                "public_id": self._public_id(),
                "plan_id": plan,
                "territory_id": territory,
                "key": theme.key,
                "title": theme.title,
                "aliases": "\n".join(theme.aliases),
                "rank": rank,
            }
            for theme, rank in zip(self.story.themes, ranks, strict=True)
        ]

    def _projects(
        self, plan: int, territory: int, themes: Sequence[int], zones: Sequence[int]
    ) -> list[Row]:
        rows = []
        for index, rank in enumerate(spread(PROJECTS)):
            tale = self._tale(index)
            title = f"{tale.title} ({index + 1})"
            rows.append(
                {
                    "public_id": self._public_id(),
                    "plan_id": plan,
                    "territory_id": territory,
                    "theme_id": self.dice.choice(themes),
                    "zone_id": self.dice.choice(zones),
                    "title": title,
                    "description": tale.description,
                    "kind": ProjectKind.SYNERGY if tale.synergy else ProjectKind.ACTION,
                    "synergy_type": tale.synergy,
                    "stage": self.dice.choice(_STAGES),
                    "state": ProjectState.ACTIVE,
                    "rank": rank,
                    "search_key": fold(title),
                    "created_at": self.began_at,
                }
            )
        return rows

    def _tale(self, index: int) -> ProjectTale:
        return self.story.projects[index % len(self.story.projects)]

    def _partners(
        self, projects: Sequence[int], territory: int, organisations: Sequence[int]
    ) -> list[Row]:
        return [
            {
                "public_id": self._public_id(),
                "project_id": project,
                "territory_id": territory,
                "organisation_id": organisation,
                "role": PartnerRole.LEAD if place == 0 else PartnerRole.CONTRIBUTOR,
                "state": PartnerState.CONFIRMED,
                "confirmed_at": self.began_at,
            }
            for project in projects
            for place, organisation in enumerate(self.dice.sample(organisations, PARTNERS))
        ]

    def _exchanges(self, projects: Sequence[Row], partners: Sequence[Row]) -> list[Row]:
        """What makes a synergy « opérationnelle »: between the first two partners of each."""
        rows: list[Row] = []
        for index, project in enumerate(projects):
            if project["synergy_type"] is None or project["stage"] not in _WORKING:
                continue
            first, second, *_rest = partners[index * PARTNERS : (index + 1) * PARTNERS]
            passes = project["synergy_type"] is SynergyType.SUBSTITUTION
            rows.extend(
                {
                    "public_id": self._public_id(),
                    "project_id": user["project_id"],
                    "territory_id": user["territory_id"],
                    "giver_id": first["organisation_id"] if passes else None,
                    "user_id": user["organisation_id"],
                    "since": self.days.at(_FARTHEST_BACK + 7 * index),
                }
                for user in ((second,) if passes else (first, second))
            )
        return rows

    def _steps(self, partners: Sequence[Row], territory: int) -> list[Row]:
        ranks = spread(STEPS)
        rows = []
        for index in range(STEPS):
            project = index % PROJECTS
            partner = partners[project * PARTNERS + self.dice.randrange(PARTNERS)]
            tales = self._tale(project).steps
            due = self.days.at(self.dice.randint(_FARTHEST_BACK, _FARTHEST_AHEAD))
            rows.append(
                {
                    "public_id": self._public_id(),
                    "project_id": partner["project_id"],
                    "territory_id": territory,
                    "title": tales[index // PROJECTS % len(tales)].title,
                    "lead_organisation_id": partner["organisation_id"],
                    "due_on": due,
                    "scheduled_at": self.began_at,
                    "rank": ranks[index],
                    "created_at": self.began_at,
                    **self._progress(due),
                }
            )
        return rows

    def _progress(self, due: date) -> Row:
        """Most of what was due is done; the rest is late, which a list must show well."""
        past = due < self.days.first_day
        done = past and self.dice.random() < 0.85
        begun = self.dice.random() < 0.3
        status = StepStatus.IN_PROGRESS if begun else StepStatus.TODO
        return {
            "status": StepStatus.DONE if done else status,
            "done_on": due if done else None,
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
