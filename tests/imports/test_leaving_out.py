"""« Ne pas importer » leaves out what was chosen, wherever it stands, and nothing else."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.models import Project, Step
from tests.cast import Cast
from tests.imports.samples import line, pasted
from tests.imports.test_pages import lead, paste
from tests.sheets.samples import xlsx_of

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """What a preview leaves out does not hang on the engine."""
    return "sqlite"


def two_sheets(client: FlaskClient, cast: Cast) -> str:
    head = ["Action", "Descriptif"]
    data = xlsx_of({"Plan": [head, ["Réemploi", "Caisses"], ["Chaleur", ""]],
                    "Copie": [head, ["Réemploi", "Bouteilles"]]})  # fmt: skip
    sent = {"file": (io.BytesIO(data), "plan.xlsx")}
    answer = client.post(f"/plans/{cast.plan().public_id}/importer", data=sent)
    return str(answer.headers["Location"])


def offers(page: str) -> dict[str, tuple[str, str]]:
    """{title: (the places that the button leaves out, what it says)}."""
    found = {}
    for row in page.split('<div class="lines__main">')[1:]:
        title = re.search(r"<strong>(.*?)</strong>", row)
        place = re.search(r'name="place" value="([^"]*)"><input type="hidden" name="key"', row)
        said = re.search(r'value="leave">(.*?)<span', row)
        if title and place and said:
            found[html.unescape(title[1])] = (place[1], html.unescape(said[1]).strip())
    return found


def choose(client: FlaskClient, where: str, place: str, verb: str = "leave") -> str:
    form = {"place": place, "verb": verb}
    return client.post(f"{where}/lignes", data=form, follow_redirects=True).text


def test_an_action_of_two_sheets_is_left_out_of_both(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    where = two_sheets(anne, cast)
    page = anne.get(where).text
    assert "Plan, ligne 2 · Copie, ligne 2" in page
    assert offers(page) == {
        "Réemploi": ("0:1 1:1", "Ne pas importer"),
        "Chaleur": ("0:2", "Ne pas importer"),
    }
    page = choose(anne, where, "0:1 1:1")
    assert offers(page) == {"Chaleur": ("0:2", "Ne pas importer")}
    assert 'Réemploi <small class="soft">Plan, ligne 2 · Copie, ligne 2</small>' in page
    assert offers(choose(anne, where, "0:1 1:1", "keep")).keys() == {"Réemploi", "Chaleur"}


def test_a_new_action_is_left_out_with_its_steps_and_says_so(
    as_: As, session: Session, cast: Cast
) -> None:
    anne = as_("Anne")
    rows = (
        line(action="Réemploi"),
        line(action="Chaleur"),
        line(step="Mesurer"),
        line(step="Brancher"),
        line(action="Broyat", step="Trier"),
    )
    where = paste(anne, cast, pasted(*rows))
    told = offers(anne.get(where).text)
    assert told["Chaleur"] == ("0:2 0:3 0:4", "Ne pas importer, ni ses 2 étapes")
    assert told["Broyat"] == ("0:5", "Ne pas importer, ni son étape")
    assert told["Mesurer"] == ("0:3", "Ne pas importer")
    page = choose(anne, where, "0:2 0:3 0:4")
    assert 'Chaleur <small class="soft">Tableau collé, lignes 3, 4, 5</small>' in page
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    made = session.scalars(select(Project.title).where(Project.title.in_(_TITLES))).all()
    assert sorted(made) == ["Broyat", "Réemploi"]
    assert cast.project("Réemploi").steps == []


_TITLES = ("Réemploi", "Chaleur", "Broyat")


def test_the_row_of_a_known_action_is_left_out_without_its_steps(
    as_: As, session: Session, cast: Cast
) -> None:
    """They stay its own, though the action is named in the row above them alone."""
    anne, known = as_("Anne"), cast.project()
    rows = (
        line(action="Réemploi"),
        line(action=known.title, description="Du tableau"),
        line(step="Une étape de plus", lead="Le Fournil"),
    )
    where = paste(anne, cast, pasted(*rows))
    assert offers(anne.get(where).text)[known.title] == ("0:2", "Ne pas importer")
    choose(anne, where, "0:2")
    anne.post(f"{where}/appliquer", data=lead(cast))
    session.rollback()
    step = session.scalars(select(Step).where(Step.title == "Une étape de plus")).one()
    assert step.project_id == known.id
    session.refresh(known)
    assert known.description == ""


@pytest.mark.parametrize("place", ["", "0:1 ", "0:1 9:1", "0:1 0:99", "0:1,0:2", "x"])
def test_a_place_that_is_none_is_refused(as_: As, cast: Cast, place: str) -> None:
    anne = as_("Anne")
    where = paste(anne, cast, pasted(line(action="Réemploi")))
    form = {"place": place, "verb": "leave"}
    wanted = 303 if place == "0:1 " else 400
    assert anne.post(f"{where}/lignes", data=form).status_code == wanted
