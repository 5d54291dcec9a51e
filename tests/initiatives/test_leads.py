"""Leads: captured in ten seconds, seen by few, decided with a way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.initiatives.kinds.leads import LeadState
from app.initiatives.models import Opportunity
from app.initiatives.queries.leads import CatalogueFilter, Tab, catalogue, side_by_side
from app.initiatives.rules.leads import visible_leads
from app.initiatives.services.leads import (
    Lead,
    capture,
    describe_lead,
    forget,
    keep,
    make_project,
    pass_on,
    refuse,
    reopen_lead,
)
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import FlowDirection, PartnerRole, ProjectState, ResourceKind
from app.plans.models import Project
from app.plans.services.projects import launch_project
from tests.cast import Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
Brought = Callable[..., Opportunity]


@pytest.fixture
def brought(session: Session, cast: Cast) -> Brought:
    """`brought("Chutes", "Karim", firms=("Atelier Bois",))`: a lead of the Val, flushed."""

    def write(
        title: str = "Chutes de chêne",
        by: str = "Anne",
        *,
        own: str | None = None,
        firms: tuple[str, ...] = (),
        **more: Any,
    ) -> Opportunity:
        acting(session, None, Via.COMMAND, clock.now())
        return capture(
            session,
            territory_id=cast.territory().id,
            lead=Lead(title, organisations=[cast.organisation(one) for one in firms], **more),
            brought_by_id=cast.person(by).id,
            brought_by_organisation_id=cast.organisation(own).id if own else None,
            now=clock.now(),
        )

    return write


def seen_by(session: Session, viewers: dict[str, Viewer]) -> set[str]:
    return {name for name, who in viewers.items() if session.scalars(visible_leads(who)).all()}


def test_a_lead_is_seen_by_who_animates_and_by_the_firms_it_is_about(
    session: Session, viewers: dict[str, Viewer], brought: Brought
) -> None:
    brought(firms=("Atelier Bois",))
    assert seen_by(session, viewers) == {"Anne", "Marc"}


def test_a_lead_is_seen_by_who_brought_it_and_their_organisation(
    session: Session, viewers: dict[str, Viewer], brought: Brought
) -> None:
    brought(by="Karim", own="CCI des Deux Rives")
    assert seen_by(session, viewers) == {"Anne", "Karim"}


def test_who_looks_on_sees_no_lead_even_of_their_own_organisation(
    session: Session, viewers: dict[str, Viewer], brought: Brought
) -> None:
    brought(firms=("Agence du Cycle",))
    assert seen_by(session, viewers) == {"Anne"}


def test_who_looks_on_reads_how_many_there_are(
    as_: As, cast: Cast, session: Session, brought: Brought
) -> None:
    brought("Chutes du Fournil")
    session.commit()
    page = as_("Sylvie").get(f"/territoires/{cast.territory().public_id}/pistes").text
    assert "À étudier" in page
    assert "Chutes du Fournil" not in page


def test_a_lead_becomes_a_project_in_one_step_with_its_firms(
    session: Session, cast: Cast, brought: Brought
) -> None:
    lead = brought(firms=("Atelier Bois", "Le Fournil"), resource=ResourceKind.EQUIPMENT)
    own = cast.organisation("CC du Val d’Aubrive").id
    project = make_project(session, lead, own_organisation_id=own, now=clock.now())
    session.refresh(project)
    assert (project.title, project.state) == ("Chutes de chêne", ProjectState.DRAFT)
    assert {(p.organisation.name, p.role) for p in project.partners} == {
        ("CC du Val d’Aubrive", PartnerRole.LEAD),
        ("Atelier Bois", PartnerRole.CONTRIBUTOR),
        ("Le Fournil", PartnerRole.CONTRIBUTOR),
    }
    assert (lead.state, lead.project_id) == (LeadState.PROJECT, project.id)


def test_a_draft_made_by_mistake_is_set_aside_and_the_lead_is_there_again(
    session: Session, brought: Brought
) -> None:
    lead = brought(firms=("Atelier Bois",))
    project = make_project(session, lead, own_organisation_id=None, now=clock.now())
    session.refresh(lead)
    reopen_lead(session, lead)
    assert (lead.state, lead.project_id) == (LeadState.OPEN, None)
    assert project.state is ProjectState.ABANDONED


def test_a_project_that_runs_is_not_undone_by_its_lead(session: Session, brought: Brought) -> None:
    lead = brought(firms=("Atelier Bois",))
    project = make_project(session, lead, own_organisation_id=None, now=clock.now())
    launch_project(project, now=clock.now())
    session.refresh(lead)
    with pytest.raises(RefusedError, match="est lancé"):
        reopen_lead(session, lead)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        (keep, (LeadState.KEPT, None, None)),
        (
            lambda session, lead: refuse(session, lead, reason="Trop loin"),
            (LeadState.REFUSED, "Trop loin", None),
        ),
        (
            lambda session, lead: pass_on(session, lead, to="La Ressourcerie", reason=""),
            (LeadState.PASSED_ON, None, "La Ressourcerie"),
        ),
    ],
)
def test_every_decision_is_taken_back(
    session: Session, brought: Brought, verb: Callable[..., None], expected: tuple[object, ...]
) -> None:
    lead = brought()
    verb(session, lead)
    assert (lead.state, lead.reason, lead.passed_to) == expected
    reopen_lead(session, lead)
    assert (lead.state, lead.reason, lead.passed_to) == (LeadState.OPEN, None, None)


def test_what_is_decided_is_not_decided_again(session: Session, brought: Brought) -> None:
    lead = brought()
    refuse(session, lead, reason="Trop loin")
    with pytest.raises(RefusedError, match="déjà décidée"):
        keep(session, lead)


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        (lambda s, lead: refuse(s, lead, reason="  "), "pourquoi"),
        (lambda s, lead: pass_on(s, lead, to=" ", reason=""), "à qui"),
        (
            lambda s, lead: make_project(s, lead, own_organisation_id=None, now=clock.now()),
            "quelle organisation",
        ),
    ],
)
def test_a_decision_says_what_it_lacks(
    session: Session, brought: Brought, verb: Callable[..., None], why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        verb(session, brought())


def test_a_capture_is_taken_back_within_the_day(session: Session, brought: Brought) -> None:
    lead = brought(firms=("Atelier Bois",))
    later = clock.now() + timedelta(days=1, minutes=1)
    with pytest.raises(RefusedError, match="plus d’un jour"):
        forget(session, lead, now=later)
    forget(session, lead, now=clock.now())
    assert session.scalars(select(Opportunity)).all() == []


def test_two_who_change_a_lead_at_once_lose_nothing(session: Session, brought: Brought) -> None:
    lead = brought()
    describe_lead(session, lead, seen_version=lead.version, lead=Lead("Chutes de hêtre"))
    with pytest.raises(StaleError):
        describe_lead(session, lead, seen_version=1, lead=Lead("Chutes de sapin"))


def test_one_list_holds_leads_and_projects(
    session: Session, cast: Cast, viewers: dict[str, Viewer], brought: Brought
) -> None:
    brought("Chutes de chêne", firms=("Atelier Bois",))
    refuse(session, brought("Vapeur perdue"), reason="Trop loin")
    brought("Élagage d’été")
    session.flush()

    def titles(who: str, **asked: Any) -> set[str]:
        found = catalogue(session, viewers[who], cast.territory().id, CatalogueFilter(**asked))
        return {one.title for one in found}

    assert titles("Anne") == {"Chutes de chêne", "Élagage d’été"}
    assert titles("Anne", tab=Tab.PROJECTS) == {"Invendus du Fournil", "Piste confidentielle"}
    assert titles("Anne", tab=Tab.REFUSED) == {"Vapeur perdue"}
    assert len(titles("Anne", tab=Tab.ALL)) == 5
    assert titles("Anne", tab=Tab.ALL, text="elagage ete") == {"Élagage d’été"}
    assert titles("Marc", tab=Tab.ALL) == {"Chutes de chêne", "Invendus du Fournil"}
    assert titles("Paul", tab=Tab.ALL) == set()


def test_a_project_stands_in_the_list_once_with_the_lead_it_came_from(
    session: Session, cast: Cast, viewers: dict[str, Viewer], brought: Brought
) -> None:
    lead = brought(firms=("Atelier Bois",))
    make_project(session, lead, own_organisation_id=None, now=clock.now())
    asked = CatalogueFilter(Tab.ALL, "chene")
    [line] = catalogue(session, viewers["Anne"], cast.territory().id, asked)
    assert (line.is_project, line.origin) == (True, lead.public_id)


def test_the_list_takes_three_statements_whatever_its_length(
    session: Session,
    cast: Cast,
    viewers: dict[str, Viewer],
    brought: Brought,
    queries: QueryCount,
) -> None:
    territory, found = cast.territory().id, set()
    for times in range(2):
        for number in range(15):
            brought(f"Piste {times} {number}", firms=("Atelier Bois",))
        session.flush()
        queries.reset()
        catalogue(session, viewers["Anne"], territory, CatalogueFilter(Tab.ALL))
        found.add(len(queries))
    assert found == {3}


def test_pages_of_the_list_hold_every_line_once(
    as_: As, cast: Cast, session: Session, brought: Brought
) -> None:
    for number in range(60):
        brought(f"Piste numéro {number:02}")
    session.commit()
    anne = as_("Anne")
    first = anne.get(f"/territoires/{cast.territory().public_id}/pistes").text
    following = first.split("apres=")[1].split('"')[0]
    second = anne.get(f"/territoires/{cast.territory().public_id}/pistes?apres={following}").text
    told = [sum(f"Piste numéro {n:02}" in page for page in (first, second)) for n in range(60)]
    assert set(told) == {1}


def test_offers_and_needs_of_leads_and_projects_stand_side_by_side_without_amounts(
    as_: As, session: Session, cast: Cast, viewers: dict[str, Viewer], brought: Brought
) -> None:
    brought(
        "Pain rassis pour les poules",
        firms=("Atelier Bois",),
        direction=FlowDirection.INPUT,
        resource=ResourceKind.BY_PRODUCT,
    )
    session.commit()
    territory = cast.territory()
    [pair] = side_by_side(session, viewers["Anne"], territory.id)
    assert (pair.offer.title, pair.need.title) == ("Pain invendu", "Pain rassis pour les poules")
    assert side_by_side(session, viewers["Paul"], territory.id) == []
    page = as_("Anne").get(f"/territoires/{territory.public_id}/pistes").text
    assert "Même ressource" in page
    assert "kg par semaine" not in page


def test_a_lead_is_captured_by_its_words_alone_and_taken_back_by_a_tap(
    as_: As, cast: Cast, session: Session
) -> None:
    anne, here = as_("Anne"), f"/territoires/{cast.territory().public_id}/pistes"
    assert anne.post(here, data={"title": "Chaleur du four"}).status_code == 303
    session.rollback()
    [lead] = session.scalars(select(Opportunity)).all()
    assert (lead.title, lead.direction, lead.organisations) == ("Chaleur du four", None, [])
    assert f'formaction="/pistes/{lead.public_id}/oublier"' in anne.get(here).text
    anne.post(f"/pistes/{lead.public_id}/oublier")
    session.rollback()
    assert session.scalars(select(Opportunity)).all() == []


def test_a_baker_brings_what_her_own_firm_offers(as_: As, cast: Cast, session: Session) -> None:
    here = f"/territoires/{cast.territory().public_id}/pistes"
    data = {"title": "Un four libre la nuit", "direction": "output"}
    assert as_("Lucie").post(here, data=data).status_code == 303
    session.rollback()
    [lead] = session.scalars(select(Opportunity)).all()
    assert [one.name for one in lead.organisations] == ["Le Fournil"]


def test_an_unknown_firm_loses_nothing_that_was_typed(as_: As, cast: Cast) -> None:
    here = f"/territoires/{cast.territory().public_id}/pistes"
    answer = as_("Anne").post(here, data={"title": "Chaleur", "organisation": "Personne SA"})
    assert answer.status_code == 422
    assert "Chaleur" in answer.text
    assert "Aucune organisation de ce nom" in answer.text


def test_the_journal_tells_leads_to_who_animates_alone(
    as_: As, cast: Cast, session: Session
) -> None:
    here = f"/territoires/{cast.territory().public_id}"
    as_("Anne").post(f"{here}/pistes", data={"title": "Chaleur du four"})
    assert "a noté la piste" in as_("Anne").get(f"{here}/journal").text
    for name in ("Sylvie", "Odile", "Lucie"):
        assert "Chaleur du four" not in as_(name).get(f"{here}/journal").text


def test_making_a_project_leads_to_it_and_offers_the_way_back(
    as_: As, cast: Cast, session: Session, brought: Brought
) -> None:
    lead = brought(firms=("Atelier Bois",))
    session.commit()
    anne = as_("Anne")
    answer = anne.post(f"/pistes/{lead.public_id}/projet")
    session.rollback()
    project = session.scalars(select(Project).where(Project.title == lead.title)).one()
    assert answer.location == f"/projets/{project.public_id}"
    assert f'formaction="/pistes/{lead.public_id}/rouvrir"' in anne.get(answer.location).text
