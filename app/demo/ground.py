"""The territory of the story: its organisations, its people, its plan and its axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.accounts.kinds import MembershipRole, NafEdition
from app.accounts.models import (
    ActivityZone,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.core.folding import fold
from app.core.rank import spread
from app.demo.chronicle import FOUNDING, Chronicle, public_id
from app.demo.days import moment
from app.demo.story import OrganisationTale, PersonTale, Story, Work
from app.journal.kinds import Via
from app.plans.models import ActionPlan, Project, Step, Theme
from app.reminders.models import RelanceSetting


@dataclass
class Ground:
    """What stands so far, found by the keys of the story."""

    session: Session
    story: Story
    territory: Territory
    password_hash: str
    zones: dict[str, ActivityZone] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    plans: list[ActionPlan] = field(default_factory=list)
    themes: dict[str, Theme] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    steps: dict[tuple[str, str], Step] = field(default_factory=dict)

    @property
    def plan(self) -> ActionPlan:
        return self.plans[0]

    def step_by_key(self, project: str, key: str) -> Step:
        """A step of the story by its short key; KeyError when there is none."""
        tale = next(one for one in self.story.projects if one.key == project)
        titles = {step.key: step.title for step in tale.steps if step.key}
        return self.steps[project, titles[key]]


def new_ground(session: Session, story: Story) -> Ground:
    # one password known to everybody: one hash of it is enough
    return Ground(session, story, _territory(story), hash_password(story.password))


def ground_beside(ground: Ground, story: Story) -> Ground:
    """The ground of a territory next door: people and organisations are found in both."""
    return Ground(
        ground.session,
        story,
        _territory(story),
        ground.password_hash,
        organisations=ground.organisations,
        people=ground.people,
    )


def _territory(story: Story) -> Territory:
    return Territory(
        public_id=public_id(f"{story.key}territory"),
        name=story.territory,
        siren=story.siren,
        is_demo=True,
        created_at=moment(story.began_on, FOUNDING, ""),
    )


def tell_ground(ground: Ground, chronicle: Chronicle) -> None:
    """Note how the territory, its organisations, its people and its plan came to be."""
    story = ground.story
    chronicle.on(story.began_on, FOUNDING, "", None, Via.COMMAND, lambda _at: _found(ground))
    for organisation in story.organisations:
        _note(chronicle, organisation.joined_on, _Joining(ground, organisation=organisation))
    for person in story.people:
        _note(chronicle, person.joined_on, _Joining(ground, person=person))
    pilot = story.relances_started_by
    chronicle.on(story.began_on, FOUNDING, "", pilot, Via.PAGE, lambda at: _open_plan(ground, at))
    if story.relances_started_on <= story.days.today:
        chronicle.on(
            story.relances_started_on,
            FOUNDING,
            "relances",
            pilot,
            Via.PAGE,
            lambda at: _start_relances(ground, at),
        )


@dataclass(frozen=True)
class _Joining:
    """An organisation or a person that comes in, on its day."""

    ground: Ground
    organisation: OrganisationTale | None = None
    person: PersonTale | None = None

    def __call__(self, at: datetime) -> None:
        if self.organisation:
            _add_organisation(self.ground, self.organisation, at)
        if self.person:
            _add_person(self.ground, self.person, at)


def _note(chronicle: Chronicle, day: date, joining: _Joining) -> None:
    chronicle.on(day, FOUNDING, "", None, Via.COMMAND, joining)


def _found(ground: Ground) -> None:
    ground.session.add(ground.territory)
    for key in ground.story.shared:
        ground.organisations[key].territories.append(ground.territory)
    ground.session.flush()
    for tale in ground.story.zones:
        zone = ActivityZone(
            public_id=public_id(f"zone {tale.key}"),
            territory_id=ground.territory.id,
            name=tale.name,
            dominant_use=tale.dominant_use,
            cnig_id=tale.cnig_id,
        )
        ground.session.add(zone)
        ground.zones[tale.key] = zone


def _add_organisation(ground: Ground, tale: OrganisationTale, at: datetime) -> None:
    organisation = Organisation(
        public_id=public_id(f"organisation {tale.key}"),
        name=tale.name,
        kind=tale.kind,
        siret=tale.siret,
        naf=tale.naf,
        naf_edition=NafEdition.REV2,
        size=tale.size,
        phone=tale.phone,
        address=tale.address,
        postcode=tale.postcode,
        city=tale.city,
        zone=ground.zones[tale.zone] if tale.zone else None,
        named_publicly=tale.named_publicly,
        naming_decided_at=at if tale.named_publicly else None,
        search_key=fold(tale.name),
        created_at=at,
        territories=[ground.territory],
    )
    ground.session.add(organisation)
    ground.organisations[tale.key] = organisation


def _add_person(ground: Ground, tale: PersonTale, at: datetime) -> None:
    person = Person(
        public_id=public_id(f"person {tale.key}"),
        name=tale.name,
        email=tale.email,
        phone=tale.phone,
        password_hash=ground.password_hash if tale.account else None,
        is_operator=tale.is_operator,
        search_key=fold(tale.name),
        created_at=at,
    )
    ground.session.add(person)
    ground.people[tale.key] = person
    ground.session.flush()
    for work in tale.works:
        ground.session.add(_membership(ground, person, work, tale.joined_on))
    if tale.territory_role:
        ground.session.add(
            TerritoryRole(
                person_id=person.id,
                territory_id=ground.territory.id,
                role=tale.territory_role,
                started_on=tale.joined_on,
            )
        )


def _membership(ground: Ground, person: Person, work: Work, started_on: date) -> Membership:
    return Membership(
        person_id=person.id,
        organisation_id=ground.organisations[work.organisation].id,
        role=MembershipRole.MANAGER if work.is_manager else MembershipRole.MEMBER,
        function=work.function,
        is_default=work.is_default,
        started_on=started_on,
    )


def _open_plan(ground: Ground, at: datetime) -> None:
    plan = ActionPlan(
        public_id=public_id(f"{ground.story.key}plan"),
        territory_id=ground.territory.id,
        title=ground.story.plan,
        created_at=at,
    )
    ground.session.add(plan)
    ground.session.flush()
    ground.plans.append(plan)
    ranks = spread(len(ground.story.themes))
    for rank, tale in zip(ranks, ground.story.themes, strict=True):
        theme = Theme(
            public_id=public_id(f"{ground.story.key}theme {tale.key}"),
            plan_id=plan.id,
            territory_id=ground.territory.id,
            key=tale.key,
            title=tale.title,
            aliases="\n".join(tale.aliases),
            rank=rank,
        )
        ground.session.add(theme)
        ground.themes[tale.key] = theme


def _start_relances(ground: Ground, at: datetime) -> None:
    ground.session.add(
        RelanceSetting(
            territory_id=ground.territory.id,
            started_at=at,
            started_by_id=ground.people[ground.story.relances_started_by].id,
        )
    )
