"""Projects started from patterns, kept as patterns, copied elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core.calendar import working_days_between
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.models import Mail
from app.plans.kinds import PartnerRole, ProjectState, StepStatus
from app.plans.models import Indicator, Project, SavedPattern
from app.plans.patterns import shipped
from app.plans.queries.patterns import as_pattern
from app.plans.services.starting import Start, copy_project, outline_of, save_pattern, start_project
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
MONDAY = date(2026, 6, 1)


@pytest.fixture
def here(session: Session, cast: Cast) -> Cast:
    acting(session, cast.person("Anne").id, Via.COMMAND, NOW)
    return cast


def test_a_pattern_becomes_a_draft_with_its_steps_dates_and_roles(
    session: Session, here: Cast
) -> None:
    fournil, atelier = here.organisation("Le Fournil").id, here.organisation("Atelier Bois").id
    pattern = shipped()["palettes"]
    cast = {"donneur": fournil, "preneur": atelier}
    made = start_project(
        session, here.plan(), pattern, Start("Palettes du Val", MONDAY, cast), now=NOW
    )
    assert made.state is ProjectState.DRAFT
    assert {p.organisation_id: p.role for p in made.partners} == {
        fournil: PartnerRole.LEAD,
        atelier: PartnerRole.CO_OWNER,
    }
    assert [(step.title, step.due_on) for step in made.steps[:3]] == [
        ("Compter une semaine de palettes, par format et état", date(2026, 6, 15)),
        ("Dire quels formats et quels états conviennent", date(2026, 6, 15)),
        ("Essayer une première rotation", date(2026, 6, 29)),
    ]
    assert [flow.organisation_id for flow in made.flows] == [fournil, atelier]
    assert all(flow.quantity is None for flow in made.flows)
    indicators = session.scalars(select(Indicator.label).where(Indicator.project_id == made.id))
    assert set(indicators) == {"Palettes réemployées", "Bois neuf évité"}


def test_what_nobody_takes_yet_falls_to_the_lead(session: Session, here: Cast) -> None:
    fournil = here.organisation("Le Fournil").id
    made = start_project(
        session,
        here.plan(),
        shipped()["palettes"],
        Start("Palettes", MONDAY, {"donneur": fournil}),
        now=NOW,
    )
    assert {step.lead_organisation_id for step in made.steps} == {fournil}
    assert len(made.partners) == 1


def test_a_project_kept_as_a_pattern_names_nobody_and_starts_again_the_same(
    session: Session, here: Cast
) -> None:
    source = here.project()
    kept = save_pattern(session, source, summary="", person_id=here.person("Anne").id, now=NOW)
    session.refresh(kept)
    pattern = as_pattern(kept)
    names = {p.organisation.name for p in source.partners}
    assert names.isdisjoint({role.title for role in pattern.roles})
    cast = {role.key: p for role, p in zip(pattern.roles, _carriers(source), strict=True)}
    again = start_project(session, here.plan(), pattern, Start("Encore", MONDAY, cast), now=NOW)
    assert _shape(again) == _shape(source)


def _carriers(project: Project) -> list[int]:
    roles = [PartnerRole.LEAD, PartnerRole.CO_OWNER, PartnerRole.CONTRIBUTOR]
    carrying = [p for p in project.partners if p.role in roles]
    return [p.organisation_id for p in sorted(carrying, key=lambda p: p.role is not roles[0])]


def _shape(project: Project) -> list[tuple[str, int, int | None]]:
    """What does not change with the first day: titles, leads, distances in working days."""
    dates = [step.due_on for step in project.steps if step.due_on]
    return [
        (
            step.title,
            step.lead_organisation_id,
            working_days_between(min(dates), step.due_on, "metropole") if step.due_on else None,
        )
        for step in project.steps
        if step.status is not StepStatus.ABANDONED
    ]


def test_a_copy_keeps_distances_and_leaves_amounts_and_answers_behind(
    session: Session, here: Cast
) -> None:
    source, zone = here.project(), _zone(session, here)
    made = copy_project(
        session,
        source,
        here.plan(),
        title="Invendus, zone nord",
        zone=zone,
        starts_on=MONDAY,
        keep=[p.organisation_id for p in source.partners],
        lead_organisation_id=_carriers(source)[0],
        now=NOW,
    )
    assert _shape(made) == _shape(source)
    assert min(step.due_on for step in made.steps if step.due_on) == MONDAY
    assert made.zone_id == zone.id
    assert made.state is ProjectState.DRAFT
    assert {step.status for step in made.steps} == {StepStatus.TODO}
    assert all(flow.quantity is None for flow in made.flows)


def test_firms_that_do_not_come_along_leave_their_steps_to_the_lead(
    session: Session, here: Cast
) -> None:
    source, lead = here.project(), here.organisation("Le Fournil").id
    made = copy_project(
        session,
        source,
        here.plan(),
        title="Ailleurs",
        zone=None,
        starts_on=MONDAY,
        keep=[],
        lead_organisation_id=lead,
        now=NOW,
    )
    assert [p.organisation_id for p in made.partners] == [lead]
    assert {step.lead_organisation_id for step in made.steps} == {lead}


def test_a_project_that_nobody_carries_any_more_still_has_an_outline(
    session: Session, here: Cast
) -> None:
    project = here.project()
    for partner in project.partners:
        partner.role = PartnerRole.OBSERVER
    outline = outline_of(project)
    assert [role.part for role in outline.roles] == [PartnerRole.LEAD]
    assert {step.role for step in outline.steps} == {"r0"}


def _zone(session: Session, cast: Cast, name: str = "Les Prés") -> ActivityZone:
    zone = ActivityZone(territory_id=cast.territory().id, name=name)
    session.add(zone)
    session.flush()
    return zone


def test_the_page_shows_dates_and_makes_the_draft(as_: As, session: Session, cast: Cast) -> None:
    plan, fournil = cast.plan().public_id, cast.organisation("Le Fournil").id
    anne, address = as_("Anne"), f"/plans/{plan}/modeles/palettes"
    assert "Les palettes tournent entre voisins" in anne.get(f"/plans/{plan}/modeles").text
    part = anne.get(
        address, query_string={"starts_on": "2026-06-01"}, headers={"HX-Request-Type": "partial"}
    ).text
    assert 'datetime="2026-06-15"' in part and "<form" not in part
    typed = {"title": "Palettes", "starts_on": "2026-06-01", "role_donneur": str(fournil)}
    typed |= {"theme_id": "0", "zone_id": "0", "role_preneur": "0"}
    session.commit()
    answer = anne.post(address, data=typed)
    assert answer.status_code == 303
    session.commit()
    made = session.scalars(select(Project).where(Project.title == "Palettes")).one()
    assert answer.location.endswith(f"/projets/{made.public_id}")
    assert session.scalars(select(Mail.id)).all() == []


def test_the_first_day_is_asked_for(as_: As, cast: Cast) -> None:
    plan, fournil = cast.plan().public_id, cast.organisation("Le Fournil").id
    typed = {"title": "Palettes", "starts_on": "", "role_donneur": str(fournil)}
    answer = as_("Anne").post(f"/plans/{plan}/modeles/palettes", data=typed)
    assert answer.status_code == 422
    assert "Choisissez le premier jour." in answer.text


def test_a_pattern_is_kept_retired_and_offered_again(as_: As, session: Session, cast: Cast) -> None:
    project, plan, anne = cast.project(), cast.plan().public_id, as_("Anne")
    session.commit()
    answer = anne.post(f"/projets/{project.public_id}/modele")
    session.commit()
    kept = session.scalars(select(SavedPattern)).one()
    address = f"/plans/{plan}/modeles/{kept.public_id}"
    session.commit()
    assert answer.location.endswith(address)
    gallery = f"/plans/{plan}/modeles"
    assert address in as_("Karim").get(gallery).text
    assert as_("Karim").post(f"{address}/retirer").status_code == 403
    anne.post(f"{address}/retirer")
    assert address not in anne.get(gallery).text
    anne.post(f"{address}/remettre")
    assert address in anne.get(gallery).text


def test_the_projects_of_one_zone_are_rolled_out_in_another(
    as_: As, session: Session, cast: Cast
) -> None:
    acting(session, cast.person("Anne").id, Via.COMMAND, NOW)
    pilot, next_one = _zone(session, cast), _zone(session, cast, "La Gare")
    source = cast.project()
    source.zone_id = pilot.id
    session.commit()
    anne, address = as_("Anne"), f"/plans/{cast.plan().public_id}/deployer"
    assert source.title in anne.get(f"{address}?depuis={pilot.id}").text
    assert source.title not in anne.get(f"{address}?depuis={next_one.id}").text
    typed = {
        "project_ids": [str(source.id)],
        "zone_id": str(next_one.id),
        "starts_on": "2026-06-01",
        "lead_organisation_id": str(cast.organisation("CCI des Deux Rives").id),
    }
    session.commit()
    assert anne.post(f"{address}?depuis={pilot.id}", data=typed).status_code == 303
    session.commit()
    made = session.scalars(select(Project).where(Project.zone_id == next_one.id)).one()
    assert made.title == f"{source.title} – La Gare"
    assert made.state is ProjectState.DRAFT
    firms = {cast.organisation(name).id for name in ("Le Fournil", "Atelier Bois")}
    assert firms.isdisjoint(p.organisation_id for p in made.partners)


def test_without_a_zone_the_page_asks_for_one(as_: As, session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.COMMAND, NOW)
    _zone(session, cast)
    session.commit()
    source = cast.project()
    typed = {"project_ids": [str(source.id)], "zone_id": "0", "starts_on": "2026-06-01"}
    answer = as_("Anne").post(f"/plans/{cast.plan().public_id}/deployer", data=typed)
    assert answer.status_code == 422
    assert "Choisissez la zone où déployer." in answer.text
