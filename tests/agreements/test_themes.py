"""The axes of a plan: who drives each, what waits there, and who passes one on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import TerritoryRole
from app.accounts.services import asks
from app.accounts.sessions import viewer_of
from app.agreements.queries.questions import question_of
from app.agreements.rules import drivable_themes, may_drive_theme
from app.agreements.services.hand_overs import LIFETIME, offer_theme
from app.agreements.texts import TEXTS, THEME
from app.core import clock
from app.core.rank import spread
from app.core.viewer import Viewer
from app.plans.kinds import ProjectState
from app.plans.models import Project, Theme
from tests.agreements.worlds import act, words_of
from tests.cast import BEGINNING, CAST, NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]


def the_theme(session: Session) -> Theme:
    return session.scalars(select(Theme).where(Theme.title == "Mutualiser")).one()


def page_of(cast: Cast) -> str:
    return f"/plans/{cast.plan().public_id}/themes"


def viewer_named(session: Session, cast: Cast, name: str) -> Viewer:
    found = viewer_of(session, cast.person(name).id)
    assert found is not None
    return found


def put_projects_in(session: Session, cast: Cast) -> Theme:
    """The cast's project, with its three open steps, and its draft stand in the one theme."""
    act(session, cast, "Anne")
    theme = the_theme(session)
    for title in ("Invendus du Fournil", "Piste confidentielle"):
        cast.project(title).theme_id = theme.id
    session.commit()
    return theme


def observes_the_val(session: Session, cast: Cast, name: str) -> None:
    role = TerritoryRole(
        person_id=cast.person(name).id,
        territory_id=cast.territory().id,
        role=TerritoryRoleKind.OBSERVER,
        started_on=BEGINNING.date(),
    )
    session.add(role)
    session.commit()


def test_the_page_says_who_drives_a_theme_and_what_waits_there(
    as_: As, session: Session, cast: Cast
) -> None:
    theme = put_projects_in(session, cast)
    page = words_of(as_("Anne").get(page_of(cast)).text)
    assert "Mutualiser" in page
    assert "animé par l’équipe du territoire" in page
    # the draft waits for nobody
    assert "1 projet en cours · 3 étapes ouvertes" in page
    session.rollback()
    theme.lead_organisation_id = cast.organisation("Atelier Bois").id
    theme.lead_person_id = cast.person("Marc").id
    session.commit()
    assert "animé par Atelier Bois – Marc Oudot" in words_of(as_("Anne").get(page_of(cast)).text)


def test_the_plan_page_leads_there_but_for_who_only_looks_on(
    as_: As, session: Session, cast: Cast
) -> None:
    plan, path = f"/territoires/{cast.territory().public_id}/plan", page_of(cast)
    for name, leads in (("Anne", True), ("Lucie", True), ("Odile", True), ("Sylvie", False)):
        assert (f'hx-get="{path}"' in as_(name).get(plan).text) is leads, name


def test_only_who_drives_a_theme_is_offered_to_pass_it_on(
    as_: As, session: Session, cast: Cast
) -> None:
    theme = put_projects_in(session, cast)
    form = f'href="/themes/{theme.public_id}/passer"'
    assert form in as_("Anne").get(page_of(cast)).text
    assert form not in as_("Marc").get(page_of(cast)).text
    session.rollback()
    theme.lead_organisation_id = cast.organisation("Atelier Bois").id
    session.commit()
    assert form in as_("Marc").get(page_of(cast)).text
    assert form not in as_("Lucie").get(page_of(cast)).text


def test_nobody_reads_there_of_projects_they_do_not_see(
    as_: As, session: Session, cast: Cast
) -> None:
    put_projects_in(session, cast)
    for part in list(cast.project().partners):
        if part.organisation.name == "Atelier Bois":
            session.delete(part)
    cast.step("Fabriquer les caisses").lead_organisation_id = cast.organisation("Le Fournil").id
    session.commit()
    assert "aucun projet en cours" in words_of(as_("Marc").get(page_of(cast)).text)
    assert "1 projet en cours" in words_of(as_("Lucie").get(page_of(cast)).text)


def test_an_offer_that_waits_is_shown_to_who_could_make_it(
    as_: As, session: Session, cast: Cast
) -> None:
    theme = put_projects_in(session, cast)
    now = clock.now()
    offer_theme(
        session,
        theme,
        organisation_id=cast.organisation("Atelier Bois").id,
        word=None,
        asker_id=act(session, cast, "Anne"),
        now=now,
    )
    session.commit()
    told = "proposé à Atelier Bois"
    assert told in words_of(as_("Anne").get(page_of(cast)).text)
    assert told not in words_of(as_("Lucie").get(page_of(cast)).text)
    session.rollback()
    [ask] = session.scalars(select(asks.Ask).where(asks.Ask.subject_kind == "theme"))
    ask.expires_at = now - timedelta(days=1)
    session.commit()
    assert told not in words_of(as_("Anne").get(page_of(cast)).text)


@pytest.mark.parametrize("address", ["/themes/{theme}/passer", "/etapes/{step}/passer"])
def test_nobody_is_asked_because_they_stand_first_in_the_list(
    as_: As, session: Session, cast: Cast, address: str
) -> None:
    path = address.format(theme=the_theme(session).public_id, step=cast.step().public_id)
    anne = as_("Anne")
    assert re.search(r'<select[^>]*><option value="">Choisir…', anne.get(path).text)
    answer = anne.post(path, data={"organisation_id": "", "to": "", "word": ""})
    assert answer.status_code == 422 and "Choisissez à qui" in answer.text
    session.rollback()
    assert session.scalars(select(asks.Ask)).all() == []


def test_who_drives_a_theme_is_told_that_passing_it_on_ends_that(
    as_: As, session: Session, cast: Cast
) -> None:
    theme = put_projects_in(session, cast)
    theme.lead_organisation_id = cast.organisation("Atelier Bois").id
    session.commit()
    path = f"/themes/{theme.public_id}/passer"
    assert "ne l’anime alors plus" in as_("Marc").get(path).text
    page = as_("Anne").get(path).text
    assert "Vous gardez la main" in page
    # it is theirs already
    assert ">Atelier Bois</option>" not in page and ">Le Fournil</option>" in page


def test_a_plan_without_axes_says_what_to_do_next(as_: As, session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    session.delete(the_theme(session))
    session.commit()
    page = as_("Anne").get(page_of(cast)).text
    assert "n’a pas encore d’axe" in page
    assert f'href="/territoires/{cast.territory().public_id}/plan"' in page


def test_offering_a_theme_leads_back_to_the_list(as_: As, session: Session, cast: Cast) -> None:
    theme = put_projects_in(session, cast)
    sent = {"organisation_id": str(cast.organisation("Atelier Bois").id), "word": ""}
    answer = as_("Anne").post(f"/themes/{theme.public_id}/passer", data=sent)
    assert (answer.status_code, answer.location) == (303, page_of(cast))


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_page_runs_as_many_queries_for_any_number_of_themes(
    as_: As, session: Session, cast: Cast, queries: QueryCount, count: int
) -> None:
    act(session, cast, "Anne")
    plan = cast.plan()
    for number, rank in enumerate(spread(count)):
        theme = Theme(
            plan_id=plan.id, territory_id=plan.territory_id, title=f"Axe {number}", rank=rank
        )
        theme.lead_organisation_id = cast.organisation("Atelier Bois").id
        session.add(theme)
    session.commit()
    anne, address = as_("Anne"), page_of(cast)
    queries.reset()
    assert anne.get(address).text.count("/passer") == count + 1
    assert len(queries) == 5, queries.statements


@pytest.mark.parametrize("holder", [None, "Atelier Bois", "Agence du Cycle"])
def test_who_may_drive_a_theme_is_the_same_for_the_database_and_for_one_row(
    session: Session, cast: Cast, holder: str | None
) -> None:
    act(session, cast, "Anne")
    if holder:
        the_theme(session).lead_organisation_id = cast.organisation(holder).id
        session.flush()
    themes = session.scalars(select(Theme)).all()
    for name in CAST:
        viewer = viewer_named(session, cast, name)
        selected = set(session.scalars(drivable_themes(viewer)))
        assert selected == {one for one in themes if may_drive_theme(viewer, one)}, name


def test_an_observer_of_the_territory_passes_no_theme_on(
    as_: As, session: Session, cast: Cast
) -> None:
    theme = put_projects_in(session, cast)
    theme.lead_organisation_id = cast.organisation("Atelier Bois").id
    observes_the_val(session, cast, "Marc")
    marc = as_("Marc")
    assert marc.get(f"/themes/{theme.public_id}/passer").status_code == 404
    assert marc.post(f"/themes/{theme.public_id}/reprendre").status_code == 404


def test_the_offer_of_who_became_an_observer_falls(session: Session, cast: Cast) -> None:
    theme = put_projects_in(session, cast)
    theme.lead_organisation_id = cast.organisation("Atelier Bois").id
    ask = offer_theme(
        session,
        theme,
        organisation_id=cast.organisation("Le Fournil").id,
        word=None,
        asker_id=act(session, cast, "Marc"),
        now=NOW,
    )
    observes_the_val(session, cast, "Marc")
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Lucie"), now=NOW)


def test_the_question_of_a_theme_says_what_a_yes_brings(session: Session, cast: Cast) -> None:
    theme = put_projects_in(session, cast)
    ask = offer_theme(
        session,
        theme,
        organisation_id=cast.organisation("Le Fournil").id,
        word=None,
        asker_id=act(session, cast, "Anne"),
        now=NOW,
    )
    assert ask.expires_at == NOW + LIFETIME
    put = question_of(session, ask)
    assert put is not None
    question = put.question
    assert question.text == TEXTS[THEME] and len(question.text) >= 3
    told = words_of(" ".join(question.paragraphs))
    assert "l’axe « Mutualiser »" in told
    assert "à votre organisation, Le Fournil, d’animer" in told
    assert "3 étapes y sont ouvertes : elles restent à qui s’en charge" in told
    assert question.subject == "Val d’Aubrive : animer l’axe « Mutualiser » ?"
    # no reminder changes hands with a theme
    assert "rappel" not in question.after_yes


def test_an_empty_theme_is_passed_on_without_a_word_about_steps(
    session: Session, cast: Cast
) -> None:
    act(session, cast, "Anne")
    assert not session.scalars(
        select(Project).where(Project.theme_id.is_not(None), Project.state != ProjectState.DRAFT)
    ).all()
    ask = offer_theme(
        session,
        the_theme(session),
        organisation_id=cast.organisation("Le Fournil").id,
        word=None,
        asker_id=cast.person("Anne").id,
        now=NOW,
    )
    put = question_of(session, ask)
    assert put is not None
    assert "étape" not in " ".join(put.question.paragraphs)
