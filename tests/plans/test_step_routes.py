"""Steps on the page: one row comes back, with and without htmx; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.models import Change
from app.plans.kinds import StepStatus
from app.plans.models import Step
from tests.cast import Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def step_fields(step: Step, **changed: object) -> dict[str, object]:
    return {
        "title": step.title,
        "lead_organisation_id": step.lead_organisation_id,
        "lead_person_id": step.lead_person_id or 0,
        "due_on": step.due_on.isoformat() if step.due_on else "",
        "version": step.version,
    } | changed


def test_done_by_htmx_answers_with_that_row_alone(as_: As, cast: Cast, session: Session) -> None:
    step = cast.step()
    answer = as_("Lucie").post(
        f"/etapes/{step.public_id}/statut", data={"status": "done"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer.text.count("<li") == 1
    assert f'id="step-{step.public_id}"' in answer.text
    assert "Fait" in answer.text
    assert len(answer.data) <= 3 * 1024
    session.rollback()
    session.refresh(step)
    assert step.status is StepStatus.DONE


def test_done_without_javascript_comes_back_to_the_step(as_: As, cast: Cast) -> None:
    step = cast.step()
    answer = as_("Lucie").post(f"/etapes/{step.public_id}/statut", data={"status": "done"})
    assert answer.status_code == 303
    assert answer.location == f"/projets/{cast.project().public_id}#step-{step.public_id}"


def test_done_from_my_steps_answers_with_my_row(as_: As, cast: Cast) -> None:
    step = cast.step()
    lucie = as_("Lucie")
    data, url = {"status": "done"}, f"/etapes/{step.public_id}/statut?liste=miennes"
    answer = lucie.post(url, data=data, headers=HTMX)
    assert "Invendus du Fournil" in answer.text
    assert "Rouvrir" in answer.text
    assert lucie.post(url, data=data).location == (f"/mes-etapes#step-{step.public_id}")


def test_the_journal_says_who_changed_what(as_: As, cast: Cast, session: Session) -> None:
    step = cast.step()
    as_("Lucie").post(f"/etapes/{step.public_id}/statut", data={"status": "done"})
    session.rollback()
    change = session.scalars(
        select(Change).where(Change.entity == "Step", Change.entity_id == step.id)
    ).all()[-1]
    assert change.actor_id == cast.person("Lucie").id
    assert change.fields == {"status": ["todo", "done"]}
    assert change.project_id == cast.project().id


def test_a_step_update_costs_few_queries(as_: As, cast: Cast, queries: QueryCount) -> None:
    address, lucie = f"/etapes/{cast.step().public_id}/statut", as_("Lucie")
    queries.reset()
    lucie.post(address, data={"status": "done"}, headers=HTMX)
    assert len(queries) == 4, queries.statements


def test_a_step_of_others_is_read_and_not_reported_on(as_: As, cast: Cast) -> None:
    answer = as_("Marc").post(f"/etapes/{cast.step().public_id}/statut", data={"status": "done"})
    assert answer.status_code == 403


@pytest.mark.parametrize("onlooker", ["Sylvie", "Henri", "Paul"])
def test_an_onlooker_finds_no_step(as_: As, cast: Cast, onlooker: str) -> None:
    answer = as_(onlooker).post(f"/etapes/{cast.step().public_id}/statut", data={"status": "done"})
    assert answer.status_code == 404


def test_an_unknown_status_changes_nothing(as_: As, cast: Cast) -> None:
    answer = as_("Anne").post(f"/etapes/{cast.step().public_id}/statut", data={"status": "late"})
    assert answer.status_code == 400


def test_two_people_editing_one_step_lose_no_text(as_: As, cast: Cast, session: Session) -> None:
    step = cast.step()
    address = f"/etapes/{step.public_id}/modifier"
    from_anne = step_fields(step, title="Peser chaque soir", description="Texte d’Anne")
    from_karim = step_fields(step, title="Peser le lundi", description="Texte de Karim")
    assert as_("Anne").post(address, data=from_anne).status_code == 303
    karim = as_("Karim")
    refused = karim.post(address, data=from_karim)
    assert refused.status_code == 409
    assert "Peser chaque soir" in refused.text
    assert "Texte d’Anne" in refused.text
    assert 'value="Peser le lundi"' in refused.text
    assert "Texte de Karim" in refused.text
    kept = karim.post(address, data=from_karim | {"version": step.version + 1})
    assert kept.status_code == 303
    session.rollback()
    session.refresh(step)
    assert step.title == "Peser le lundi"


def test_a_step_needs_words(as_: As, cast: Cast) -> None:
    step = cast.step()
    answer = as_("Anne").post(
        f"/etapes/{step.public_id}/modifier", data=step_fields(step, title="  ")
    )
    assert answer.status_code == 422
    assert "Dites ce qu’il y a à faire." in answer.text


def test_a_new_step_takes_its_place_at_the_end(as_: As, cast: Cast) -> None:
    project = cast.project()
    anne = as_("Anne")
    assert (
        "Organisation responsable" in anne.get(f"/projets/{project.public_id}/etapes/nouvelle").text
    )
    answer = anne.post(
        f"/projets/{project.public_id}/etapes",
        data={
            "title": "Fêter ça <script>",
            "lead_organisation_id": cast.organisation("Le Fournil").id,
            "lead_person_id": 0,
            "due_text": "fin juin ?",
        },
    )
    assert answer.status_code == 303
    page = anne.get(f"/projets/{project.public_id}").text
    assert "Fêter ça &lt;script&gt;" in page
    assert page.index("Réunir les partenaires") < page.index("Fêter ça")
    assert "fin juin\u202f?" in page


def test_a_step_is_not_given_to_an_organisation_from_elsewhere(as_: As, cast: Cast) -> None:
    project = cast.project()
    data = {"title": "Aider", "lead_organisation_id": cast.organisation("CC de la Sorne").id}
    answer = as_("Anne").post(f"/projets/{project.public_id}/etapes", data=data)
    assert answer.status_code == 422


def test_blocking_asks_what_is_in_the_way(as_: As, cast: Cast, session: Session) -> None:
    step = cast.step()
    lucie = as_("Lucie")
    assert lucie.post(f"/etapes/{step.public_id}/bloquer", data={}).status_code == 422
    data = {"barrier": "regulatory", "note": "Arrêté attendu"}
    assert lucie.post(f"/etapes/{step.public_id}/bloquer", data=data).status_code == 303
    assert "Arrêté attendu" in lucie.get(f"/projets/{cast.project().public_id}").text


def test_moving_a_step_answers_with_the_list(as_: As, cast: Cast) -> None:
    step = cast.step()
    answer = as_("Anne").post(
        f"/etapes/{step.public_id}/deplacer", data={"direction": "down"}, headers=HTMX
    )
    assert answer.text.index("Fabriquer les caisses") < answer.text.index("Peser les invendus")


def test_the_first_step_says_that_it_is_the_first(as_: As, cast: Cast) -> None:
    anne, url = as_("Anne"), f"/etapes/{cast.step().public_id}/deplacer"
    said = "Cette étape est déjà la première."
    part = anne.post(url, data={"direction": "up"}, headers=HTMX)
    assert said in part.text
    assert "Peser les invendus" in part.text
    anne.post(url, data={"direction": "up"})
    page = anne.get(f"/projets/{cast.project().public_id}").text
    assert said in page
    assert "L’ordre est changé" not in page
