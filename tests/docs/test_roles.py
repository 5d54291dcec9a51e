"""docs/roles.md is what the rules decide: each cell asks the predicate of its row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import Membership, Organisation, Territory, TerritoryRole
from app.accounts.rules import (
    animated_territories,
    may_admit,
    may_create_organisation,
    may_end_place,
    may_end_role,
    may_manage_organisation,
    may_name,
    may_see_contacts,
    may_see_people,
    may_see_team_contacts,
    may_set_territory,
    operated_territories,
    visible_territories,
)
from app.agreements.rules import (
    may_adhere,
    may_ask_adherence,
    may_hand_territory,
    may_propose,
    may_see_proposals,
    may_see_themes,
    may_seek_word,
)
from app.core.folding import fold
from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Project
from app.plans.rules import (
    may_comment,
    may_declare_flow,
    may_edit_project,
    may_edit_step,
    may_reopen_project,
    may_roll_out,
    may_save_pattern,
    visible_plans,
    visible_projects,
)
from app.reports.models import Snapshot
from app.reports.rules import may_publish, visible_snapshots
from tests.cast import NOW, Cast
from tests.docs.reading import page

PILOT, FACILITATOR, OBSERVER = TerritoryRoleKind
NOBODY = Viewer(person_id=0, name="Somebody", sign_in_id=1)
ANSWERS = {"yes": True, "no": False, "–": False}


@dataclass(frozen=True)
class World:
    """What the rows speak of, in the database of the cast."""

    session: Session
    territory: Territory
    organisation: Organisation  # of two territories
    project: Project
    draft: Project
    state: Snapshot

    def sees(self, query: Any, row: object) -> bool:
        return row in self.session.scalars(query).unique().all()


Right = Callable[[Viewer, World], bool]


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(session: Session, cast: Cast) -> World:
    acting(session, None, Via.COMMAND, NOW)
    farm = Organisation(
        name="Ferme des Aulnes",
        kind=OrganisationKind.COMPANY,
        search_key=fold("Ferme des Aulnes"),
        created_at=NOW,
        territories=[cast.territory()],
    )
    state = Snapshot(
        territory_id=cast.territory().id,
        as_of=NOW.date(),
        content={},
        published_at=NOW,
        published_by_id=cast.person("Anne").id,
    )
    session.add_all([farm, state])
    session.flush()
    chamber = cast.organisation("CCI des Deux Rives")
    return World(
        session,
        cast.territory(),
        chamber,
        cast.project(),
        cast.project("Piste confidentielle"),
        state,
    )


def table(title: str) -> dict[str, dict[str, str]]:
    """{row: {column: cell}} of the table whose corner says `title`, footnote marks dropped."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]", "", page("docs/roles.md"))
    lines = text[text.index(f"| {title} |") :].partition("\n\n")[0].split("\n")
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    head, body = rows[0][1:], rows[2:]
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in body}


def check(title: str, rights: dict[str, Right], viewers: dict[str, Viewer], world: World) -> None:
    """Every cell of these rows that says yes or no; the others say more than a predicate."""
    rows = table(title)
    wrong = [
        f"{row} / {column}: the page says {cell}"
        for row, right in rights.items()
        for column, cell in rows[row].items()
        if cell in ANSWERS and right(viewers[column], world) is not ANSWERS[cell]
    ]
    assert wrong == []


# The territory


def _names(*roles: TerritoryRoleKind) -> Right:
    return lambda viewer, world: all(may_name(viewer, world.territory.id, role) for role in roles)


def _leaves(viewer: Viewer, world: World) -> bool:
    """Who has a role there may end it, and nobody else's by that."""
    if world.territory.id not in viewer.follows:
        return False
    own = TerritoryRole(person_id=viewer.person_id, territory_id=world.territory.id, role=OBSERVER)
    return may_end_role(viewer, own)


TERRITORY: dict[str, Right] = {
    "see who animates and who observes, read its charter": lambda viewer, world: world.sees(
        visible_territories(viewer), world.territory
    ),
    "telephone and address of its team": lambda viewer, world: may_see_team_contacts(
        viewer, world.territory
    ),
    "invite, change, end facilitators and observers": _names(FACILITATOR, OBSERVER),
    "invite, change, end pilots": _names(PILOT),
    "offer the piloting to a contact of one of its organisations, take the offer back": (
        lambda viewer, world: may_hand_territory(viewer, world.territory)
    ),
    "leave one's own role": _leaves,
    "its settings, publish its charter": lambda viewer, world: may_set_territory(
        viewer, world.territory
    ),
    "publish the state of the day, withdraw it, bring it back": lambda viewer, world: may_publish(
        viewer, world.territory
    ),
    "read the published states": lambda viewer, world: world.sees(
        visible_snapshots(viewer), world.state
    ),
    "read which organisations adhere to its charter, since when": lambda viewer, world: world.sees(
        visible_territories(viewer), world.territory
    ),
    "ask organisations to adhere; note a yes said aloud, and take that back": (
        lambda viewer, world: may_ask_adherence(viewer, world.territory)
    ),
    "adhere for one's organisation": lambda viewer, world: any(
        may_adhere(viewer, one, world.territory) for one in viewer.organisations
    ),
    "create an organisation": lambda viewer, world: may_create_organisation(
        viewer, world.territory
    ),
    "open territories; their counts; the service's health; name operators": (
        lambda viewer, world: world.sees(operated_territories(viewer), world.territory)
    ),
    "invite a pilot where none has come in for sixty days": lambda viewer, world: world.sees(
        operated_territories(viewer), world.territory
    ),
}


def test_the_territorys_table_is_what_the_rules_decide(world: World, cast: Cast) -> None:
    here = frozenset({world.territory.id})
    viewers = {
        "pilot": replace(NOBODY, pilots=here),
        "facilitator": replace(NOBODY, facilitates=here),
        "observer": replace(NOBODY, observes=here),
        "member": replace(NOBODY, organisations=frozenset({cast.organisation("Le Fournil").id})),
        "operator": replace(NOBODY, is_operator=True),
        "stranger": replace(NOBODY, pilots=frozenset({cast.territory("Plaine de Sorne").id})),
    }
    assert set(table("the territory")) == set(TERRITORY)
    check("the territory", TERRITORY, viewers, world)


# The organisation


def _leaves_organisation(viewer: Viewer, world: World) -> bool:
    if world.organisation.id not in viewer.organisations:
        return False
    place = Membership(person_id=viewer.person_id, organisation=world.organisation)
    return may_end_place(viewer, place)


ORGANISATION: dict[str, Right] = {
    "see it, names and functions": lambda viewer, world: may_see_people(viewer, world.organisation),
    "telephone and address of its people": lambda viewer, world: may_see_contacts(
        viewer, world.organisation
    ),
    "edit it, choose who is called first": lambda viewer, world: may_manage_organisation(
        viewer, world.organisation
    ),
    "invite people, name managers, end places": lambda viewer, world: may_admit(
        viewer, world.organisation
    ),
    "leave it": _leaves_organisation,
}


def test_the_organisations_table_is_what_the_rules_decide(world: World) -> None:
    own = frozenset({world.organisation.id})
    both = frozenset(territory.id for territory in world.organisation.territories)
    viewers = {
        "manager": replace(NOBODY, organisations=own, manages=own),
        "member": replace(NOBODY, organisations=own),
        "pilot of one of its territories": replace(NOBODY, pilots=frozenset({world.territory.id})),
        "pilot of all of them": replace(NOBODY, pilots=both),
        "observer": replace(NOBODY, observes=both),
        "operator": replace(NOBODY, is_operator=True),
        "stranger": NOBODY,
    }
    assert len(both) == 2
    assert set(table("the organisation")) == set(ORGANISATION)
    check("the organisation", ORGANISATION, viewers, world)


# Projects


def _reads_themes(viewer: Viewer, world: World) -> bool:
    plans = world.session.scalars(visible_plans(viewer)).all()
    return any(may_see_themes(viewer, plan) for plan in plans)


PROJECT: dict[str, Right] = {
    "see a project": lambda viewer, world: world.sees(visible_projects(viewer), world.project),
    "see a draft project": lambda viewer, world: world.sees(visible_projects(viewer), world.draft),
    "describe, move to a stage, launch, pause, reopen": (
        lambda viewer, world: may_edit_project(viewer, world.project)
    ),
    "keep a project as a pattern of the territory": (
        lambda viewer, world: may_save_pattern(viewer, world.project)
    ),
    "take a pattern off the list, roll a plan out in another zone": (
        lambda viewer, world: may_roll_out(viewer, world.project.plan)
    ),
    "propose to close it, to stop it, to hand the lead on, to change a confirmed partner's role, "
    "to remove one": lambda viewer, world: may_propose(viewer, world.project),
    "read what is proposed, agreed and committed to": lambda viewer, world: may_see_proposals(
        viewer, world.project
    ),
    "add a partner; ask it to confirm; change or retire one that has not confirmed": (
        lambda viewer, world: may_seek_word(viewer, world.project.partners[2])
    ),
    "note a yes that was said aloud, in one's own name": lambda viewer, world: may_seek_word(
        viewer, world.project.partners[2]
    ),
    "read who drives the plan's themes and how much waits there": _reads_themes,
    "add, edit, order steps; name who leads one": lambda viewer, world: may_edit_step(
        viewer, world.project.steps[0]
    ),
    "comment, speak to somebody by name": lambda viewer, world: may_comment(viewer, world.project),
    "read what works for real and what each stage wants": lambda viewer, world: world.sees(
        visible_projects(viewer), world.project
    ),
    "note what works for real, what holds the project up, which step waits for which": (
        lambda viewer, world: may_edit_project(viewer, world.project)
    ),
    "declare what is offered or looked for": lambda viewer, world: may_declare_flow(
        viewer, world.project
    ),
    "the project's relances, addresses only for the pilot": lambda viewer, world: (
        may_reopen_project(viewer, world.project)
    ),
    "sort what is past; start, suspend, resume relances; who gets what; place what came in": (
        lambda viewer, world: world.sees(animated_territories(viewer), world.territory)
    ),
    "the territory's plan page and annual meeting": lambda viewer, world: bool(
        world.session.scalars(visible_plans(viewer)).all()
    ),
}


def test_the_projects_table_is_what_the_rules_decide(world: World, cast: Cast) -> None:
    def of(name: str) -> Viewer:
        return replace(NOBODY, organisations=frozenset({cast.organisation(name).id}))

    here = frozenset({world.territory.id})
    viewers = {
        "pilot": replace(NOBODY, pilots=here),
        "owner": of("CC du Val d’Aubrive"),
        "contributor": of("Atelier Bois"),
        "other partner": of("Agence du Cycle"),
        "member": of("Ferme des Aulnes"),
        "observer": replace(NOBODY, observes=here),
        "operator": replace(NOBODY, is_operator=True),
    }
    check("what", PROJECT, viewers, world)
    facilitator = replace(NOBODY, facilitates=here)
    for row, right in PROJECT.items():
        assert right(facilitator, world) is right(viewers["pilot"], world), row


def test_a_wrong_cell_would_be_found(world: World) -> None:
    """That these tests can fail: with the rights of two rows exchanged they do."""
    swapped = {"invite, change, end pilots": TERRITORY["telephone and address of its team"]}
    here = frozenset({world.territory.id})
    viewers = dict.fromkeys(
        table("the territory")["invite, change, end pilots"], replace(NOBODY, facilitates=here)
    )
    with pytest.raises(AssertionError, match="invite, change, end pilots / facilitator"):
        check("the territory", swapped, viewers, world)
