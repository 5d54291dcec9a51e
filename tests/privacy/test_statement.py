"""What a territory tells about data: written by its pilots, versioned, read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.privacy.models import PrivacyText
from app.privacy.queries.statements import statement_of
from app.privacy.texts import Statement
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
DEFAULT = Statement("", "", controller="")
WORDING = {
    "controller": "CC du Val d’Aubrive",
    "address": "1 place du Marché",
    "contact": "dpd@val.example",
    "dpo": "Le délégué du centre de gestion",
    "purposes": "- suivre les projets",
    "legal_basis": "Une mission d’intérêt public.",
    "idle_years": "3",
    "contact_years": "1",
    "complement": "**Hébergement** en France. <script>alert(1)</script>",
}


def path(cast: Cast) -> str:
    found = f"/territoires/{cast.territory().public_id}/confidentialite"
    cast.session.rollback()
    return found


def write(client: FlaskClient, url: str, number: int, **other: Any) -> Any:
    return client.post(f"{url}/modifier", data={**WORDING, "number": str(number), **other})


def test_before_anybody_wrote_one_the_default_text_is_true_of_the_territory(
    client: FlaskClient, cast: Cast
) -> None:
    page = client.get(path(cast)).text
    for said in ("Val d’Aubrive", "mission d’intérêt public", "CNIL", "deux ans", "trois ans"):
        assert said in page


def test_a_pilot_writes_a_version_that_everybody_reads(
    as_: As, client: FlaskClient, cast: Cast, session: Session
) -> None:
    url = path(cast)
    assert write(as_("Anne"), url, 0).status_code == 303
    page = client.get(url).text
    html5lib.HTMLParser(strict=True).parse(page)
    for said in ("1 place du Marché", "dpd@val.example", "version 1", "<strong>Hébergement"):
        assert said in page.replace("\u00a0", " ")
    assert "trois ans" in page
    assert "<script>alert" not in page
    assert "Modifier ce texte" not in page
    text = statement_of(session, cast.territory())
    assert (text.version, text.idle_years, text.contact_years) == ("territoire-1", 3, 1)


def test_each_change_is_a_new_version_and_no_change_is_none(
    as_: As, cast: Cast, session: Session
) -> None:
    url, anne = path(cast), as_("Anne")
    write(anne, url, 0)
    write(anne, url, 1)
    write(anne, url, 1, dpo="Une autre")
    session.rollback()
    kept = session.scalars(select(PrivacyText).order_by(PrivacyText.number)).all()
    assert [(one.number, one.dpo) for one in kept] == [(1, WORDING["dpo"]), (2, "Une autre")]
    assert kept[1].written_by_id == cast.person("Anne").id


def test_two_who_write_at_once_lose_no_word(as_: As, cast: Cast) -> None:
    url, anne = path(cast), as_("Anne")
    write(anne, url, 0)
    late = write(anne, url, 0, complement="Mes mots à moi")
    assert late.status_code == 409
    assert "Mes mots à moi" in late.text
    assert "Hébergement" in late.text
    assert 'name="number" type="hidden" value="1"' in late.text
    assert write(anne, url, 1, complement="Mes mots à moi").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle_years": "4"},
        {"idle_years": "0"},
        {"contact_years": "6"},
        {"controller": " "},
        {"purposes": ""},
        {"complement": "x" * 8001},
    ],
)
def test_what_the_law_does_not_allow_is_refused_with_what_was_typed(
    as_: As, cast: Cast, session: Session, wrong: dict[str, str]
) -> None:
    answer = write(as_("Anne"), path(cast), 0, **wrong)
    assert answer.status_code == 422
    assert session.scalar(select(func.count(PrivacyText.id))) == 0


def test_the_database_itself_keeps_the_terms(
    session: Session, cast: Cast, begin: Callable[[], None]
) -> None:
    whole = {**WORDING, "idle_years": 9, "contact_years": 1}
    session.add(PrivacyText(territory_id=cast.territory().id, number=1, written_at=NOW, **whole))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_house_s_page_leads_to_one_s_own_territories(as_: As, client: FlaskClient) -> None:
    assert "Val d’Aubrive" not in client.get("/confidentialite").text
    own = as_("Karim").get("/confidentialite").text
    assert own.count('/confidentialite">') >= 2


def test_the_only_territory_s_text_is_the_house_s(empty_app: Flask, empty_session: Session) -> None:
    visitor = empty_app.test_client()
    assert DEFAULT.legal_basis[:30] in visitor.get("/confidentialite").text
    acting(empty_session, None, Via.COMMAND, NOW)
    empty_session.add(Territory(name="Plaine de Sorne", created_at=NOW))
    empty_session.commit()
    assert "Plaine de Sorne" in visitor.get("/confidentialite").text


def test_it_says_who_reads_telephones(client: FlaskClient, cast: Cast) -> None:
    """Partners of a confirmed, running project read the first contact's (docs/roles.md)."""
    for place in (path(cast), "/confidentialite", "/aide"):
        page = client.get(place).text.replace("\u00a0", " ")
        assert "qui anime la démarche et l’exploitant" in page
        assert "les partenaires d’un projet en cours ou en pause" in page
