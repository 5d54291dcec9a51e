"""The maturity pages: who reads them, who confirms, and what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.initiatives.services.meetings import hold_meeting
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.services.assessing import confirm_status
from app.maturity.services.evidence import link_evidence
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.initiatives.gatherings import planned
from tests.maturity.samples import KEY, LADDER, assess, import_ladder

As = Callable[[str], FlaskClient]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def framework_id(session: Session) -> str:
    return session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()


@pytest.fixture
def page(opened: Assessment, cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/maturite"


@pytest.fixture
def criterion(page: str, session: Session) -> str:
    return f"{page}/{framework_id(session)}/7.1"


def prove(session: Session, cast: Cast, ref: str = "7.1", **more: object) -> str:
    known = {"subject": cast.project(), "person_id": None, "now": NOW}
    evidence = link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=KEY,
        ref=ref,
        **{**known, **more},  # type: ignore[arg-type]
    )
    session.commit()
    return evidence.public_id


def rows(session: Session) -> list[tuple[str, CriterionStatus, str | None, int]]:
    session.rollback()
    found = session.scalars(select(Criterion).order_by(Criterion.ref)).all()
    return [(one.ref, one.status, one.comment, one.version) for one in found]


def test_only_who_follows_the_territory_reads_its_maturity(
    as_: As, page: str, criterion: str
) -> None:
    for follower in ("Anne", "Sylvie", "Henri"):
        for address in (page, criterion):
            assert as_(follower).get(address).status_code == 200
    for stranger in ("Karim", "Lucie", "Paul", "Odile"):
        for address in (page, criterion):
            assert as_(stranger).get(address).status_code == 404


def test_onlookers_read_and_change_nothing(
    as_: As, page: str, criterion: str, session: Session, cast: Cast
) -> None:
    proof = prove(session, cast)
    base = f"{page}/{framework_id(session)}"
    for address in (
        criterion,
        f"{criterion}/accepter",
        f"{criterion}/preuves",
        f"{base}/figer",
        f"{base}/ouvrir",
        f"/preuves/{proof}/retirer",
        f"/preuves/{proof}/remettre",
        f"/projets/{cast.project().public_id}/maturite",
    ):
        assert as_("Sylvie").post(address, data={"status": "done"}).status_code == 403, address
        assert as_("Paul").post(address, data={"status": "done"}).status_code == 404, address
    assert rows(session) == []


def test_the_page_shows_levels_proofs_and_what_is_missing(
    as_: As, page: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, subject=cast.step())
    shown = as_("Anne").get(page).text
    assert "Relier les ateliers" in shown
    assert "ladder__level--partial" in shown
    assert "Peser les invendus</a>" in shown
    assert "À terminer\u00a0: «\u00a0Peser les invendus\u00a0» (17\u00a0avril 2026)." in shown
    assert "Il manque 2\u00a0synergies opérationnelles dans l’année." in shown
    assert "Le plan propose\u00a0: programmé" in shown


def test_onlookers_learn_neither_steps_nor_drafts_nor_dates(
    as_: As, page: str, criterion: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, subject=cast.step(), note="Le Fournil tarde")
    link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=KEY,
        ref="7.1",
        subject=cast.project("Piste confidentielle"),
        person_id=None,
        now=NOW,
    )
    session.commit()
    for address in (page, criterion, f"/projets/{cast.project().public_id}/maturite"):
        shown = as_("Henri").get(address).text
        for secret in ("Peser", "17\u00a0avril", "Le Fournil tarde", "Piste confidentielle"):
            assert secret not in shown, address
    assert "Invendus du Fournil" in as_("Henri").get(page).text


def test_what_people_wrote_is_never_markup(
    as_: As, page: str, criterion: str, session: Session, cast: Cast
) -> None:
    step = cast.step()
    step.title = "<b>50 %</b> %(x)s"
    session.commit()
    prove(session, cast, subject=step, note="<i>100 %</i>")
    for address in (page, criterion, f"/projets/{cast.project().public_id}/maturite"):
        shown = as_("Anne").get(address).text
        assert "&lt;b&gt;50 %&lt;/b&gt; %(x)s" in shown
        assert "<b>50" not in shown and "<i>100" not in shown


def test_accepting_what_the_plan_proposes_answers_the_whole_framework(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    prove(session, cast)
    cast.project().stage = "operational"
    session.commit()
    answer = as_("Anne").post(f"{criterion}/accepter", headers=PART)
    assert answer.status_code == 200
    assert answer.text.startswith("<section") and 'id="referentiel-' in answer.text
    assert "7.1 est confirmé." in answer.text
    assert rows(session) == [("7.1", CriterionStatus.DONE, None, 1)]
    plain = as_("Anne").post(f"{criterion}/accepter")
    assert plain.status_code == 303
    assert plain.headers["Location"].endswith("?annee=2026#critere-7.1")


def test_accepting_what_the_plan_proposes_drops_the_word_that_said_otherwise(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    anne.post(criterion, data={"status": "not_done", "comment": "Le conseil a refusé"})
    session.rollback()
    prove(session, cast)
    cast.project().stage = "operational"
    session.commit()
    anne.post(f"{criterion}/accepter")
    assert rows(session) == [("7.1", CriterionStatus.DONE, None, 2)]


def test_a_part_that_the_data_attest_is_confirmed_by_one_click_as_detailed(
    as_: As, session: Session, cast: Cast, on_tuesday: None
) -> None:
    counted = "indicateur: rencontres_tenues_annee\nseuils: 1 = 25; 2 = 75"
    ladder = LADDER.replace("indicateur: synergies_operationnelles_annee\nseuil: 2", counted)
    import_ladder(session, ladder)
    assess(session, cast)
    hold(session, cast)
    page = f"/territoires/{cast.territory().public_id}/maturite"
    address, anne = f"{page}/{framework_id(session)}/7.2.2", as_("Anne")
    why = (
        "1\u00a0rencontre tenue dans l’année, soit 25\u202f% du critère "
        "(il en faut 1 pour 25\u202f%, 2 pour 75\u202f%)."
    )
    assert why in anne.get(page).text and "Le plan propose\u00a0: détaillé" in anne.get(page).text
    shown = anne.get(address).text
    assert why in shown and 'name="done" type="number" value="25"' in shown
    anne.post(f"{address}/accepter", data={"annee": "2026"})
    assert rows(session) == [("7.2.2", CriterionStatus.DETAILED, None, 1)]
    assert session.scalars(select(Criterion.fractions)).one() == ["0.25", "0", "0.75"]
    # confirmed as it is, nothing is left to confirm, and no word is wanted for the same again
    assert "Le plan propose" not in anne.get(page).text
    again = {"status": "detailed", "done": "25", "planned": "0", "version": "1"}
    assert anne.post(address, data=again).status_code == 303
    more = anne.post(address, data={**again, "done": "60", "version": "2"})
    assert (more.status_code, "n’en dit pas autant" in more.text) == (422, True)


def hold(session: Session, cast: Cast) -> None:
    """One meeting of the year, held."""
    meeting = planned(session, cast)
    hold_meeting(meeting, now=meeting.starts_at)
    session.commit()


def test_data_that_contradict_the_proofs_are_told_and_no_click_decides(
    as_: As, page: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, "7.2.2")
    cast.project().stage = "operational"
    session.commit()
    anne, address = as_("Anne"), f"{page}/{framework_id(session)}/7.2.2"
    session.rollback()
    both = (
        "Les données disent «\u00a0pas fait\u00a0»",
        "Les preuves reliées disent «\u00a0réalisé\u00a0»\u00a0: 1\u00a0preuve faite.",
    )
    for shown in (anne.get(page).text, anne.get(address).text):
        assert "À trancher" in shown and all(words in shown for words in both)
    assert f'action="{address}/accepter"' not in anne.get(page).text
    for shown in (as_("Henri").get(page).text, as_("Henri").get(address).text):
        assert "À trancher" not in shown
    answer = anne.post(f"{address}/accepter", data={"annee": "2026"})
    assert "Le plan ne propose rien ici" in anne.get(answer.headers["Location"]).text
    assert rows(session) == []
    refused = anne.post(address, data={"status": "not_done"})
    assert "données et preuves se contredisent" in refused.text
    anne.post(address, data={"status": "not_done", "comment": "Le contrat est échu"})
    shown = anne.get(page).text
    assert "À trancher" not in shown
    assert rows(session) == [("7.2.2", CriterionStatus.NOT_DONE, "Le contrat est échu", 1)]


def test_data_that_fall_short_of_what_is_confirmed_leave_her_word_as_it_is(
    as_: As, page: str, session: Session
) -> None:
    anne, address = as_("Anne"), f"{page}/{framework_id(session)}/7.2.2"
    session.rollback()
    anne.post(address, data={"status": "done", "comment": "Deux contrats hors du plan"})
    for shown in (anne.get(page).text, anne.get(address).text):
        assert "À trancher" in shown and "Ce qui est confirmé reste" in shown
    anne.post(f"{address}/accepter", data={"annee": "2026"})
    said = [("7.2.2", CriterionStatus.DONE, "Deux contrats hors du plan", 1)]
    assert rows(session) == said
    # what the plan says needs no explanation; hers stands in the form until she takes it away
    assert "Deux contrats hors du plan</textarea>" in anne.get(address).text


def test_what_was_said_so_far_stands_beside_a_proposal_that_says_more(
    as_: As, page: str, criterion: str, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    anne.post(criterion, data={"status": "not_done", "comment": "Le conseil a refusé"})
    session.rollback()
    prove(session, cast)
    cast.project().stage = "operational"
    session.commit()
    assert "Dit jusqu’ici\u00a0: «\u00a0Le conseil a refusé\u00a0»" in anne.get(page).text


def test_a_person_overrides_the_plan_with_a_word_of_explanation(
    as_: As, criterion: str, session: Session
) -> None:
    anne = as_("Anne")
    refused = anne.post(criterion, data={"status": "done"})
    assert refused.status_code == 422
    assert "Dites en quelques mots pourquoi" in refused.text
    assert rows(session) == []
    taken = anne.post(criterion, data={"status": "done", "comment": "Votée hors du plan"})
    assert taken.status_code == 303
    assert rows(session) == [("7.1", CriterionStatus.DONE, "Votée hors du plan", 1)]
    shown = anne.get(criterion).text
    assert "par Anne Vasseur" in shown
    assert "Votée hors du plan" in shown


def test_detailed_is_asked_in_percent_and_kept_exactly(
    as_: As, criterion: str, session: Session
) -> None:
    data = {"status": "detailed", "done": "30", "planned": "20", "comment": "Trois sur dix"}
    part = as_("Anne").post(criterion, data=data, headers=PART)
    assert part.status_code == 200 and 'id="criterion"' in part.text
    session.rollback()
    assert session.scalars(select(Criterion.fractions)).one() == ["0.3", "0.2", "0.5"]
    too_much = as_("Anne").post(criterion, data={**data, "planned": "80", "version": "1"})
    assert too_much.status_code == 422
    assert "de 0 à 100\u202f% en tout" in too_much.text


def test_a_criterion_is_set_aside_with_a_reason(
    as_: As, criterion: str, page: str, session: Session
) -> None:
    anne = as_("Anne")
    data = {"status": "unset", "not_concerned": "y"}
    assert anne.post(criterion, data=data).status_code == 422
    assert anne.post(criterion, data={**data, "comment": "Pas d’industrie"}).status_code == 303
    assert "Non concerné" in anne.get(page).text


def test_two_people_who_confirm_at_once_both_read_both(
    as_: As, criterion: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(criterion, data={"status": "not_done", "comment": "Pas encore"})
    late = anne.post(criterion, data={"status": "done", "comment": "Mais si, votée"})
    assert late.status_code == 409
    assert "Pas encore" in late.text and "Mais si, votée" in late.text
    assert 'name="version" type="hidden" value="1"' in late.text
    assert rows(session) == [("7.1", CriterionStatus.NOT_DONE, "Pas encore", 1)]


def test_a_step_is_linked_removed_and_brought_back(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    anne, project, step = as_("Anne"), cast.project().public_id, cast.step().public_id
    offered = anne.get(f"{criterion}?project={project}", headers=PART).text
    assert f'<option value="step {step}">Peser les invendus</option>' in offered
    data = {"project": project, "part": f"step {step}", "note": "Relevé signé"}
    linked = anne.post(f"{criterion}/preuves", data=data, headers=PART).text
    assert "La preuve est reliée." in linked and "Relevé signé" in linked
    assert "déjà reliée" in anne.post(f"{criterion}/preuves", data=data, headers=PART).text
    session.rollback()
    proof = session.scalars(select(Evidence)).one().public_id
    removed = anne.post(f"/preuves/{proof}/retirer", headers=PART).text
    assert "La remettre" in removed and "Relevé signé" not in removed
    plain = anne.post(f"/preuves/{proof}/retirer")
    assert f"retiree={proof}" in plain.headers["Location"]
    assert "La remettre" in anne.get(plain.headers["Location"]).text
    assert "Relevé signé" in anne.post(f"/preuves/{proof}/remettre", headers=PART).text


def test_a_project_of_another_territory_cannot_be_linked(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    other = cast.project("Sciure pour la chaufferie").public_id
    assert as_("Anne").post(f"{criterion}/preuves", data={"project": other}).status_code == 422
    assert "Chiffrer le transport" not in as_("Anne").get(f"{criterion}?project={other}").text
    assert session.scalars(select(Evidence)).all() == []


def test_a_criterion_tells_what_it_asks_and_which_proofs_it_expects(
    as_: As, criterion: str
) -> None:
    shown = as_("Henri").get(criterion).text
    assert "Une feuille de route." in shown
    assert "La feuille de route votée." in shown
    assert '<form class="form"' not in shown


def test_a_year_is_frozen_and_then_only_read(
    as_: As, page: str, criterion: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(f"{page}/{framework_id(session)}/figer", data={"annee": "2026"})
    shown = anne.get(page).text
    assert "Année figée le 7\u00a0avril 2026" in shown
    data = {"status": "done", "comment": "Trop tard", "annee": "2026"}
    late = anne.post(criterion, data=data)
    assert "Cette année est figée" in late.text
    assert rows(session) == []


def test_the_next_year_begins_with_this_one_and_is_compared_with_it(
    as_: As, page: str, opened: Assessment, session: Session
) -> None:
    confirm_status(
        session,
        opened,
        ref="7.1",
        status=CriterionStatus.DONE,
        person_id=None,
        now=NOW,
        seen_version=None,
    )
    session.commit()
    anne, base = as_("Anne"), f"{page}/{framework_id(session)}"
    before = anne.get(f"{page}?annee=2027").text
    assert "L’année 2027 n’est pas encore ouverte" in before
    assert "confirmé en 2026" in before
    answer = anne.post(f"{base}/ouvrir", data={"annee": "2027"})
    assert answer.headers["Location"].endswith("annee=2027")
    shown = anne.get(f"{page}?annee=2027").text
    assert "40\u202f% en 2026" in shown
    assert "niveau 1 en 2026" in shown


@pytest.mark.parametrize("year", ["19", "20x6", "1850", "2026.0", "٢٠٢٦"])
def test_a_year_that_is_none_is_not_found(as_: As, page: str, year: str) -> None:
    assert as_("Anne").get(page, query_string={"annee": year}).status_code == 404


def test_a_criterion_or_framework_that_is_none_is_not_found(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    assert anne.get(f"{page}/{framework_id(session)}/9.9").status_code == 404
    assert anne.get(f"{page}/nowhere/7.1").status_code == 404


def test_a_territory_that_measures_nothing_yet_is_offered_what_there_is(
    as_: As, on_tuesday: None, session: Session, cast: Cast
) -> None:
    page = f"/territoires/{cast.territory().public_id}/maturite"
    assert "ne se mesure encore à aucun référentiel" in as_("Anne").get(page).text
    session.rollback()
    import_ladder(session)
    assert "Ouvrir 2026" in as_("Anne").get(page).text
    assert "Ouvrir 2026" not in as_("Henri").get(page).text
    as_("Anne").post(f"{page}/{framework_id(session)}/ouvrir", data={})
    assert "0\u202f%" in as_("Henri").get(page).text.replace("&#8239;", "\u202f")


def test_a_project_says_what_it_proves_and_is_linked_from_there(
    as_: As, opened: Assessment, session: Session, cast: Cast
) -> None:
    anne, address = as_("Anne"), f"/projets/{cast.project().public_id}/maturite"
    assert f'hx-get="{address}"' in anne.get(f"/projets/{cast.project().public_id}").text
    assert "ne prouve encore aucun critère" in anne.get(address).text
    part = anne.post(address, data={"criterion": f"{KEY} 7.2.1"}, headers=PART).text
    assert "7.2.1 – Chercher</a>" in part and "désormais relié" in part
    wrong = anne.post(address, data={"criterion": "nowhere"}, headers=PART).text
    assert "pas dans ce référentiel" in wrong
    assert as_("Lucie").get(address).status_code == 403
    assert as_("Paul").get(address).status_code == 404


def test_who_follows_finds_maturity_in_the_navigation(as_: As, page: str, cast: Cast) -> None:
    link = f'href="{page}"'
    assert link in as_("Henri").get("/mes-etapes").text
    assert link not in as_("Lucie").get("/mes-etapes").text


@pytest.mark.parametrize("proofs", [1, 3])
def test_the_page_runs_thirteen_queries_whatever_proves_it(
    as_: As, page: str, session: Session, cast: Cast, queries: QueryCount, proofs: int
) -> None:
    for step in cast.project().steps[:proofs]:
        prove(session, cast, subject=step)
    anne = as_("Anne")
    queries.reset()
    anne.get(page)
    assert len(queries) <= 13, queries.statements
