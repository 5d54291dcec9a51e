"""The story on one day: who is in it, how much there is, and that none of it exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from app.accounts.kinds import OrganisationKind
from app.demo.names import siret
from app.demo.projects import ProjectTale
from app.demo.story import SEEDS, tell
from app.plans.kinds import (
    OPEN_STATUSES,
    BarrierKind,
    MeasureMethod,
    PartnerState,
    ProjectState,
    Stage,
    StepStatus,
)
from tests.demo.conftest import TUESDAY
from tests.demo.texts import faults, files, texts_of

STORY = tell(TUESDAY)
STEPS = [step for project in STORY.projects for step in project.steps]
# numbers that the regulator keeps for fiction
FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")


def luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def test_there_are_fifteen_projects_and_a_hundred_and_twenty_steps() -> None:
    assert len(STORY.projects) == 15
    assert len(STEPS) == 120
    assert (len(STORY.zones), len(STORY.organisations), len(STORY.people)) == (2, 13, 20)


def test_every_stage_and_every_state_has_a_project() -> None:
    assert {project.stage for project in STORY.projects} == set(Stage)
    assert {project.state for project in STORY.projects} == set(ProjectState)


def test_one_project_is_abandoned_with_its_reason_and_one_blocked_by_the_rules() -> None:
    ended = [p.ending for p in STORY.projects if p.state is ProjectState.ABANDONED]
    assert [bool(ending and ending.reason) for ending in ended] == [True]
    blocked = Counter(step.blocked.barrier for step in STEPS if step.blocked)
    assert blocked[BarrierKind.REGULATORY] == 1


def test_steps_are_in_every_status_and_late_due_and_undated() -> None:
    assert {step.status for step in STEPS} == set(StepStatus)
    still_open = [step for step in STEPS if step.status in OPEN_STATUSES]
    late = [step for step in still_open if step.due_on and step.due_on < TUESDAY]
    due = [step for step in still_open if step.due_on and step.due_on >= TUESDAY]
    undated = [step for step in still_open if step.due_on is None]
    assert (len(late), len(due), len(undated)) == (11, 22, 11)
    assert all(step.said for step in undated if step.status is StepStatus.TODO)


def test_figures_cover_three_years_and_say_how_they_were_obtained() -> None:
    values = [v for p in STORY.projects for one in p.indicators for v in one.values]
    assert {value.year for value in values} == {2024, 2025, 2026}
    assert {value.method for value in values} == set(MeasureMethod)


def test_every_organisation_number_passes_its_check_and_is_given_once() -> None:
    numbers = [one.siret for one in STORY.organisations]
    assert len(set(numbers)) == len(numbers)
    assert all(len(one) == 14 and luhn(one) and luhn(one[:9]) for one in numbers)
    assert all(one.startswith("9990") for one in numbers)
    assert STORY.siren == STORY.organisation("collectivite").siret[:9]
    assert all(luhn(siret(number)) for number in range(120, 900_000, 7919))


def test_every_address_and_every_number_is_kept_for_fiction() -> None:
    addresses = [person.email for person in STORY.people if person.email]
    assert len(set(addresses)) == len(addresses) == 18
    assert all(re.fullmatch(r"[a-z.]+@example\.org", address) for address in addresses)
    phones = [person.phone for person in STORY.people]
    phones += [organisation.phone for organisation in STORY.organisations]
    assert all(FICTION.fullmatch(phone) for phone in phones)


def test_the_name_says_that_the_territory_is_invented() -> None:
    assert STORY.territory.endswith(", territoire fictif")


def test_the_visitor_can_be_everybody_with_one_phrase_of_seven_words() -> None:
    assert len(STORY.password.split()) == 7
    assert [person.account for person in STORY.accounts] == [
        "pilot",
        "facilitator",
        "elected",
        "adviser",
        "company",
        "company",
        "funder",
        "operator",
    ]
    baker = next(person for person in STORY.accounts if person.account == "company")
    assert STORY.organisation(baker.works[0].organisation).naf == "10.71C"


def test_every_kind_of_actor_is_there_and_each_has_one_contact() -> None:
    kinds = {one.kind for one in STORY.organisations}
    assert kinds == set(OrganisationKind) - {OrganisationKind.OTHER}
    contacts = Counter(w.organisation for p in STORY.people for w in p.works if w.is_default)
    assert contacts == Counter(one.key for one in STORY.organisations)


@pytest.mark.parametrize("project", STORY.projects, ids=lambda project: project.key)
def test_whoever_acts_in_a_project_is_its_partner(project: ProjectTale) -> None:
    partners = {p.organisation for p in project.partners if p.state is not PartnerState.RETIRED}
    assert {step.organisation for step in project.steps} <= partners
    assert {flow.organisation for flow in project.flows} <= partners
    for step in project.steps:
        if step.person:
            works = STORY.person(step.person).works
            assert step.organisation in {work.organisation for work in works}, step.title


def test_titles_and_keys_of_steps_are_told_apart() -> None:
    for project in STORY.projects:
        titles = [step.title for step in project.steps]
        assert len(set(titles)) == len(titles)
        keys = {step.key for step in project.steps}
        assert {remark.step for remark in project.remarks if remark.step} <= keys


def test_the_ten_objectives_keep_their_other_titles() -> None:
    template = yaml.safe_load((SEEDS / "templates" / "scenario3.yaml").read_text("utf-8"))
    themes = template["themes"]
    assert len(themes) == len({theme["key"] for theme in themes}) == 10
    with_alias = [number for number, theme in enumerate(themes, 1) if theme["aliases"]]
    assert with_alias == [3, 8, 9]
    for theme in themes:
        assert all(theme[part] for part in ("title", "objective", "action", "example"))
    used = {project.theme for project in STORY.projects}
    assert used == {theme["key"] for theme in themes}


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_french_is_typeset_as_in_a_book(file: Path) -> None:
    wrong = {text: found for text in texts_of(file) if (found := faults(text))}
    assert wrong == {}


@pytest.mark.parametrize(
    "text", ["l'eau", "« pain »", "où en est-on ?", "trop tard!", "Palettes : la suite", "12 %"]
)
def test_what_is_not_typeset_is_seen(text: str) -> None:
    assert faults(text) != []
