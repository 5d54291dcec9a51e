"""The démarche: counted from what stands, passed by a click, taken back, told by the journal."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives.conditions import ORDER, outline, reached
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.meetings import GroupKind, MeetingKind
from app.initiatives.kinds.notes import NoteVisibility
from app.initiatives.kinds.stages import InitiativeStage, Known
from app.initiatives.models import ConditionTick, Initiative, StagePassage
from app.initiatives.queries.stage_figures import figures_of
from app.initiatives.queries.stages import Journey, journey
from app.initiatives.services.campaigns import move_company, open_campaign
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.services.leads import Lead, capture
from app.initiatives.services.meetings import hold_meeting
from app.initiatives.services.results import NOTHING_YET, send_results, write_results
from app.initiatives.services.stages import choose_pilot_zone, go_back, pass_to, tick, untick
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import NOW, TODAY, Cast
from tests.conftest import QueryCount
from tests.initiatives.conftest import Noted
from tests.initiatives.gatherings import planned
from tests.parts.examples import ON_ONE_FIXTURE

As = Callable[[str], FlaskClient]
GATHERINGS, WORKSHOPS = InitiativeStage.GATHERINGS, InitiativeStage.WORKSHOPS


@pytest.fixture
def zone(session: Session, cast: Cast) -> ActivityZone:
    """Les Prés, where Le Fournil and Atelier Bois stand; flushed."""
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    made = ActivityZone(territory_id=cast.territory().id, name="Les Prés")
    session.add(made)
    session.flush()
    for firm in ("Le Fournil", "Atelier Bois"):
        cast.organisation(firm).zone_id = made.id
    session.flush()
    return made


@pytest.fixture
def pilot(session: Session, cast: Cast, zone: ActivityZone) -> ActivityZone:
    choose_pilot_zone(session, cast.plan(), zone=zone, now=NOW)
    return zone


def stands(session: Session, cast: Cast) -> Journey:
    return journey(session, cast.plan(), TODAY)


def figure(session: Session, cast: Cast, known: Known) -> tuple[int, int | None]:
    found = session.scalar(select(Initiative).where(Initiative.plan_id == cast.plan().id))
    counted = figures_of(session, cast.plan(), found, TODAY)[known]
    return counted.have, counted.of


def go_on(session: Session, cast: Cast, stage: InitiativeStage, reason: str = "Urgent") -> None:
    pass_to(
        session,
        cast.plan(),
        stage=stage,
        reason=reason,
        person_id=cast.person("Anne").id,
        now=NOW,
        today=TODAY,
    )


def say(session: Session, cast: Cast, key: str, words: str = "", day: date = TODAY) -> None:
    tick(
        session,
        cast.plan(),
        key=key,
        done_on=day,
        words=words,
        person_id=cast.person("Anne").id,
        now=NOW,
        today=TODAY,
    )


def plain(text: str) -> str:
    return html.unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


# ---- what is counted ----


def test_a_plan_of_which_nothing_was_said_stands_at_its_first_stage(
    session: Session, cast: Cast
) -> None:
    found = stands(session, cast)
    assert (found.initiative, found.stage, found.number) == (None, ORDER[0], 1)
    assert [one.need.key for one in found.missing] == [need.key for need in outline()[0].needs]


def test_the_record_of_the_pilot_zone_is_counted_by_its_parts(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    assert figure(session, cast, Known.ZONE_RECORD) == (0, 6)
    pilot.dominant_use, pilot.vacancy_rate, pilot.size_250 = "mixte", 0, 0
    assert figure(session, cast, Known.ZONE_RECORD) == (3, 6)


def test_companies_are_contacted_by_a_campaign_or_by_a_call_that_others_may_read_of(
    session: Session, cast: Cast, pilot: ActivityZone, noted: Noted
) -> None:
    assert figure(session, cast, Known.CONTACTED) == (0, 2)
    noted("Anne", "Le Fournil", NoteVisibility.AUTHOR)
    assert figure(session, cast, Known.CONTACTED) == (0, 2)
    noted("Anne", "Le Fournil", NoteVisibility.PARTNERS)
    assert figure(session, cast, Known.CONTACTED) == (1, 2)
    tour = open_campaign(
        session,
        territory_id=cast.territory().id,
        zone_id=pilot.id,
        title="Premier tour",
        today=TODAY,
    )
    for firm in ("Le Fournil", "Atelier Bois"):
        move_company(
            session,
            tour,
            organisation_id=cast.organisation(firm).id,
            state=ContactState.CALLED,
            person_id=cast.person("Anne").id,
            now=NOW,
        )
    assert figure(session, cast, Known.CONTACTED) == (2, 2)


def test_meetings_count_once_they_were_held_and_groups_once_they_met(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    theme = cast.plan().themes[0].id
    about = About(
        GroupKind.WORKING, "Palettes", "", (cast.organisation("Le Fournil").id, None), [theme]
    )
    group = found_group(session, cast.territory(), about, now=NOW)
    found_group(session, cast.territory(), About(GroupKind.WORKING, "Eau"), now=NOW)
    meeting = planned(session, cast, kind=MeetingKind.GATHERING, group_id=group.id)
    wanted = (Known.GATHERINGS, Known.GROUPS, Known.GROUPS_MET)
    before = [figure(session, cast, known) for known in wanted]
    assert before == [(0, None), (1, None), (0, 2)]
    hold_meeting(meeting, now=meeting.ends_at)
    session.flush()
    after = [figure(session, cast, known) for known in wanted]
    assert after == [(1, None), (1, None), (1, 2)]


def test_results_and_the_plenary_grow_old(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    meeting = planned(session, cast, kind=MeetingKind.PLENARY, starts_at=NOW - timedelta(days=100),
                      ends_at=NOW - timedelta(days=99))  # fmt: skip
    hold_meeting(meeting, now=NOW)
    kept = write_results(session, meeting, body="Décidé", seen_version=NOTHING_YET)
    send_results(session, kept, now=NOW - timedelta(days=80))
    session.flush()

    def fresh(today: date) -> list[int]:
        found = session.scalars(select(Initiative)).one()
        counted = figures_of(session, cast.plan(), found, today)
        return [counted[known].have for known in (Known.RESULTS, Known.PLENARY)]

    assert fresh(TODAY) == [1, 1]
    assert fresh(TODAY + timedelta(days=30)) == [0, 1]
    assert fresh(TODAY + timedelta(days=330)) == [0, 0]


def test_projects_of_the_zone_are_planned_and_their_partners_confirmed(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    assert figure(session, cast, Known.PLANNED) == (0, 0)
    for project in (cast.project(), cast.project("Piste confidentielle")):
        project.zone_id = pilot.id
    session.flush()
    # the draft is nobody's commitment yet, and who funds carries nothing
    assert figure(session, cast, Known.PLANNED) == (1, 1)
    assert figure(session, cast, Known.COMMITMENTS) == (4, 4)


def test_what_is_elsewhere_counts_for_nobody_here(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    sorne = cast.territory("Plaine de Sorne")
    group = found_group(session, sorne, About(GroupKind.STEERING, "Comité"), now=NOW)
    firm = cast.organisation("Scierie de la Sorne").id
    add_members(session, group, [(firm, None)], today=TODAY)
    capture(session, territory_id=sorne.id, lead=Lead("Sciure"), brought_by_id=None,
            brought_by_organisation_id=None, now=NOW)  # fmt: skip
    counted = [figure(session, cast, known) for known in (Known.STEERING, Known.LEADS)]
    assert counted == [(0, None), (0, None)]


# ---- verbs ----


def test_a_stage_is_passed_with_a_reason_where_something_is_missing(
    session: Session, cast: Cast, pilot: ActivityZone
) -> None:
    with pytest.raises(RefusedError, match="dites pourquoi"):
        go_on(session, cast, GATHERINGS, " ")
    go_on(session, cast, GATHERINGS, "Tous vus  avant Maillage")
    found = stands(session, cast)
    passage = found.current.passage
    assert found.stage is GATHERINGS and passage is not None
    assert passage.reason == "Tous vus avant Maillage"
    assert passage.missing.split() == ["portrait", "projets-connus", "diagnostic", "pilotage",
                                       "contacts"]  # fmt: skip


def test_the_next_stage_alone_is_passed_to_and_the_present_one_alone_taken_back(
    session: Session, cast: Cast, zone: ActivityZone
) -> None:
    with pytest.raises(RefusedError, match="changé d’étape"):
        go_on(session, cast, WORKSHOPS)
    go_on(session, cast, GATHERINGS)
    go_on(session, cast, WORKSHOPS)
    with pytest.raises(RefusedError, match="changé d’étape"):
        go_back(session, cast.plan(), stage=GATHERINGS, now=NOW, today=TODAY)
    go_back(session, cast.plan(), stage=WORKSHOPS, now=NOW, today=TODAY)
    assert stands(session, cast).stage is GATHERINGS
    go_on(session, cast, WORKSHOPS)
    assert len(session.scalars(select(StagePassage)).all()) == 3


@settings(max_examples=25, suppress_health_check=ON_ONE_FIXTURE)
@given(
    st.lists(
        st.tuples(st.sampled_from(["on", "back"]), st.sampled_from(ORDER)), min_size=1, max_size=8
    )
)
def test_whatever_is_clicked_a_plan_goes_by_one_stage_at_most(
    session: Session, cast: Cast, zone: ActivityZone, clicks: list[tuple[str, InitiativeStage]]
) -> None:
    with session.begin_nested() as point:
        at = ORDER.index(stands(session, cast).stage)
        for way, stage in clicks:
            try:
                if way == "on":
                    go_on(session, cast, stage)
                else:
                    go_back(session, cast.plan(), stage=stage, now=NOW, today=TODAY)
            except RefusedError:
                moved = 0
            else:
                moved = 1 if way == "on" else -1
            found = stands(session, cast)
            assert ORDER.index(found.stage) == at + moved
            standing = {one.outline.stage for one in found.stages if one.passage}
            assert reached(standing) is found.stage
            assert standing == set(ORDER[1 : found.number])
            at += moved
        point.rollback()
    session.expire_all()


def test_a_condition_is_ticked_said_again_and_taken_back(
    session: Session, cast: Cast, zone: ActivityZone
) -> None:
    say(session, cast, "diagnostic", "Rendu", TODAY - timedelta(days=9))
    say(session, cast, "diagnostic", "Rendu aux élus")
    [row] = session.scalars(select(ConditionTick)).all()
    assert (row.done_on, row.words) == (TODAY, "Rendu aux élus")
    untick(session, cast.plan(), key="diagnostic", now=NOW)
    assert session.scalars(select(ConditionTick)).all() == []


@pytest.mark.parametrize(
    ("key", "later", "told"),
    [("contacts", 0, "compte d’elle-même"), ("x", 0, "elle-même"), ("diagnostic", 1, "à venir")],
)
def test_what_is_counted_or_to_come_is_not_ticked(
    session: Session, cast: Cast, key: str, later: int, told: str
) -> None:
    with pytest.raises(RefusedError, match=told):
        say(session, cast, key, day=TODAY + timedelta(days=later))


def test_the_pilot_zone_is_of_the_plan_s_territory(
    session: Session, cast: Cast, zone: ActivityZone
) -> None:
    with pytest.raises(RefusedError, match="autre territoire"):
        choose_pilot_zone(session, cast.plan("Plaine de Sorne"), zone=zone, now=NOW)


# ---- pages ----


def test_the_page_shows_the_figure_of_each_condition_and_where_it_is_done(
    session: Session, cast: Cast, pilot: ActivityZone, as_: As
) -> None:
    place, plan, zone_id = cast.territory().public_id, cast.plan().public_id, pilot.public_id
    session.commit()
    seen = plain(as_("Anne").get(f"/plans/{plan}/demarche").text)
    assert "0 entreprise sur 2 contactée" in seen
    assert f'href="/territoires/{place}/campagnes"' in seen
    assert "0 rubrique sur 6 remplie" in seen and f'href="/zones/{zone_id}"' in seen
    henri = plain(as_("Henri").get(f"/plans/{plan}/demarche").text)
    assert "0 entreprise sur 2 contactée" in henri and "Passer quand même" not in henri
    assert f"/territoires/{place}/campagnes" not in henri


def test_a_reason_stays_on_the_page_and_the_journal_tells_it(
    session: Session, cast: Cast, pilot: ActivityZone, as_: As
) -> None:
    place, page = cast.territory().public_id, f"/plans/{cast.plan().public_id}/demarche"
    session.commit()
    anne = as_("Anne")
    refused = anne.post(f"{page}/avancer", data={"etape": "gatherings", "motif": ""})
    assert refused.status_code == 422 and "dites pourquoi" in plain(refused.text)
    data = {"etape": "gatherings", "motif": "Tous vus avant Maillage"}
    assert anne.post(f"{page}/avancer", data=data).status_code == 303
    shown = plain(anne.get(page).text)
    assert "« Tous vus avant Maillage »" in shown and "Il manquait : Le portrait" in shown
    assert f'formaction="{page}/revenir?etape=gatherings"' in shown
    journal = plain(as_("Henri").get(f"/territoires/{place}/journal").text)
    assert "a fait passer la démarche aux rencontres" in journal
    assert "« Tous vus avant Maillage »" in journal
    anne.post(f"{page}/revenir?etape=gatherings")
    assert "Étape 1 sur 4" in plain(anne.get(page).text)
    told = plain(anne.get(f"/territoires/{place}/journal").text)
    assert "a annulé le passage de la démarche aux rencontres" in told


def test_a_tick_keeps_its_word_and_its_undo_brings_it_back(
    session: Session, cast: Cast, as_: As
) -> None:
    page = f"/plans/{cast.plan().public_id}/demarche"
    day = clock.now().date() - timedelta(days=3)
    session.rollback()
    anne = as_("Anne")
    data = {"cle": "diagnostic", "jour": day.isoformat(), "mot": "Rendu aux élus"}
    assert anne.post(f"{page}/cocher", data=data).status_code == 303
    assert "Rendu aux élus" in anne.get(page).text
    anne.post(f"{page}/decocher?cle=diagnostic")
    undo = f"{page}/cocher?cle=diagnostic&jour={day.isoformat()}&mot=Rendu+aux+élus"
    assert anne.post(undo).status_code == 303
    assert session.scalars(select(ConditionTick.words)).one() == "Rendu aux élus"


def test_what_cannot_be_ticked_keeps_what_was_typed(session: Session, cast: Cast, as_: As) -> None:
    page = f"/plans/{cast.plan().public_id}/demarche"
    session.rollback()
    data = {"cle": "diagnostic", "jour": "2099-01-01", "mot": "Bientôt"}
    answer = as_("Anne").post(f"{page}/cocher", data=data)
    assert answer.status_code == 422
    assert 'value="Bientôt"' in answer.text and "à venir" in plain(answer.text)


def test_the_pilot_zone_is_chosen_and_the_others_are_to_follow(
    session: Session, cast: Cast, zone: ActivityZone, as_: As
) -> None:
    other = ActivityZone(territory_id=zone.territory_id, name="Le Port")
    session.add(other)
    cast.project().zone_id = zone.id
    session.flush()
    page, ids = f"/plans/{cast.plan().public_id}/demarche", (zone.id, other.id)
    zone_public_id = zone.public_id
    session.commit()
    anne = as_("Anne")
    assert anne.post(f"{page}/zone", data={"zone": zone_public_id}).status_code == 303
    shown = anne.get(page).text
    assert ">pilote<" in shown and ">à suivre<" in plain(shown)
    assert f"/deployer?depuis={ids[0]}&amp;vers={ids[1]}" in shown
    assert "Invendus du Fournil" in shown
    anne.post(f"{page}/zone?zone=")
    assert ">pilote<" not in anne.get(page).text


def test_the_plan_s_page_says_the_stage_and_the_next_thing(
    session: Session, cast: Cast, as_: As
) -> None:
    place, page = cast.territory().public_id, f"/plans/{cast.plan().public_id}/demarche"
    session.rollback()
    anne = as_("Anne")
    assert f'hx-get="{page}"' in anne.get(f"/territoires/{place}/plan").text
    strip = plain(anne.get(page, headers={"HX-Request-Type": "partial"}).text)
    assert "étape 1 sur 4, préparation et lancement." in strip
    assert "Une zone pilote est choisie (à choisir), et 5 autres conditions." in strip


def test_the_page_asks_as_much_of_one_zone_as_of_thirty(
    session: Session, cast: Cast, pilot: ActivityZone, as_: As, queries: QueryCount
) -> None:
    page, place = f"/plans/{cast.plan().public_id}/demarche", cast.territory().id
    session.commit()
    henri = as_("Henri")
    henri.get(page)
    queries.reset()
    henri.get(page)
    one = len(queries)
    session.add_all(ActivityZone(territory_id=place, name=f"Zone {n}") for n in range(30))
    session.commit()
    queries.reset()
    assert "Zone 29" in henri.get(page).text
    assert len(queries) == one
    assert one <= 9


def test_a_zone_tells_its_projects_leads_and_campaign_to_who_may_read_them(
    session: Session, cast: Cast, zone: ActivityZone, as_: As
) -> None:
    for project in (cast.project(), cast.project("Piste confidentielle")):
        project.zone_id = zone.id
    lead = Lead("Une crèche commune", None, None, zone.id, [])
    capture(
        session,
        territory_id=zone.territory_id,
        lead=lead,
        brought_by_id=cast.person("Anne").id,
        brought_by_organisation_id=None,
        now=NOW,
    )
    open_campaign(
        session,
        territory_id=zone.territory_id,
        zone_id=zone.id,
        title="Premier tour",
        today=TODAY,
    )
    page = f"/zones/{zone.public_id}/demarche"
    session.commit()
    anne = plain(as_("Anne").get(page).text)
    assert "Piste confidentielle" in anne and "Premier tour" in anne and "1 piste" in anne
    lucie = plain(as_("Lucie").get(page).text)
    assert "Invendus du Fournil" in lucie and "Piste confidentielle" not in lucie
    assert (
        "Premier tour" not in lucie
        and "piste" not in lucie.split('id="demarche-zone"')[1].split("</section>")[0]
    )
    paul = as_("Paul").get(page)
    assert paul.status_code == 404
    henri = plain(as_("Henri").get(page).text)
    assert "1 piste" in henri and "Premier tour" not in henri
