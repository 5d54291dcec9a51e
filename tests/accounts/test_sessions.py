"""A session stands for a person until it is closed, over, or the person is gone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts.sessions import LIFETIME, close_session, load_viewer, open_session
from tests.cast import NOW, Cast


def test_a_session_says_what_its_person_belongs_to(session: Session, cast: Cast) -> None:
    anne = cast.person("Anne")
    key = open_session(session, person_id=anne.id, browser="Firefox", now=NOW)
    viewer = load_viewer(session, key, NOW)
    assert viewer is not None
    assert viewer.person_id == anne.id
    assert viewer.pilots == {cast.territory().id}
    assert viewer.organisations == {cast.organisation("CC du Val d’Aubrive").id}
    assert viewer.observes == frozenset()


def test_a_closed_session_opens_nothing(session: Session, cast: Cast) -> None:
    key = open_session(session, person_id=cast.person("Lucie").id, browser=None, now=NOW)
    close_session(session, key, NOW)
    assert load_viewer(session, key, NOW) is None


def test_a_session_ends_by_itself(session: Session, cast: Cast) -> None:
    key = open_session(session, person_id=cast.person("Lucie").id, browser=None, now=NOW)
    assert load_viewer(session, key, NOW + LIFETIME - timedelta(seconds=1)) is not None
    assert load_viewer(session, key, NOW + LIFETIME) is None
