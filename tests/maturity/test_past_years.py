"""What a past year counts does not change by what happens after it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.refusals import RefusedError
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.models import Campaign, Results
from app.initiatives.services.campaigns import move_company, open_campaign
from app.initiatives.services.meetings import hold_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import Networking
from app.maturity.queries import territory_facts
from app.plans.kinds import PartnerRole, Stage
from app.plans.models import Partner, Project
from app.plans.services.exchanges import end_exchange
from app.plans.services.projects import (
    abandon_project,
    add_partner,
    change_role,
    close_project,
    confirm_partner,
    hand_lead,
    launch_project,
    pause_project,
    reopen_project,
    retire_partner,
)
from tests.cast import Cast
from tests.initiatives.gatherings import planned
from tests.maturity.test_counts import (
    BAKER,
    JOINER,
    YEARS,
    counted,
    engaged,
    firm,
    joined,
    on,
    synergy,
    uses,
)
from tests.plans.working import let_it_work, reach

__all__ = ["engaged", "firm"]  # fixtures
TO_CONTACT, MET = ContactState.TO_CONTACT, ContactState.MET


@pytest.fixture
def campaign(writing: Session, here: Cast) -> Campaign:
    on(writing, date(2024, 5, 1))
    return open_campaign(
        writing,
        territory_id=here.territory().id,
        zone_id=None,
        title="Premier tour",
        today=date(2024, 5, 1),
    )


def say(session: Session, here: Cast, campaign: Campaign, state: ContactState, day: date) -> None:
    """Of the baker, on that day."""
    move_company(
        session,
        campaign,
        organisation_id=here.organisation(BAKER).id,
        state=state,
        person_id=here.person("Anne").id,
        now=on(session, day),
    )


def informed(session: Session, here: Cast) -> list[int | None]:
    """The latest year, up to each of the years, in which firms were informed."""
    session.flush()
    place = here.territory().id
    return [territory_facts(session, place, y).networking.get(Networking.INFORM) for y in YEARS]


def test_who_was_reached_in_a_year_stays_so_whatever_is_said_of_them_later(
    writing: Session, here: Cast, campaign: Campaign
) -> None:
    say(writing, here, campaign, ContactState.CALLED, date(2025, 6, 1))
    before = informed(writing, here)
    assert before == [None, 2025, 2025, 2025]
    for state, day in (
        (MET, date(2026, 2, 1)),
        (TO_CONTACT, date(2026, 3, 1)),
        (ContactState.REFUSED, date(2027, 1, 1)),
    ):
        say(writing, here, campaign, state, day)
        assert informed(writing, here) == before


def test_a_slip_that_is_put_right_in_the_year_reached_nobody(
    writing: Session, here: Cast, campaign: Campaign
) -> None:
    say(writing, here, campaign, MET, date(2025, 6, 1))
    say(writing, here, campaign, TO_CONTACT, date(2025, 6, 2))
    assert informed(writing, here) == [None] * 4
    say(writing, here, campaign, MET, date(2026, 6, 1))
    assert informed(writing, here) == [None, None, 2026, 2026]


def test_results_mailed_again_keep_the_year_in_which_they_first_were(
    writing: Session, here: Cast
) -> None:
    meeting = planned(writing, here)
    first = on(writing, date(2025, 3, 3))
    results = Results(
        meeting_id=meeting.id, territory_id=here.territory().id, body="Pesée le 17 avril."
    )
    writing.add(results)
    writing.flush()
    results.sent_body, results.sent_at, results.sent_number = results.body, first, 1
    assert informed(writing, here) == [None, 2025, 2025, 2025]
    again = on(writing, date(2026, 3, 3))
    results.sent_at, results.sent_number = again, 2
    assert informed(writing, here) == [None, 2025, 2026, 2026]


def test_a_firm_that_becomes_an_observer_keeps_the_years_in_which_it_carried(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    partner = joined(writing, here, firm, here.project())
    on(writing, date(2027, 2, 1))
    change_role(partner, PartnerRole.OBSERVER)
    assert engaged() == [0, 1, 1, 0]
    # asked anew for a part that carries: its yes of before was for the years before
    change_role(partner, PartnerRole.CONTRIBUTOR)
    assert engaged() == [0, 1, 1, 0]
    confirm_partner(partner, person_id=None, text_version="t", now=on(writing, date(2027, 3, 1)))
    assert engaged() == [0, 1, 1, 1]
    retire_partner(writing, partner)
    assert engaged() == [0, 1, 1, 0]


def test_a_firm_that_was_named_and_left_after_a_year_is_not_engaged_in_it(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    now = on(writing, date(2026, 2, 1))
    partner = add_partner(
        writing, here.project(), organisation_id=firm.id, role=PartnerRole.CONTRIBUTOR
    )
    confirm_partner(partner, person_id=None, text_version="t", now=now)
    assert engaged() == [0, 0, 1, 1]
    on(writing, date(2027, 2, 1))
    retire_partner(writing, partner)
    assert engaged() == [0, 0, 1, 0]


def test_a_project_taken_up_again_does_not_fill_the_years_in_which_it_lay(
    writing: Session, here: Cast
) -> None:
    on(writing, date(2024, 5, 1))
    project = synergy(writing, here)
    reach(writing, project, Stage.OPERATIONAL, date(2024, 6, 1))
    on(writing, date(2024, 12, 1))
    pause_project(project)
    now = on(writing, date(2026, 6, 1))
    before = counted(writing, here, "synergies_operationnelles_annee")
    assert before == [1, 0, 0, 0]
    launch_project(project, now=now)
    assert counted(writing, here, "synergies_operationnelles_annee") == [1, 0, 1, 1]


def test_the_year_ends_by_the_territorys_clock(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    here.territory().time_zone = "America/Guadeloupe"
    partner = joined(writing, here, firm, here.project())
    # 21:00 on 31 December there
    at = datetime(2026, 1, 1, 1, tzinfo=UTC)
    writing.flush()
    acting(writing, None, Via.PAGE, at)
    retire_partner(writing, partner)
    assert engaged() == [0, 0, 0, 0]


HAPPENINGS: tuple[Callable[[Session, Project, Partner, datetime], object], ...] = (
    lambda s, p, one, now: pause_project(p),
    lambda s, p, one, now: launch_project(p, now=now),
    lambda s, p, one, now: close_project(p),
    lambda s, p, one, now: reopen_project(p, now=now),
    lambda s, p, one, now: abandon_project(p, reason="Fini"),
    lambda s, p, one, now: setattr(p, "stage", Stage.LASTING),
    lambda s, p, one, now: change_role(one, PartnerRole.OBSERVER),
    lambda s, p, one, now: change_role(one, PartnerRole.CONTRIBUTOR),
    lambda s, p, one, now: confirm_partner(one, person_id=None, text_version="t", now=now),
    lambda s, p, one, now: hand_lead(s, p, one),
    lambda s, p, one, now: retire_partner(s, one),
    lambda s, p, one, now: let_it_work(s, p, now.date()),
    lambda s, p, one, now: [end_exchange(use, until=now.date()) for use in uses(s, p)[:1]],
    lambda s, p, one, now: add_partner(
        s, p, organisation_id=one.organisation_id, role=PartnerRole.CONTRIBUTOR
    ),
)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_after_a_year_its_counts_stay(
    writing: Session, here: Cast, campaign: Campaign, seed: int
) -> None:
    """Every quarter something happens; no year that was over by then may tell otherwise."""
    dice = random.Random(seed)  # noqa: S311  not for secrets
    projects = [
        synergy(writing, here, title="Vapeur"),
        synergy(writing, here, title="Copeaux", partners=(BAKER, JOINER)),
    ]
    for partner in (one for project in projects for one in project.partners):
        partner.confirmed_at = datetime(2024, 5, 1, 12, tzinfo=UTC)  # as the journal has it
    reach(writing, projects[0], Stage.OPERATIONAL, date(2024, 6, 1))
    place = here.territory().id
    told: dict[int, object] = {}
    for quarter in range(12):
        day = date(2024, 8, 1) + timedelta(days=91 * quarter)
        for _ in range(3):
            _something(writing, here, campaign, dice, projects, day)
        writing.flush()
        over = [year for year in YEARS if year < day.year]
        now = {year: territory_facts(writing, place, year).within(4) for year in over}
        assert {year: now[year] for year in told} == told, day
        told = dict(now)


def _something(
    session: Session,
    here: Cast,
    campaign: Campaign,
    dice: random.Random,
    projects: list[Project],
    day: date,
) -> None:
    project, now = dice.choice(projects), on(session, day)
    what = dice.choice((*HAPPENINGS, None, None))
    if what is None:
        say(session, here, campaign, dice.choice(list(ContactState)), day)
        meeting = planned(
            session,
            here,
            kind=dice.choice(list(MeetingKind)),
            starts_at=now,
            ends_at=now + timedelta(hours=2),
        )
        hold_meeting(meeting, now=now)
        return
    try:
        with session.begin_nested():
            what(session, project, dice.choice(project.partners), now)
    except RefusedError:
        session.refresh(project)
