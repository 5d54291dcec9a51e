"""The charter: every version kept, its differences shown, published by the pilots."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.charter import LONGEST, beginning, clean_body, differences
from app.accounts.kinds import TerritoryTextKind
from app.accounts.models import TerritoryText
from app.accounts.queries.texts import current_charter
from app.accounts.services.texts import publish_charter
from app.core.refusals import StaleError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from tests.accounts.teams import at_once
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
texts = st.text(st.sampled_from("ab \n\r\u2028é#-*"), max_size=60)


@pytest.fixture(autouse=True)
def _who_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


def path_of(cast: Cast) -> str:
    path = f"/territoires/{cast.territory().public_id}/charte"
    cast.session.commit()
    return path


def publish(session: Session, cast: Cast, body: str, follows: int) -> bool:
    is_new = publish_charter(
        session,
        cast.territory(),
        body=body,
        follows=follows,
        by_id=cast.person("Anne").id,
        now=NOW,
    )
    session.commit()
    return is_new


def versions(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    found = session.scalars(select(TerritoryText).order_by(TerritoryText.version))
    return [(one.version, one.body) for one in found]


def test_a_pilot_begins_from_our_text_and_publishes_her_own(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, path = as_("Anne"), path_of(cast)
    assert "pas encore publié sa charte" in as_("Lucie").get(path).text
    assert "Écrire la charte" in anne.get(path).text
    form = anne.get(f"{path}/nouvelle").text
    assert "Dire ce qu’elle propose et ce qu’elle cherche" in form
    typed = {"body": "## Notre charte\n\n**Venir** une fois.", "version": "0"}
    assert anne.post(f"{path}/nouvelle", data={**typed, "action": "publish"}).location == path
    assert versions(session) == [(1, typed["body"])]
    page = as_("Lucie").get(path).text
    assert "<h2>Notre charte</h2>" in page
    assert "<strong>Venir</strong>" in page
    assert "version 1" in page
    assert "Anne Vasseur" in page


def test_a_preview_publishes_nothing(as_: As, session: Session, cast: Cast) -> None:
    typed = {"body": "**Gras** <script>alert(1)</script>", "version": "0", "action": "preview"}
    page = as_("Anne").post(f"{path_of(cast)}/nouvelle", data=typed)
    assert page.status_code == 200
    assert "<strong>Gras</strong>" in page.text
    assert "<script>alert" not in page.text
    assert versions(session) == []


def test_every_version_is_kept_and_what_changed_is_shown(
    as_: As, session: Session, cast: Cast
) -> None:
    publish(session, cast, "Venir une fois par an.", 0)
    publish(session, cast, "Venir deux fois par an.", 1)
    first, second = (as_("Lucie").get(f"{path_of(cast)}/{number}").text for number in (1, 2))
    assert "Venir une fois par an." in first
    assert "Ce n’est plus la version en vigueur" in first
    assert "une</del>" in second
    assert "deux</ins>" in second
    assert "plus la version en vigueur" not in second
    assert versions(session) == [(1, "Venir une fois par an."), (2, "Venir deux fois par an.")]
    current = current_charter(session, cast.territory().id)
    assert current is not None
    assert current.version == 2


@pytest.mark.parametrize("number", ["0", "3", str(2**31), str(2**70), "x", "²", "-1"])
def test_a_version_that_is_not_there_is_not_found(as_: As, cast: Cast, number: str) -> None:
    assert as_("Anne").get(f"{path_of(cast)}/{number}").status_code == 404


def test_an_old_form_publishes_nothing_and_keeps_what_was_typed(
    as_: As, session: Session, cast: Cast
) -> None:
    publish(session, cast, "La leur.", 0)
    typed = {"body": "La mienne.", "version": "0", "action": "publish"}
    stale = as_("Anne").post(f"{path_of(cast)}/nouvelle", data=typed)
    assert stale.status_code == 409
    assert "La leur." in stale.text
    assert "La mienne.</textarea>" in stale.text
    assert versions(session) == [(1, "La leur.")]
    again = as_("Anne").post(f"{path_of(cast)}/nouvelle", data={**typed, "version": "1"})
    assert again.status_code == 303
    assert versions(session) == [(1, "La leur."), (2, "La mienne.")]


def test_a_second_tap_publishes_no_second_version(as_: As, session: Session, cast: Cast) -> None:
    typed = {"body": "Une seule fois.", "version": "0", "action": "publish"}
    for _tap in range(2):
        assert as_("Anne").post(f"{path_of(cast)}/nouvelle", data=typed).status_code == 303
    assert versions(session) == [(1, "Une seule fois.")]


@pytest.mark.parametrize("body", ["", " \r\n ", "x" * (LONGEST + 1)])
def test_an_empty_or_endless_text_is_refused(
    as_: As, session: Session, cast: Cast, body: str
) -> None:
    typed = {"body": body, "version": "0", "action": "publish"}
    assert as_("Anne").post(f"{path_of(cast)}/nouvelle", data=typed).status_code == 422
    assert versions(session) == []


def test_of_two_pilots_who_publish_at_once_one_is_told(
    app: Flask, session: Session, cast: Cast
) -> None:
    def of(body: str) -> Callable[[Session], object]:
        def verb(own: Session) -> object:
            try:
                return publish(own, Cast(own), body, 0)
            except StaleError:
                return "stale"

        return verb

    session.commit()
    with app.app_context():
        engine = db.engine
    assert sorted(map(str, at_once(engine, of("Une."), of("Deux.")))) == ["True", "stale"]
    assert len(versions(session)) == 1


def test_the_database_keeps_one_text_a_version(session: Session, cast: Cast) -> None:
    publish(session, cast, "Une.", 0)
    session.add(
        TerritoryText(
            territory_id=cast.territory().id,
            kind=TerritoryTextKind.CHARTER,
            version=1,
            body="Une autre.",
            published_at=NOW,
            published_by_id=cast.person("Anne").id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


@given(before=texts, after=texts)
def test_the_differences_hold_both_texts(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.change != "added") == before
    assert "".join(one.text for one in pieces if one.change != "removed") == after
    assert all(one.text for one in pieces)


@given(text=texts)
def test_nothing_differs_from_itself(text: str) -> None:
    assert {one.change for one in differences(text, text)} <= {"same"}


@given(text=texts)
def test_a_clean_text_is_clean(text: str) -> None:
    assert clean_body(clean_body(text)) == clean_body(text)
    assert "\r" not in clean_body(text)


def test_the_text_to_begin_with_can_be_published() -> None:
    assert beginning().startswith("## ")
    assert len(beginning()) < LONGEST
