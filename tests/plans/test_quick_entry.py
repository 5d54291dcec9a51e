"""« Saisie rapide » on the page: lines become steps once, unknown names are asked, undo works."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, Person
from app.accounts.services.organisations import (
    ContactText,
    OrganisationText,
    add_contact,
    create_organisation,
)
from app.core import clock
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.plans.kinds import PartnerState, StepStatus
from app.plans.models import Partner, Step
from app.plans.quick_entry import UNDONE_WITHIN
from app.plans.services.projects import say
from tests.cast import BEGINNING, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
POSTER = """Solutions\tActions\tResponsabilités\tPlanning
Caisses communes\tPeser les caisses vides\tLe Fournil\t17/04/2099
\tDessiner une caisse\tAtelier Bois\t2 mai 2099
- Appeler la mairie @CCI T2
• Compter les tournées @fournils fin juin ?
3. Relire la convention (Lucie Perrin) 12/05/2099
☐ Visiter la ferme @Ferme des Aulnes 13/05/2099
Remercier la ferme @fermes des aulnes
! Première livraison – Atelier Bois 01/06/2099
Fêter cela
Écrire à contact@fournil.fr"""


def url(cast: Cast) -> str:
    return f"/projets/{cast.project().public_id}/saisie-rapide"


def send(client: FlaskClient, cast: Cast, text: str, **more: str) -> TestResponse:
    return client.post(url(cast), data={"lignes": text, "cle": "once", **more})


def made(session: Session, cast: Cast) -> list[Step]:
    """The steps that came after those of the cast, in their order."""
    session.rollback()
    session.expire_all()
    return cast.project().steps[3:]


def fields(page: str) -> dict[str, str]:
    """{kind: name of the field} of the first name that the page asks."""
    names = re.findall(r'name="((choix|connu|nom|nature|de)-[0-9a-f]{8})"', page)
    return {kind: name for name, kind in reversed(names)}


def undo(client: FlaskClient, cast: Cast) -> TestResponse:
    page = client.get(f"/projets/{cast.project().public_id}").text
    found = re.search(r'saisie-rapide/annuler" name="saisie" value="([0-9a-f]+)"', page)
    assert found
    return client.post(f"{url(cast)}/annuler", data={"saisie": found[1]}, follow_redirects=True)


def test_ten_lines_of_a_poster_are_ten_steps_with_leads_and_dates(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = as_("Anne")
    asked = send(anne, cast, POSTER)
    assert asked.status_code == 422
    assert asked.text.count("<fieldset") == 1
    assert "Ferme des Aulnes" in asked.text
    assert made(session, cast) == []
    names = fields(asked.text)
    answer = send(
        anne,
        cast,
        POSTER,
        **{
            names["choix"]: "new",
            names["nom"]: "Ferme des Aulnes",
            names["nature"]: "company",
        },
    )
    assert answer.status_code == 303
    assert [
        (step.title, step.lead_organisation.name, step.due_on or step.due_text)
        for step in made(session, cast)
    ] == [
        ("Peser les caisses vides", "Le Fournil", date(2099, 4, 17)),
        ("Dessiner une caisse", "Atelier Bois", date(2099, 5, 2)),
        ("Appeler la mairie", "CCI des Deux Rives", "T2"),
        ("Compter les tournées", "Le Fournil", "fin juin ?"),
        ("Relire la convention", "Le Fournil", date(2099, 5, 12)),
        ("Visiter la ferme", "Ferme des Aulnes", date(2099, 5, 13)),
        ("Remercier la ferme", "Ferme des Aulnes", None),
        ("Première livraison", "Atelier Bois", date(2099, 6, 1)),
        ("Fêter cela", "CC du Val d’Aubrive", None),
        ("Écrire à contact@fournil.fr", "CC du Val d’Aubrive", None),
    ]
    steps = made(session, cast)
    assert [step.is_milestone for step in steps] == [False] * 7 + [True, False, False]
    assert steps[4].lead_person is not None and steps[4].lead_person.name == "Lucie Perrin"
    assert steps[1].description == "Caisses communes"
    page = anne.get(f"/projets/{cast.project().public_id}").text
    assert "10\xa0étapes ajoutées." in page
    assert "Nouveaux partenaires" in page


def test_a_second_tap_adds_nothing_and_the_way_back_stays(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = as_("Anne")
    for _tap in range(2):
        assert send(anne, cast, "Un @Fournil\nDeux").status_code == 303
    assert len(made(session, cast)) == 2
    assert send(anne, cast, "Un @Fournil\nTrois").status_code == 303
    assert len(made(session, cast)) == 4
    undo(anne, cast)
    assert len(made(session, cast)) == 2


def test_taps_at_the_same_instant_are_one_paste(as_: As, cast: Cast, session: Session) -> None:
    clients, start = [as_("Anne") for _tap in range(4)], threading.Barrier(4)
    address, form = url(cast), {"lignes": "Un @Fournil\nDeux @Fournil", "cle": "once"}
    session.rollback()

    def tap(client: FlaskClient) -> int:
        start.wait()
        return client.post(address, data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tap, clients)) == [303] * 4
    assert [step.title for step in made(session, cast)] == ["Un", "Deux"]


def test_undone_at_once_nothing_of_the_paste_stays(as_: As, cast: Cast, session: Session) -> None:
    anne = as_("Anne")
    names = fields(send(anne, cast, "Visiter @Ferme des Aulnes demain").text)
    answers = {names["choix"]: "new", names["nom"]: "Ferme", names["nature"]: "company"}
    text = "Visiter @Ferme des Aulnes demain"
    assert send(anne, cast, text, **answers).status_code == 303
    assert len(made(session, cast)) == 1
    assert "C’est annulé." in undo(anne, cast).text
    assert made(session, cast) == []
    assert session.scalars(select(Organisation).where(Organisation.name == "Ferme")).all() == []
    partners = {partner.organisation.name for partner in cast.project().partners}
    assert "Ferme" not in partners
    # sent again from the page before, it is not taken for a second tap
    again = send(anne, cast, text, **answers)
    assert again.status_code == 409
    assert text in html.unescape(again.text)
    journal = session.scalars(select(Change).where(Change.undoes.is_not(None))).all()
    assert {change.entity for change in journal} == {"Step", "Partner", "Organisation"}


def test_what_somebody_worked_on_stays(as_: As, cast: Cast, session: Session) -> None:
    anne = as_("Anne")
    send(anne, cast, "Un @Fournil\nDeux @Fournil\nTrois @Fournil")
    one, two, _three = made(session, cast)
    anne.post(f"/etapes/{one.public_id}/statut", data={"status": "done"})
    session.rollback()
    acting(session, None, Via.COMMAND, clock.now())
    said = {"author_id": cast.person("Lucie").id, "body": "Je m’en occupe", "now": clock.now()}
    say(session, cast.project(), step_id=two.id, **said)
    session.commit()
    assert "Une partie reste" in undo(anne, cast).text
    assert [(step.title, step.status) for step in made(session, cast)] == [
        ("Un", StepStatus.DONE),
        ("Deux", StepStatus.TODO),
    ]


def test_only_its_author_takes_it_back_and_only_while_it_is_fresh(
    as_: As, cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(as_("Anne"), cast, "Un @Fournil")
    paste = session.scalars(select(Change.batch).order_by(Change.id.desc()).limit(1)).one()
    answer = as_("Karim").post(f"{url(cast)}/annuler", data={"saisie": paste})
    assert answer.status_code == 303
    assert len(made(session, cast)) == 1
    later = clock.now() + UNDONE_WITHIN + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    as_("Anne").post(f"{url(cast)}/annuler", data={"saisie": paste})
    assert len(made(session, cast)) == 1
    session.rollback()
    elsewhere = cast.project("Piste confidentielle").public_id
    as_("Anne").post(f"/projets/{elsewhere}/saisie-rapide/annuler", data={"saisie": paste})
    assert len(made(session, cast)) == 1


def test_nothing_typed_is_lost_when_a_line_cannot_be_a_step(
    as_: As, cast: Cast, session: Session
) -> None:
    text = "Peser @Fournil\n@CCI 17/04\n" + "x" * 201
    answer = send(as_("Anne"), cast, text)
    assert answer.status_code == 422
    assert "Ligne 2\xa0: dites ce qu’il y a à faire." in answer.text
    assert "Ligne 3\xa0: 201 caractères" in answer.text
    assert text in html.unescape(answer.text)
    assert made(session, cast) == []
    assert send(as_("Anne"), cast, "x" * 20_001).status_code == 422
    assert "Écrivez au moins une ligne" in send(as_("Anne"), cast, " \n").text


def test_a_name_can_be_known_a_new_person_or_part_of_the_title(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = as_("Anne")
    fournil = cast.organisation("Le Fournil")
    for text, choice, expected in (
        ("Un @Perrin Frères", "known", ("Un", "Le Fournil", None)),
        ("Deux (Mme Schmitt)", "person", ("Deux", "Le Fournil", "Rose Schmitt")),
        (
            "Trois @Maison Rose",
            "title",
            ("Trois – Maison Rose", "CC du Val d’Aubrive", None),
        ),
    ):
        names = fields(send(anne, cast, text).text)
        answers = {
            names["choix"]: choice,
            names["connu"]: str(fournil.id),
            names["nom"]: "Rose Schmitt",
            names["de"]: str(fournil.id),
        }
        assert send(anne, cast, text, **answers).status_code == 303
        step = made(session, cast)[-1]
        person = step.lead_person.name if step.lead_person else None
        assert (step.title, step.lead_organisation.name, person) == expected
    # she is known from now on
    assert send(anne, cast, "Quatre @Schmitt").status_code == 303
    person = made(session, cast)[-1].lead_person
    assert person is not None and person.email is None


@pytest.mark.parametrize(
    ("choice", "more", "said"),
    [
        ("known", {"connu": "999999"}, "Choisissez qui c’est dans la liste."),
        ("new", {"nom": "", "nature": "company"}, "Donnez un nom"),
        ("new", {"nom": "Ferme", "nature": "castle"}, "Choisissez une autre réponse."),
        ("person", {"nom": "Rose", "de": ""}, "Choisissez l’organisation"),
    ],
)
def test_half_an_answer_is_asked_again_with_what_was_chosen(
    as_: As, cast: Cast, session: Session, choice: str, more: dict[str, str], said: str
) -> None:
    anne, text = as_("Anne"), "Visiter @Ferme des Aulnes"
    names = fields(send(anne, cast, text).text)
    answers = {names[kind]: value for kind, value in more.items()}
    answer = send(anne, cast, text, **{names["choix"]: choice, **answers})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{choice}" checked' in answer.text
    assert made(session, cast) == []


def test_who_may_not_add_organisations_names_a_known_one_or_leaves_it_in_the_title(
    as_: As, cast: Cast, session: Session
) -> None:
    karim, text = as_("Karim"), "Visiter @Ferme des Aulnes"
    page = send(karim, cast, text).text
    assert "Une nouvelle organisation" not in page
    names = fields(page)
    forged = {names["choix"]: "new", f"nom-{names['choix'][6:]}": "Ferme"}
    assert send(karim, cast, text, **forged).status_code == 422
    atelier = {names["choix"]: "person", "nom-" + names["choix"][6:]: "X"}
    place = {f"de-{names['choix'][6:]}": str(cast.organisation("Atelier Bois").id)}
    assert send(karim, cast, text, **atelier, **place).status_code == 422
    assert send(karim, cast, text, **{names["choix"]: "title"}).status_code == 303
    assert made(session, cast)[-1].title == "Visiter – Ferme des Aulnes"
    session.rollback()
    assert session.scalars(select(Person).where(Person.name == "X")).all() == []


def test_the_preview_says_what_each_line_becomes_and_writes_nothing(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    anne, address = as_("Anne"), f"{url(cast)}/apercu"
    queries.reset()
    answer = anne.post(address, data={"lignes": POSTER}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.count("<li") == 10
    assert "17\xa0avr.\xa02099" in answer.text
    assert "fin juin\u202f?" in answer.text
    assert "Ferme des Aulnes\xa0: à préciser" in answer.text
    assert not [s for s in queries.statements if s.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(queries) == 4, queries.statements
    assert made(session, cast) == []
    assert POSTER in html.unescape(anne.post(f"{url(cast)}/apercu", data={"lignes": POSTER}).text)


def test_a_name_of_the_project_comes_before_its_namesakes(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = as_("Anne")
    names = fields(send(anne, cast, "Un @Ferme des Aulnes").text)
    send(
        anne,
        cast,
        "Un @Ferme des Aulnes",
        **{names["choix"]: "new", names["nom"]: "Atelier Métal", names["nature"]: "company"},
    )
    session.rollback()
    metal = session.scalars(
        select(Partner).join(Partner.organisation).where(Organisation.name == "Atelier Métal")
    ).one()
    assert metal.state is PartnerState.APPROACHED
    # both ateliers are partners by now
    assert send(anne, cast, "Deux @Atelier").status_code == 422


def test_the_lines_of_a_plan_go_to_the_projects_they_name(
    as_: As, cast: Cast, session: Session
) -> None:
    anne, address = as_("Anne"), f"/plans/{cast.plan().public_id}/saisie-rapide"
    text = "Peser #invendus @Fournil\nAppeler #piste 17/04/2099\nÉcrire à la mairie"
    form = {"lignes": text, "cle": "once", "projet": ""}
    asked = anne.post(address, data=form)
    assert asked.status_code == 422
    assert "Ligne 3\xa0: choisissez son projet" in asked.text
    assert text in html.unescape(asked.text)
    form["projet"] = cast.project().public_id
    session.rollback()
    shown = anne.post(f"{address}/apercu", data=form, headers=HTMX).text
    assert shown.count("Invendus du Fournil · ") == 2
    assert shown.count("Piste confidentielle · ") == 1
    assert anne.post(address, data=form).status_code == 303
    draft = cast.project("Piste confidentielle")
    assert [step.title for step in draft.steps] == ["Appeler"]
    assert [step.title for step in made(session, cast)] == ["Peser", "Écrire à la mairie"]
    page = anne.get(f"/territoires/{cast.territory().public_id}/plan").text
    found = re.search(r'formaction="([^"]+/annuler)" name="saisie" value="([0-9a-f]+)"', page)
    assert found
    anne.post(found[1], data={"saisie": found[2]})
    assert made(session, cast) == []
    assert cast.project("Piste confidentielle").steps == []


def test_who_edits_one_project_of_a_plan_fills_that_one_alone(
    as_: As, cast: Cast, session: Session
) -> None:
    karim, address = as_("Karim"), f"/plans/{cast.plan().public_id}/saisie-rapide"
    page = karim.get(address).text
    assert "Invendus du Fournil</option>" in page
    assert "Piste confidentielle" not in page
    form = {
        "lignes": "Peser",
        "cle": "once",
        "projet": cast.project("Piste confidentielle").public_id,
    }
    assert karim.post(address, data=form).status_code == 422
    hidden = karim.post(address, data={"lignes": "Peser #piste", "cle": "once"})
    assert "aucun projet ne répond" in hidden.text


def test_dates_that_are_past_are_said(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    send(anne, cast, "Un 01/03/2026\nDeux 02/03/2026")
    page = anne.get(f"/projets/{cast.project().public_id}").text
    assert "2\xa0dates déjà passées\xa0: personne ne sera relancé" in page


def test_a_contact_that_came_with_a_paste_goes_with_it(
    as_: As, cast: Cast, session: Session
) -> None:
    anne, text = as_("Anne"), "Appeler (Mme Schmitt) demain"
    names = fields(send(anne, cast, text).text)
    answers = {names["choix"]: "person", names["nom"]: "Rose Schmitt"}
    place = {names["de"]: str(cast.organisation("Le Fournil").id)}
    assert send(anne, cast, text, **answers, **place).status_code == 303
    schmitt = select(Person).where(Person.name == "Rose Schmitt")
    session.rollback()
    assert len(session.scalars(schmitt).all()) == 1
    assert "C’est annulé." in undo(anne, cast).text
    assert made(session, cast) == []
    assert session.scalars(schmitt).all() == []


@pytest.fixture
def stranger(session: Session, cast: Cast) -> None:
    """Rose Aubin of the dairy, which is in the territory and in no project."""
    acting(session, None, Via.COMMAND, BEGINNING)
    text = OrganisationText(name="Laiterie du Val", kind=OrganisationKind.COMPANY)
    dairy = create_organisation(session, territory=cast.territory(), text=text, now=BEGINNING)
    add_contact(session, organisation=dairy, text=ContactText("Rose Aubin"),
                today=BEGINNING.date(), now=BEGINNING)  # fmt: skip
    session.commit()


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("whole_plan", [False, True])
def test_who_owns_a_project_is_offered_its_people_not_the_whole_territory(
    as_: As, cast: Cast, whole_plan: bool
) -> None:
    """An organisation beside the project stands there by its own name."""
    page = f"/plans/{cast.plan().public_id}/saisie-rapide" if whole_plan else url(cast)
    form = {"lignes": "Relire @Inconnue", "cle": "once", "projet": cast.project().public_id}
    asked = {
        name: html.unescape(as_(name).post(page, data=form).text) for name in ("Anne", "Karim")
    }
    offered = {
        name: {who for who in ("Laiterie du Val", "Rose Aubin", "Lucie Perrin") if who in text}
        for name, text in asked.items()
    }
    known = {"Laiterie du Val", "Lucie Perrin"}
    assert offered == {"Anne": known | {"Rose Aubin"}, "Karim": known}


@pytest.mark.usefixtures("stranger")
def test_a_name_that_is_not_offered_is_not_guessed_either(as_: As, cast: Cast) -> None:
    form = {"lignes": "Relire (Rose Aubin)", "cle": "once"}
    shown = {
        name: html.unescape(as_(name).post(f"{url(cast)}/apercu", data=form, headers=HTMX).text)
        for name in ("Anne", "Karim")
    }
    assert ["Laiterie du Val" in shown[name] for name in ("Anne", "Karim")] == [True, False]


@pytest.mark.usefixtures("stranger")
def test_the_form_of_a_step_offers_the_same_people(as_: As, cast: Cast) -> None:
    page = f"/etapes/{cast.step().public_id}/modifier"
    offered = {name: html.unescape(as_(name).get(page).text) for name in ("Anne", "Karim")}
    assert ["Rose Aubin" in offered[name] for name in ("Anne", "Karim")] == [True, False]
    assert all("Laiterie du Val" in text for text in offered.values())
    assert all("Lucie Perrin" in text for text in offered.values())
