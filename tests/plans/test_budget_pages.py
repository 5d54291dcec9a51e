"""« Budget et financements »: typed as people write amounts, kept where two people write."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import FundingState
from app.plans.models import Funding
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
AMOUNT = "12\u202f000,50\u00a0€"


@pytest.fixture
def engine_name() -> str:
    """What the pages say does not hang on the engine."""
    return "sqlite"


@pytest.fixture
def where(cast: Cast) -> str:
    return f"/projets/{cast.project().public_id}"


def version(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(address).text)
    assert found
    return found[1]


def line(funder: str = "ADEME", **changed: str) -> dict[str, str]:
    return {"funder": funder, "amount": "", "spent": "", "state": "expected"} | changed


def add(client: FlaskClient, where: str, **changed: str) -> None:
    answer = client.post(f"{where}/financements/nouveau", data=line(**changed))
    assert answer.status_code == 303


def kept(session: Session) -> list[Funding]:
    session.rollback()
    found = select(Funding).where(Funding.removed_at.is_(None)).order_by(Funding.rank)
    return list(session.scalars(found))


def test_amounts_are_read_as_people_write_them(as_: As, session: Session, where: str) -> None:
    anne = as_("Anne")
    add(anne, where, amount="12 000,50 €", state="granted")
    add(anne, where, funder="Région", amount="3 k€", spent="1.200,00", state="paid")
    lines = [(one.funder, one.amount_cents, one.spent_cents, one.state) for one in kept(session)]
    assert lines == [
        ("ADEME", 1_200_050, None, FundingState.GRANTED),
        ("Région", 300_000, 120_000, FundingState.PAID),
    ]
    page = anne.get(f"{where}/budget").text
    assert AMOUNT in page
    assert "inconnu sans le budget prévu" in page


def test_the_rest_to_be_found_is_told(as_: As, session: Session, cast: Cast, where: str) -> None:
    anne = as_("Anne")
    seen = version(anne, f"{where}/budget/modifier")
    budget = {"budget": "20 000 €", "version": seen}
    assert anne.post(f"{where}/budget/modifier", data=budget).status_code == 303
    session.rollback()
    assert cast.project().budget_cents == 2_000_000
    add(anne, where, amount="12 000 €")
    add(anne, where, funder="Région", amount="5 000 €", state="refused")
    assert "8\u202f000\u00a0€" in anne.get(f"{where}/budget").text
    add(anne, where, funder="Mécène")
    page = anne.get(f"{where}/budget").text
    assert "au plus 8\u202f000\u00a0€" in page
    assert "1\u00a0financement n’a pas encore de montant" in page
    add(anne, where, funder="Banque", amount="10 000 €")
    assert "Les financements dépassent le budget prévu de 2\u202f000\u00a0€" in (
        anne.get(f"{where}/budget").text
    )


def test_a_funder_of_the_territory_is_known_by_its_first_letters_typed(
    as_: As, session: Session, cast: Cast, where: str
) -> None:
    anne = as_("Anne")
    assert '<option value="Agence du Cycle">' in anne.get(f"{where}/financements/nouveau").text
    add(anne, where, funder="agence du cycle")
    [known] = kept(session)
    assert (known.funder, known.organisation_id) == (
        "Agence du Cycle",
        cast.organisation("Agence du Cycle").id,
    )


@pytest.mark.parametrize("typed", ["beaucoup", "-3", "1e99"])
def test_what_is_no_amount_is_refused_and_stays_typed(as_: As, where: str, typed: str) -> None:
    answer = as_("Anne").post(f"{where}/financements/nouveau", data=line(amount=typed))
    assert answer.status_code == 422
    assert "Écrivez un montant" in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_line_that_is_removed_comes_back(as_: As, session: Session, where: str) -> None:
    anne = as_("Anne")
    add(anne, where, amount="12 000 €", state="asked")
    [one] = kept(session)
    address = f"/financements/{one.public_id}"
    anne.post(f"{address}/retirer")
    page = anne.get(f"{where}/budget").text
    assert f'formaction="{address}/remettre"' in page
    assert kept(session) == []
    assert anne.post(f"{address}/remettre").status_code == 303
    assert [(back.funder, back.state) for back in kept(session)] == [("ADEME", FundingState.ASKED)]


def test_an_older_form_overwrites_nothing(as_: As, session: Session, where: str) -> None:
    anne = as_("Anne")
    add(anne, where)
    [one] = kept(session)
    address = f"/financements/{one.public_id}/modifier"
    seen = version(anne, address)
    assert anne.post(address, data=line(amount="1 €", version=seen)).status_code == 303
    answer = anne.post(address, data=line(amount="2 €", version=seen))
    assert answer.status_code == 409
    assert 'value="2 €"' in answer.text and "1\u00a0€" in answer.text
    assert [changed.amount_cents for changed in kept(session)] == [100]


def test_who_observes_reads_and_changes_nothing(as_: As, session: Session, where: str) -> None:
    anne, sylvie = as_("Anne"), as_("Sylvie")
    add(anne, where, amount="12 000,50 €")
    page = sylvie.get(f"{where}/budget").text
    assert AMOUNT in page
    assert "Modifier" not in page and "Retirer" not in page
    assert sylvie.post(f"{where}/financements/nouveau", data=line()).status_code == 403
    assert as_("Paul").get(f"{where}/budget").status_code == 404


def test_the_page_asks_the_same_however_many_lines(
    as_: As, session: Session, cast: Cast, where: str, queries: QueryCount
) -> None:
    anne = as_("Anne")
    counted = []
    for lines in (1, 29):
        session.rollback()
        acting(session, None, Via.COMMAND, NOW)
        project, funder = cast.project(), cast.organisation("Agence du Cycle")
        session.add_all(
            Funding(
                project_id=project.id,
                territory_id=project.territory_id,
                rank=rank,
                funder=f"Financeur {rank}",
                organisation_id=funder.id,
            )
            for rank in range(lines)
        )
        session.commit()
        queries.reset()
        assert anne.get(f"{where}/budget").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
