"""The pages of an import: nothing is written before the preview, and all is taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.imports.models import Import, RememberedColumns
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import ProjectState
from app.plans.models import Project, Step
from app.sheets.reading import read_file
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.imports.samples import line, pasted
from tests.sheets.samples import xlsx_of

As = Callable[[str], FlaskClient]
PART = {"HX-Request-Type": "partial"}


@pytest.fixture
def engine_name() -> str:
    """What the pages say does not hang on the engine."""
    return "sqlite"


def paste(client: FlaskClient, cast: Cast, text: str) -> str:
    """The address of the preview."""
    answer = client.post(f"/plans/{cast.plan().public_id}/importer", data={"pasted": text})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def lead(cast: Cast) -> dict[str, str]:
    return {"lead": str(cast.organisation("CC du Val d’Aubrive").id)}


def number_of(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_pasted_table_is_shown_before_anything_is_written(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, before = as_("Anne"), number_of(session, Project)
    where = paste(anne, cast, pasted(line(action="Réemploi", end="31/02/2027")))
    page = anne.get(where).text
    assert "Colonne AB, Date de fin" in page
    assert "Il faut une date, par exemple 17/04/2027" in page
    assert 'value="31/02/2027"' in page
    assert number_of(session, Project) == before


def test_a_cell_is_corrected_in_place_and_the_row_comes_in(
    as_: As, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Réemploi", end="31/02/2027")))
    typed = {"place": "0:1", "verb": "correct", "cell-0-1-27": "28/02/2027"}
    part = anne.post(f"{where}/lignes", data=typed, headers=PART).text
    assert part.lstrip().startswith('<div class="stack" id="preview"')
    assert "Il faut une date" not in part
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    assert str(cast.project("Réemploi").ends_on) == "2027-02-28"


def test_names_wait_for_a_word_and_the_word_is_kept(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Réemploi", lead="CCI + Vallon (M. X)")))
    page = anne.get(where).text
    assert "dans la cellule «\u00a0CCI + Vallon (M. X)\u00a0»" in page
    before = number_of(session, Project)
    refused = anne.post(f"{where}/appliquer", data=lead(cast), follow_redirects=True).text
    assert "Confirmez d’abord les noms" in refused
    assert number_of(session, Project) == before
    cci = cast.organisation("CCI des Deux Rives").id
    said = {"name-cci": f"known:{cci}", "name-vallon": "new:company", "name-m x vallon": "person"}
    anne.post(f"{where}/noms", data=said)
    assert "Noms à confirmer" not in anne.get(where).text
    done = anne.post(f"{where}/appliquer", data=lead(cast), follow_redirects=True).text
    assert "Tout annuler" in done
    session.rollback()
    names = [one.organisation.name for one in cast.project("Réemploi").partners]
    assert names == ["CCI des Deux Rives", "Vallon"]


def test_a_row_is_left_aside_and_taken_in_again(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Réemploi"), line(action="Chaleur")))
    page = anne.post(
        f"{where}/lignes", data={"place": "0:2", "verb": "leave"}, follow_redirects=True
    ).text
    assert "Lignes laissées de côté" in page
    assert "<strong>Chaleur</strong>" not in page
    page = anne.post(
        f"{where}/lignes", data={"place": "0:2", "verb": "keep"}, follow_redirects=True
    ).text
    assert "<strong>Chaleur</strong>" in page


def test_columns_are_named_by_hand_and_remembered(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    text = "Quoi\tQui fait\tPour quand\nPeser\tLe Fournil\t17/04/2027\n"
    where = paste(anne, cast, text)
    assert "Aucune ligne reconnue" in anne.get(where).text
    anne.post(f"{where}/colonnes", data={"table": "0", "kind": "tracker"})
    fields = {"column-0": "action", "column-1": "lead", "column-2": "end"}
    page = anne.post(
        f"{where}/colonnes", data={"table": "0", "kind": "tracker", **fields}, follow_redirects=True
    ).text
    assert "<strong>Peser</strong>" in page
    twice = {"column-0": "action", "column-1": "action"}
    page = anne.post(
        f"{where}/colonnes", data={"table": "0", "kind": "tracker", **twice}, follow_redirects=True
    ).text
    assert "Deux colonnes disent la même chose" in page
    anne.post(f"{where}/appliquer", data=lead(cast))
    assert number_of(session, RememberedColumns) == 1
    assert (
        "<strong>Trier</strong>" in anne.get(paste(anne, cast, text.replace("Peser", "Trier"))).text
    )


def test_one_click_takes_everything_back(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    before = number_of(session, Project), number_of(session, Step)
    where = paste(anne, cast, pasted(line(action="Réemploi", step="Peser", lead="Le Fournil")))
    anne.post(f"{where}/appliquer", data=lead(cast))
    assert number_of(session, Step) == before[1] + 1
    page = anne.post(f"{where}/annuler", follow_redirects=True).text
    assert "Ce qu’il avait créé a disparu" in page
    assert (number_of(session, Project), number_of(session, Step)) == before
    again = anne.post(f"{where}/annuler", follow_redirects=True).text
    assert "il n’y a rien à annuler" in again


def test_a_workbook_with_contacts_brings_both(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    contacts = [
        ["Nom", "Fonction", "Téléphone", "Courriel", "Entreprise"],
        ["Zoé Lambert", "Gérante", "03 53 01 02 03", "zoe@example.org", "Le Fournil"],
        ["Ali Benz", "", "", "pas une adresse", "Le Fournil"],
        ["Lucie Perrin", "", "", "lucie@example.org", "Atelier Bois"],
        ["Zoé Bis", "", "", "Zoe@example.org", "Le Fournil"],
    ]
    rows = [pasted().split("\t"), line(action="Réemploi", lead="Le Fournil")]
    data = xlsx_of({"Suivi": rows, "Contacts": contacts})
    sent = {"file": (io.BytesIO(data), "suivi.xlsx")}
    answer = anne.post(f"/plans/{cast.plan().public_id}/importer", data=sent)
    where = answer.headers["Location"]
    page = anne.get(where).text
    assert "Il faut une adresse électronique" in page
    assert "cette personne est à inviter" in page
    assert "celle-ci est déjà donnée plus haut" in page
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    zoe = cast.person("Zoé")
    assert (zoe.email, zoe.phone) == ("zoe@example.org", "03 53 01 02 03")
    assert cast.person("Ali").email is None


def test_an_address_lets_nobody_into_an_organisation_of_another_territory(
    as_: As, session: Session, cast: Cast
) -> None:
    """A place with an address is a way in, and the chamber reads what lies in both territories."""
    anne = as_("Anne")
    text = "Nom\tCourriel\tEntreprise\nZoé Lambert\tzoe@example.org\tCCI des Deux Rives"
    where = paste(anne, cast, text)
    assert "CCI des Deux Rives appartient aussi à un autre territoire" in anne.get(where).text
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    assert cast.person("Zoé").email is None
    assert session.scalars(select(Person).where(Person.email == "zoe@example.org")).all() == []


def test_the_page_of_organisations_leads_to_the_same_import(as_: As, cast: Cast) -> None:
    anne, here = as_("Anne"), f"/territoires/{cast.territory().public_id}"
    assert f"{here}/importer" in anne.get(f"{here}/organisations").text
    answer = anne.get(f"{here}/importer")
    assert answer.headers["Location"] == f"/plans/{cast.plan().public_id}/importer"


def test_what_is_no_table_is_told_in_a_sentence(as_: As, cast: Cast) -> None:
    sent = {"file": (io.BytesIO(b"%PDF-1.7"), "plan.pdf")}
    answer = as_("Anne").post(f"/plans/{cast.plan().public_id}/importer", data=sent)
    assert answer.status_code == 422
    assert "Ce fichier n’est pas un tableau" in answer.text


def test_the_plan_goes_out_as_a_workbook(as_: As, cast: Cast) -> None:
    answer = as_("Anne").get(f"/plans/{cast.plan().public_id}/exporter")
    [sheet] = read_file("x.xlsx", answer.data)
    assert sheet.rows[0][3] == "Titre de l'action"
    assert "Invendus du Fournil" in {row[3] for row in sheet.rows}


def test_the_preview_of_a_long_table_takes_as_many_statements(
    as_: As, cast: Cast, queries: list[str]
) -> None:
    anne = as_("Anne")
    short, long = (
        paste(anne, cast, pasted(*(line(action=f"A{n}", step="S") for n in range(count))))
        for count in (1, 30)
    )
    counts = []
    for where in (short, long):
        queries.reset()  # type: ignore[attr-defined]
        anne.get(where)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_empty_plan_offers_the_import_first(as_: As, session: Session, cast: Cast) -> None:
    plan = as_("Anne").get(f"/territoires/{cast.territory().public_id}/plan").text
    assert re.search(r"/plans/\w+/importer", plan)
    other = as_("Karim").get(f"/territoires/{cast.territory().public_id}/plan").text
    assert "importer" not in other
    assert number_of(session, Import) == 0


def test_the_sample_shows_a_preview_in_two_clicks(as_: As, session: Session, cast: Cast) -> None:
    anne, here = as_("Anne"), f"/plans/{cast.plan().public_id}/importer"
    before = number_of(session, Project)
    assert 'name="exemple" value="1"' in anne.get(here).text
    where = anne.post(here, data={"exemple": "1"}).headers["Location"]
    page = anne.get(where).text
    for told in ("Menuiserie des Tilleuls", "Mme Bertin", "31/02/2028", "Compostage des marcs"):
        assert told in page
    assert "Ligne sans titre" not in page
    assert number_of(session, Project) == before


def test_the_sample_can_be_looked_at_in_a_spreadsheet(as_: As, cast: Cast) -> None:
    here = f"/plans/{cast.plan().public_id}/importer"
    data = as_("Anne").get(f"{here}/exemple").data
    [sheet] = read_file("exemple.csv", data)
    assert sheet.rows[3][1] == "Titre de l’action"
    assert {len(row) for row in sheet.rows} == {13}


def test_a_new_row_says_what_it_brings(as_: As, cast: Cast) -> None:
    rows = line(action="Réemploi", lead="Le Fournil", end="17/04/2027", budget="12 000,50 €")
    page = as_("Anne").get(paste(as_("Anne"), cast, pasted(rows))).text
    for told in ("Structure pilote\u00a0: Le Fournil", "Date de fin\u00a0: 17\u00a0avril 2027"):
        assert told in page
    assert "12\u202f000,50\u00a0€" in page


def test_a_cell_of_a_second_sheet_is_corrected_where_it_stands(
    as_: As, session: Session, cast: Cast
) -> None:
    """The same action on two sheets is one row of the preview; each cell keeps its own place."""
    anne, head = as_("Anne"), ["Action", "Date de fin"]
    data = xlsx_of({"Plan": [head, ["Réemploi", "17/04/2027"]],
                    "Copie": [head, ["Réemploi", "31/02/2027"]]})  # fmt: skip
    sent = {"file": (io.BytesIO(data), "plan.xlsx")}
    here = f"/plans/{cast.plan().public_id}/importer"
    where = anne.post(here, data=sent).headers["Location"]
    page = anne.get(where).text
    assert "Copie, ligne 2" in page
    [name] = re.findall(r'name="(cell-[0-9-]+)"', page)
    assert name == "cell-1-1-1"
    form = {"place": "0:1", "verb": "correct", name: "17/04/2027"}
    assert "Il faut une date" not in anne.post(f"{where}/lignes", data=form, headers=PART).text


def test_a_table_without_headings_keeps_its_first_row(
    as_: As, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, "Compost\tLe Fournil\nBroyeur\tAtelier Bois")
    page = anne.get(where).text
    assert "la première ligne compte aussi" in page
    assert "appliquer" not in page
    columns = {"table": "0", "kind": "tracker", "column-0": "action", "column-1": "lead"}
    anne.post(f"{where}/colonnes", data=columns)
    anne.post(f"{where}/colonnes", data=columns | {"headless": "1"})
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    titles = session.scalars(select(Project.title).order_by(Project.id)).all()
    assert titles[-2:] == ["Compost", "Broyeur"]


def test_a_list_of_contacts_asks_for_nobody_to_carry_it(
    as_: As, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, "Nom\tCourriel\tEntreprise\nZoé Lambert\t\tLe Fournil")
    assert 'name="lead"' not in anne.get(where).text
    assert "Import fait" in anne.post(f"{where}/appliquer", follow_redirects=True).text
    session.rollback()
    assert cast.person("Zoé").name == "Zoé Lambert"


def test_a_row_of_a_closed_action_says_so_and_offers_nothing(
    as_: As, session: Session, cast: Cast
) -> None:
    project = cast.project()
    acting(session, None, Via.COMMAND, NOW)
    project.state = ProjectState.CLOSED
    session.commit()
    rows = (
        line(action=project.title, description="Du tableau", end="31/02/2027"),
        line(action=project.title, step="Une étape de plus", lead="Le Fournil"),
    )
    anne = as_("Anne")
    page = anne.get(paste(anne, cast, pasted(*rows))).text
    assert page.count("action close\u00a0: laissée telle quelle") == 2
    assert "Ne pas importer" not in page
    assert "Il faut une date" not in page


def test_a_further_step_is_written_with_one_look_at_the_list_that_it_joins(
    as_: As, cast: Cast, queries: QueryCount
) -> None:
    anne, looks = as_("Anne"), []
    for count in (2, 22):
        lines = (
            line(action=f"A{count}", step=f"S{n}", lead="Le Fournil (M. Oudot)", person="M. Oudot",
                 governance="COPIL", end="T2")
            for n in range(count)
        )  # fmt: skip
        where = paste(anne, cast, pasted(*lines))
        anne.post(f"{where}/noms", data={"name-m oudot le fournil": "person"})
        queries.reset()
        assert "Location" in anne.post(f"{where}/appliquer", data=lead(cast)).headers
        looks.append(sum(one.startswith("SELECT") for one in queries.statements))
    assert looks[1] - looks[0] <= 20


def test_names_of_ended_actions_hold_nothing_up(as_: As, session: Session, cast: Cast) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Ancienne", lead="Vallon", status="Réalisé")))
    page = anne.get(where).text
    assert "Noms à confirmer" not in page
    assert "Noms cités par des actions terminées seulement" in page
    assert '<option value="" selected>Laisser le texte tel quel</option>' in page
    anne.post(f"{where}/noms", data={"name-vallon": ""})
    assert "Laisser le texte tel quel" in anne.get(where).text
    anne.post(f"{where}/noms", data={"name-vallon": "new:company"})
    assert "Laisser le texte tel quel" not in anne.get(where).text
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    assert [one.organisation.name for one in cast.project("Ancienne").partners] == ["Vallon"]


def test_a_long_import_says_how_much_it_writes_and_for_how_long(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    page = anne.get(paste(anne, cast, pasted(*(line(action=f"A{n}") for n in range(301))))).text
    assert "301 lignes à écrire\u00a0: environ 2 secondes." in page
    assert 'data-seconds="2"' in page
    short = anne.get(paste(anne, cast, pasted(line(action="A")))).text
    assert "lignes à écrire" not in short
    assert 'data-seconds="1"' in short


def test_a_second_tap_says_that_nothing_was_written_twice(
    as_: As, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Réemploi")))
    anne.post(f"{where}/appliquer", data=lead(cast))
    written = number_of(session, Project)
    page = anne.post(f"{where}/appliquer", data=lead(cast), follow_redirects=True).text
    assert "rien n’a été écrit deux fois" in page
    assert number_of(session, Project) == written
