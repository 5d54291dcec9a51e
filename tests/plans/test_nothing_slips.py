"""Faults once found by reading, each kept from coming back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership
from app.core.rank import between
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Comment
from app.plans.rules import sees_amounts
from app.plans.services.projects import (
    abandon_project,
    change_role,
    confirm_partner,
    retire_partner,
)
from app.plans.services.steps import reschedule_step
from app.reminders.queries.facts import territories, world
from app.reminders.schedule.facts import StepFacts
from tests.cast import NOW, Cast
from tests.plans.test_projects import viewer_of

As = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def test_a_form_opened_before_a_date_moved_does_not_move_it_back(
    as_: As, cast: Cast, session: Session
) -> None:
    step = cast.step()
    typed = {
        "title": "Peser les invendus, chaque soir",
        "lead_organisation_id": step.lead_organisation_id,
        "lead_person_id": step.lead_person_id or 0,
        "due_on": "2026-04-17",
        "version": step.version,
    }
    reschedule_step(session, step, due_on=date(2026, 5, 6), now=NOW)
    session.commit()
    refused = as_("Anne").post(f"/etapes/{step.public_id}/modifier", data=typed)
    assert refused.status_code == 409
    assert f'name="version" type="hidden" value="{step.version}"' in refused.text
    session.rollback()
    session.refresh(step)
    assert step.due_on == date(2026, 5, 6)


def test_a_row_that_somebody_else_wrote_since_is_not_overwritten(
    session: Session, cast: Cast
) -> None:
    step = cast.step()
    session.execute(text("UPDATE step SET version = version + 1"))
    step.title = "La mienne"
    with pytest.raises(StaleDataError):
        session.flush()


def test_a_new_role_that_reads_quantities_is_agreed_to_anew(session: Session, cast: Cast) -> None:
    project = cast.project()
    [flow] = project.flows
    [fund] = [p for p in project.partners if p.role is PartnerRole.FUNDER]
    change_role(fund, PartnerRole.CONTRIBUTOR)
    assert fund.state is PartnerState.APPROACHED
    confirm_partner(fund, person_id=None, text_version="1", now=NOW)
    karim = viewer_of(session, cast, "Karim")
    assert sees_amounts(karim, project, flow)
    sylvie = viewer_of(session, cast, "Sylvie")
    assert not sees_amounts(sylvie, project, flow)


def test_whoever_has_left_a_project_hears_no_more_of_it(
    as_: As, cast: Cast, session: Session
) -> None:
    project, lucie = cast.project(), cast.person("Lucie")
    [part] = [p for p in project.partners if p.organisation.name == "Le Fournil"]
    assert lucie.id in {fact.recipient.id for fact in _facts(session) if fact.recipient}
    retire_partner(session, part)
    session.commit()
    assert lucie.id not in {fact.recipient.id for fact in _facts(session) if fact.recipient}
    client = as_("Lucie")
    assert client.get(f"/projets/{project.public_id}").status_code == 404
    assert "Peser les invendus" not in client.get("/mes-etapes").text


def _facts(session: Session) -> list[StepFacts]:
    first, last = date(2026, 4, 7), date(2026, 4, 21)
    return list(world(session, territories(session), first=first, last=last).facts)


def test_a_step_is_not_carried_by_somebody_of_another_firm(as_: As, cast: Cast) -> None:
    data = {
        "title": "Livrer",
        "lead_organisation_id": cast.organisation("Le Fournil").id,
        "lead_person_id": cast.person("Marc").id,
    }
    answer = as_("Anne").post(f"/projets/{cast.project().public_id}/etapes", data=data)
    assert answer.status_code == 422
    assert "n’est pas de l’organisation responsable" in answer.text


@pytest.mark.parametrize("year", ["0001", "0026", "9999"])
def test_a_slip_in_the_year_is_no_deadline(as_: As, cast: Cast, year: str) -> None:
    data = {
        "title": "Livrer",
        "lead_organisation_id": cast.organisation("Le Fournil").id,
        "due_on": f"{year}-04-17",
    }
    answer = as_("Anne").post(f"/projets/{cast.project().public_id}/etapes", data=data)
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["Sylvie", "Henri"])
def test_onlookers_cannot_ask_who_is_behind(as_: As, cast: Cast, name: str) -> None:
    address = f"/territoires/{cast.territory().public_id}/plan"
    onlooker = as_(name)
    for asked in (
        "retard=1",
        "statut=blocked",
        f"organisation={cast.organisation('Le Fournil').id}",
    ):
        page = onlooker.get(f"{address}?{asked}").text
        assert ">Invendus du Fournil</a>" in page, asked
        assert "<label>Échéance passée" not in page


def test_onlookers_do_not_read_why_a_firm_gave_up(as_: As, cast: Cast, session: Session) -> None:
    project = cast.project()
    abandon_project(project, reason="L’atelier a fermé la ligne")
    session.commit()
    assert project.state is ProjectState.ABANDONED
    assert "a fermé la ligne" in as_("Lucie").get(f"/projets/{project.public_id}").text
    assert "a fermé la ligne" not in as_("Henri").get(f"/projets/{project.public_id}").text


def test_a_search_without_result_says_so_in_its_part_of_the_page(as_: As, cast: Cast) -> None:
    answer = as_("Anne").get(f"/territoires/{cast.territory().public_id}/plan?q=zzz", headers=HTMX)
    assert answer.status_code == 200
    assert "Aucun projet ne répond" in answer.text


@pytest.mark.parametrize(
    "query", ["organisation=99999999999999999999", "apres=%00.1", "q=%00", "organisation=%C2%B2"]
)
def test_a_hostile_filter_is_no_crash(as_: As, cast: Cast, query: str) -> None:
    answer = as_("Anne").get(f"/territoires/{cast.territory().public_id}/plan?{query}")
    assert answer.status_code in (200, 404)


def test_a_contributor_does_not_abandon_a_step(as_: As, cast: Cast) -> None:
    address = f"/etapes/{cast.step().public_id}/statut"
    assert as_("Lucie").post(address, data={"status": "abandoned"}).status_code == 403


def test_a_list_may_grow_for_years() -> None:
    rank = None
    for _ in range(1000):
        rank = between(rank, None)
    assert len(str(rank)) <= 48


def test_a_second_tap_says_nothing_twice(as_: As, cast: Cast, session: Session) -> None:
    lucie, address = as_("Lucie"), f"/projets/{cast.project().public_id}/echanges"
    for words in ("Le camion passe mardi", "Le camion passe mardi ", "Non, mercredi"):
        assert lucie.post(address, data={"body": words}).status_code == 303
    session.rollback()
    said = session.scalars(select(Comment.body).order_by(Comment.id)).all()
    assert said == ["Le camion passe mardi", "Non, mercredi"]


def test_who_looks_on_reads_nobody_s_failure_by_its_title(
    as_: As, cast: Cast, session: Session
) -> None:
    plan, title = f"/territoires/{cast.territory().public_id}/plan", cast.project().title
    henri, anne = as_("Henri"), as_("Anne")
    assert title in henri.get(plan).text
    session.rollback()
    abandon_project(cast.project(), reason="Le four est vendu")
    session.commit()
    assert title not in henri.get(plan).text
    assert title in anne.get(plan).text


def test_a_new_step_says_whom_it_brings_in_and_that_a_past_date_is_chased_by_nobody(
    as_: As, cast: Cast
) -> None:
    newcomer = cast.organisation("Atelier Bois")
    answer = as_("Anne").post(
        f"/projets/{cast.project('Piste confidentielle').public_id}/etapes",
        data={
            "title": "Trouver une benne",
            "lead_organisation_id": str(newcomer.id),
            "lead_person_id": "0",
            "due_on": "2020-01-06",
        },
        follow_redirects=True,
    )
    assert f"Nouveau partenaire\u00a0: {newcomer.name}" in answer.text
    assert "personne ne sera relancé pour elle" in answer.text


def test_a_session_that_ended_leads_a_part_of_a_page_to_the_sign_in(
    client: FlaskClient, cast: Cast
) -> None:
    address = f"/etapes/{cast.step().public_id}/statut"
    answer = client.post(address, data={"status": "done"}, headers=HTMX)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/connexion")


def test_no_menu_opens_on_nothing(as_: As, cast: Cast, session: Session) -> None:
    place = session.scalars(
        select(Membership).where(Membership.person_id == cast.person("Lucie").id)
    ).one()
    place.role = MembershipRole.MEMBER
    session.commit()
    page = as_("Lucie").get(f"/projets/{cast.project().public_id}").text
    for menu in page.split('<div class="menu__panel">')[1:]:
        assert re.search("<button|<a ", menu.partition("</details>")[0])


def test_the_lead_is_not_held_in_a_project(as_: As, cast: Cast, session: Session) -> None:
    lead = next(one for one in cast.project().partners if one.role is PartnerRole.LEAD)
    anne = as_("Anne")
    assert (
        "quitte le projet tout de suite" in anne.get(f"/partenaires/{lead.public_id}/retirer").text
    )
    answer = anne.post(f"/partenaires/{lead.public_id}/retirer", follow_redirects=True)
    assert "ne reçoit plus rien" in answer.text
    session.rollback()
    assert lead.state is PartnerState.RETIRED


def test_leaving_says_what_it_leaves_and_editing_a_date_does_not_bring_it_back(
    as_: As, cast: Cast, session: Session
) -> None:
    step, fournil = cast.step(), cast.organisation("Le Fournil")
    part = next(one for one in cast.project().partners if one.organisation_id == fournil.id)
    anne, lucie = as_("Anne"), as_("Lucie")
    assert "Une étape ouverte" in lucie.get(f"/partenaires/{part.public_id}/retirer").text
    answer = lucie.post(f"/partenaires/{part.public_id}/retirer", follow_redirects=True)
    assert "confieront vos étapes" in answer.text
    session.rollback()
    anne.post(
        f"/etapes/{step.public_id}/modifier",
        data={
            "title": step.title,
            "lead_organisation_id": str(fournil.id),
            "lead_person_id": "0",
            "due_on": "2026-05-04",
            "version": str(step.version),
        },
    )
    session.rollback()
    assert cast.step().due_on == date(2026, 5, 4)
    session.refresh(part)
    assert part.state is PartnerState.RETIRED
    assert len([p for p in cast.project().partners if p.organisation_id == fournil.id]) == 1


def test_a_new_step_is_proposed_to_the_organisation_of_who_writes_it(as_: As, cast: Cast) -> None:
    page = as_("Karim").get(f"/projets/{cast.project().public_id}/etapes/nouvelle").text
    own = cast.organisation("CCI des Deux Rives")
    assert f'<option selected value="{own.id}">' in page


def test_a_quantity_is_typed_as_text(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(f"/projets/{cast.project().public_id}/flux/nouveau").text
    field = re.search(r'<input[^>]*name="quantity"[^>]*>', page)
    assert field is not None and 'type="text"' in field[0] and 'inputmode="decimal"' in field[0]


def test_who_says_that_it_blocks_comes_back_to_their_list(as_: As, cast: Cast) -> None:
    lucie, step = as_("Lucie"), cast.step().public_id
    assert f"/etapes/{step}/bloquer?liste=miennes" in lucie.get("/mes-etapes").text
    data = {"barrier": "economic", "note": ""}
    answer = lucie.post(f"/etapes/{step}/bloquer?liste=miennes", data=data)
    assert answer.location == f"/mes-etapes#step-{step}"
