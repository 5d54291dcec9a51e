"""The smaller territory next door: read beside the story's by its chamber, and by no firm."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person, Territory
from app.accounts.rules import followed_territories
from app.accounts.sessions import viewer_of
from app.core.viewer import Viewer
from app.demo.chronicle import public_id
from app.demo.story import tell, tell_neighbour
from app.maturity.models import Assessment, Criterion
from app.maturity.queries.sharing import side_by_side
from app.maturity.rules import compares_territories
from app.plans.models import Project
from app.plans.rules import visible_projects
from app.reminders.models import RelanceSetting
from tests.demo.conftest import TUESDAY, told_territory
from tests.demo.test_story import FICTION, luhn

HERE, BESIDE = tell(TUESDAY), tell_neighbour(TUESDAY)


def neighbour(session: Session) -> Territory:
    wanted = Territory.public_id == public_id("neighbour territory")
    return session.scalars(select(Territory).where(wanted)).one()


def seen_by(session: Session, key: str) -> Viewer:
    email = HERE.person(key).email
    found = viewer_of(
        session, session.scalars(select(Person.id).where(Person.email == email)).one()
    )
    assert found is not None
    return found


def test_it_is_invented_and_shares_nothing_but_the_chamber() -> None:
    assert BESIDE.territory.endswith(", territoire fictif")
    assert BESIDE.shared == ("cci",)
    for kind in ("zones", "organisations", "people", "projects"):
        ours, theirs = ({one.key for one in getattr(story, kind)} for story in (HERE, BESIDE))
        assert not ours & theirs
    numbers = [one.siret for one in BESIDE.organisations]
    assert all(luhn(one) and luhn(one[:9]) and one.startswith("99") for one in numbers)
    assert not {*numbers} & {one.siret for one in HERE.organisations}
    phones = [one.phone for one in (*BESIDE.people, *BESIDE.organisations)]
    assert all(FICTION.fullmatch(one) for one in phones)
    addresses = [person.email or "" for person in BESIDE.people]
    assert all(re.fullmatch(r"[a-z.]+@example\.org", one) for one in addresses)
    # nobody there is somebody whom a visitor can be
    assert BESIDE.accounts == ()


def test_it_stands_with_its_pilot_three_projects_and_one_frozen_year(told: Session) -> None:
    place = neighbour(told)
    projects = select(Project).where(Project.territory_id == place.id)
    assert len(told.scalars(projects).all()) == 3
    years = told.scalars(
        select(Assessment).where(Assessment.territory_id == place.id).order_by(Assessment.year)
    ).all()
    assert [one.frozen_at is not None for one in years] == [True, False]
    for year in years:
        own = select(Criterion.id).where(Criterion.assessment_id == year.id)
        assert len(told.scalars(own).all()) >= 5
    # its relances have not started: nobody there is written to
    settings = told.scalars(select(RelanceSetting.territory_id)).all()
    assert settings == [told_territory(told).id]


def test_the_adviser_of_the_chamber_reads_both_side_by_side(told: Session) -> None:
    bastien = seen_by(told, "bastien")
    assert compares_territories(bastien)
    found = side_by_side(told, bastien, TUESDAY.year)
    eci = next(one for one in found.frameworks if one.framework_key == "maillage-eci")
    assert [line.territory for line in eci.lines] == [HERE.territory, BESIDE.territory]
    assert eci.is_one_text


def test_a_firm_next_door_sees_nothing_of_it(told: Session) -> None:
    place = neighbour(told)
    for key in ("nadege", "yann"):
        viewer = seen_by(told, key)
        seen = told.scalars(visible_projects(viewer).where(Project.territory_id == place.id))
        assert seen.all() == []
        assert place.id not in {one.id for one in told.scalars(followed_territories(viewer))}
        assert not compares_territories(viewer)


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_it_can_be_told_on_any_day(today: date) -> None:
    story = tell_neighbour(today)
    assert story.relances_started_on > today
    (reading,) = story.readings
    (frozen,) = [one for one in reading.years if one.frozen_on]
    assert frozen.frozen_on is not None and story.began_on < frozen.confirmed_on < frozen.frozen_on
    assert frozen.frozen_on < today
    for project in story.projects:
        assert story.began_on <= project.opened_on < today
