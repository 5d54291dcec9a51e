"""What the data say of a year: what comes later changes no earlier one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind, TerritoryRoleKind
from app.accounts.models import Organisation, TerritoryRole
from app.accounts.services.team import make_pilot
from app.core.folding import fold
from app.initiatives.services.meetings import hold_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.queries import territory_facts
from app.plans.kinds import (
    FlowDirection,
    PartnerRole,
    ProjectKind,
    ResourceKind,
    Stage,
    SynergyType,
)
from app.plans.models import Exchange, Partner, Project
from app.plans.services.exchanges import end_exchange, note_exchange
from app.plans.services.projects import (
    abandon_project,
    add_partner,
    close_project,
    confirm_partner,
    launch_project,
    open_project,
    pause_project,
    reopen_project,
    retire_partner,
)
from app.plans.services.steps import declare_flow
from tests.cast import NOW, Cast
from tests.initiatives.gatherings import planned
from tests.plans.working import let_it_work, reach

YEARS = (2024, 2025, 2026, 2027)
SYNERGIES, OWN = "synergies_operationnelles_annee", "synergies_collectivite"
ANIMATING, ENGAGED = "animation_nommee", "entreprises_engagees"
TOWN, BAKER, JOINER = "CC du Val d’Aubrive", "Le Fournil", "Atelier Bois"


def on(session: Session, day: date) -> datetime:
    """What follows happens at noon of this day, as the journal will tell."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    session.flush()
    acting(session, None, Via.PAGE, noon)
    return noon


def counted(session: Session, here: Cast, name: str) -> list[int]:
    """What each of the years answers."""
    territory = here.territory().id
    session.flush()
    return [territory_facts(session, territory, year).counts[name] for year in YEARS]


def synergy(
    session: Session,
    here: Cast,
    *,
    kind: SynergyType = SynergyType.SHARING,
    partners: tuple[str, str] = (TOWN, BAKER),
    title: str = "Vapeur",
) -> Project:
    """A running synergy of two confirmed partners."""
    first, second = (here.organisation(name).id for name in partners)
    project = open_project(
        session,
        plan=here.plan(),
        title=title,
        kind=ProjectKind.SYNERGY,
        synergy_type=kind,
        lead_organisation_id=first,
        now=NOW,
    )
    add_partner(session, project, organisation_id=second, role=PartnerRole.CONTRIBUTOR)
    for partner in project.partners:
        confirm_partner(partner, person_id=None, text_version="t", now=NOW)
    launch_project(project, now=NOW)
    session.flush()
    return project


@pytest.fixture
def running(writing: Session, here: Cast) -> Project:
    """A synergy that works since the last day of 2024; it is 1 June 2026."""
    on(writing, date(2024, 5, 1))
    project = synergy(writing, here)
    on(writing, date(2024, 12, 31))
    reach(writing, project, Stage.OPERATIONAL, date(2024, 12, 31))
    on(writing, date(2026, 6, 1))
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 1]
    return project


def uses(session: Session, project: Project) -> list[Exchange]:
    found = select(Exchange).where(Exchange.project_id == project.id).order_by(Exchange.id)
    return list(session.scalars(found))


def test_a_synergy_counts_from_the_year_in_which_it_works(writing: Session, here: Cast) -> None:
    on(writing, date(2024, 5, 1))
    project = synergy(writing, here)
    on(writing, date(2025, 12, 31))
    reach(writing, project, Stage.OPERATIONAL, date(2025, 12, 31))
    assert counted(writing, here, SYNERGIES) == [0, 1, 1, 1]


def test_a_synergy_whose_exchanges_ended_before_the_year_counts_no_more(
    writing: Session, here: Cast, running: Project
) -> None:
    one, _other = uses(writing, running)
    end_exchange(one, until=date(2026, 6, 1))
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 0]


def test_a_synergy_that_works_again_counts_again(
    writing: Session, here: Cast, running: Project
) -> None:
    for one in uses(writing, running):
        one.until = date(2025, 2, 1)
    assert counted(writing, here, SYNERGIES) == [1, 1, 0, 0]
    let_it_work(writing, running, date(2027, 3, 1))
    assert counted(writing, here, SYNERGIES) == [1, 1, 0, 1]


def test_it_is_the_exchange_that_counts_whatever_stage_was_said(
    writing: Session, here: Cast, running: Project
) -> None:
    running.stage = Stage.FEASIBILITY
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 1]
    for one in uses(writing, running):
        writing.delete(one)
    running.stage = Stage.LASTING
    assert counted(writing, here, SYNERGIES) == [0, 0, 0, 0]


def test_a_paused_synergy_keeps_the_years_in_which_it_was_followed(
    writing: Session, here: Cast, running: Project
) -> None:
    pause_project(running)
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 0]
    launch_project(running, now=on(writing, date(2027, 1, 5)))
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 1]


def test_a_closed_synergy_counts_until_it_was_closed_and_a_lasting_one_while_it_lasts(
    writing: Session, here: Cast, running: Project
) -> None:
    close_project(running)
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 0]
    on(writing, date(2026, 7, 1))
    reopen_project(running, now=NOW)
    reach(writing, running, Stage.LASTING, date(2026, 7, 1))
    close_project(running)
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 1]
    for one in uses(writing, running):
        one.until = date(2026, 8, 1)
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 0]


def test_a_synergy_is_not_claimed_in_the_year_in_which_it_was_abandoned(
    writing: Session, here: Cast, running: Project
) -> None:
    abandon_project(running, reason="La chaudière ferme.")
    assert counted(writing, here, SYNERGIES) == [1, 1, 0, 0]


def test_a_draft_counts_in_no_year(writing: Session, here: Cast, running: Project) -> None:
    engaged = counted(writing, here, ENGAGED)
    draft = open_project(
        writing,
        plan=here.plan(),
        title="Brouillon",
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SHARING,
        lead_organisation_id=here.organisation(TOWN).id,
        now=NOW,
    )
    scierie = here.organisation("Scierie de la Sorne").id
    partner = add_partner(writing, draft, organisation_id=scierie, role=PartnerRole.CONTRIBUTOR)
    confirm_partner(partner, person_id=None, text_version="t", now=NOW)
    let_it_work(writing, draft, date(2024, 12, 31))
    assert counted(writing, here, SYNERGIES) == [1, 1, 1, 1]
    assert counted(writing, here, ENGAGED) == engaged


def test_a_synergy_is_the_collectivites_own_where_it_gives_or_uses_in_the_year(
    writing: Session, here: Cast
) -> None:
    on(writing, date(2026, 3, 3))
    between_firms = synergy(
        writing, here, kind=SynergyType.SUBSTITUTION, partners=(BAKER, JOINER), title="Copeaux"
    )
    reach(writing, between_firms, Stage.OPERATIONAL, date(2025, 3, 3))
    add_partner(
        writing,
        between_firms,
        organisation_id=here.organisation(TOWN).id,
        role=PartnerRole.CONTRIBUTOR,
    )
    # what it offers is no exchange yet
    declare_flow(
        writing,
        between_firms,
        organisation_id=here.organisation(TOWN).id,
        direction=FlowDirection.OUTPUT,
        resource=ResourceKind.ENERGY,
        label="Chaleur de la piscine",
        quantity=None,
        unit=None,
        now=NOW,
    )
    assert counted(writing, here, SYNERGIES) == [0, 1, 1, 1]
    assert counted(writing, here, OWN) == [0, 0, 0, 0]
    given = note_exchange(
        writing,
        between_firms,
        giver_id=here.organisation(TOWN).id,
        user_id=here.organisation(BAKER).id,
        label="Chaleur de la piscine",
        since=date(2026, 2, 1),
        today=date(2026, 3, 3),
    )
    assert counted(writing, here, OWN) == [0, 0, 1, 1]
    end_exchange(given, until=date(2026, 11, 1))
    assert counted(writing, here, SYNERGIES) == [0, 1, 1, 1]
    assert counted(writing, here, OWN) == [0, 0, 1, 0]


def test_a_collectivite_of_another_territory_is_not_the_collectivite(
    writing: Session, here: Cast
) -> None:
    on(writing, date(2026, 3, 3))
    elsewhere = synergy(writing, here, partners=("CC de la Sorne", BAKER))
    reach(writing, elsewhere, Stage.OPERATIONAL, date(2025, 3, 3))
    assert (counted(writing, here, SYNERGIES), counted(writing, here, OWN)) == (
        [0, 1, 1, 1],
        [0, 0, 0, 0],
    )


def test_who_animates_counts_by_the_days_of_the_role(writing: Session, here: Cast) -> None:
    on(writing, date(2026, 3, 3))
    territory, anne = here.territory().id, here.person("Anne").id
    # Anne animates since 2 March 2026
    assert counted(writing, here, ANIMATING) == [0, 0, 1, 1]
    make_pilot(
        writing,
        person_id=here.person("Karim").id,
        territory_id=territory,
        today=date(2025, 12, 31),
    )
    assert counted(writing, here, ANIMATING) == [0, 1, 2, 2]
    (held,) = writing.scalars(
        select(TerritoryRole).where(
            TerritoryRole.person_id == anne, TerritoryRole.ended_on.is_(None)
        )
    )
    held.ended_on = date(2027, 1, 1)
    assert counted(writing, here, ANIMATING) == [0, 1, 2, 1]


def test_a_role_that_changed_is_one_person(writing: Session, here: Cast) -> None:
    on(writing, date(2026, 12, 31))
    before = counted(writing, here, ANIMATING)[2]
    anne = here.person("Anne").id
    territory = here.territory().id
    (held,) = writing.scalars(select(TerritoryRole).where(TerritoryRole.person_id == anne))
    held.role = TerritoryRoleKind.FACILITATOR
    writing.flush()
    make_pilot(writing, person_id=anne, territory_id=territory, today=date(2026, 12, 31))
    assert counted(writing, here, ANIMATING)[2] == before


def test_a_meeting_counts_in_the_year_in_which_it_was_held(writing: Session, here: Cast) -> None:
    on(writing, date(2026, 4, 7))
    meeting = planned(writing, here)
    planned(writing, here, title="Une autre, à venir")
    hold_meeting(meeting, now=meeting.starts_at)
    assert counted(writing, here, "rencontres_tenues_annee") == [0, 0, 1, 0]


@pytest.fixture
def firm(writing: Session, here: Cast) -> Organisation:
    on(writing, date(2025, 3, 3))
    newcomer = Organisation(
        name="Verrerie",
        kind=OrganisationKind.COMPANY,
        search_key=fold("Verrerie"),
        created_at=NOW,
        territories=[here.territory()],
    )
    writing.add(newcomer)
    writing.flush()
    return newcomer


@pytest.fixture
def engaged(writing: Session, here: Cast, firm: Organisation) -> Callable[[], list[int]]:
    """How many companies more than the cast's own are engaged, year by year."""
    base = counted(writing, here, ENGAGED)

    def more() -> list[int]:
        found = counted(writing, here, ENGAGED)
        return [now - then for now, then in zip(found, base, strict=True)]

    return more


def joined(session: Session, here: Cast, firm: Organisation, project: Project) -> Partner:
    """The firm confirmed its part on 3 March 2025."""
    partner = add_partner(session, project, organisation_id=firm.id, role=PartnerRole.CONTRIBUTOR)
    confirm_partner(
        partner, person_id=None, text_version="t", now=datetime(2025, 3, 3, 12, tzinfo=UTC)
    )
    return partner


def test_a_company_is_engaged_from_the_year_of_its_yes_until_it_leaves(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    add_partner(
        writing,
        synergy(writing, here),
        organisation_id=firm.id,
        role=PartnerRole.CONTRIBUTOR,
    )
    assert engaged() == [0, 0, 0, 0]
    partner = joined(writing, here, firm, here.project())
    assert engaged() == [0, 1, 1, 1]
    on(writing, date(2026, 12, 1))
    retire_partner(writing, partner)
    assert engaged() == [0, 1, 0, 0]


def test_a_company_counts_once_however_many_projects_it_confirmed(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    joined(writing, here, firm, here.project())
    joined(writing, here, firm, synergy(writing, here))
    assert engaged() == [0, 1, 1, 1]


def test_a_company_is_engaged_in_the_years_that_its_project_speaks_for(
    writing: Session, here: Cast, firm: Organisation, engaged: Callable[[], list[int]]
) -> None:
    project = here.project()
    base = counted(writing, here, ENGAGED)
    joined(writing, here, firm, project)
    on(writing, date(2026, 6, 1))
    pause_project(project)
    assert counted(writing, here, ENGAGED)[:3] == [0, base[1] + 1, base[2] + 1]
    assert counted(writing, here, ENGAGED)[3] == 0
    abandon_project(project, reason="Plus de pain.")
    assert counted(writing, here, ENGAGED) == [0, base[1] + 1, 0, 0]


@pytest.mark.parametrize("projects", [1, 3, 30])
def test_the_facts_take_three_statements_whatever_the_number_of_projects(
    writing: Session, here: Cast, projects: int
) -> None:
    on(writing, date(2026, 3, 3))
    for number in range(projects):
        made = synergy(writing, here, title=f"Synergie {number}")
        let_it_work(writing, made, date(2026, 3, 3))
    writing.commit()
    territory = here.territory().id
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = writing.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    facts = territory_facts(writing, territory, 2026)
    event.remove(engine, "before_cursor_execute", note)
    assert facts.counts[SYNERGIES] == projects
    assert len(statements) == 3, statements
