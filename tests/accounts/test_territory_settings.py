"""What a pilot sets for her territory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.labels import HOLIDAY_ZONES, TIME_ZONES
from app.accounts.models import Territory
from app.accounts.services.territory_settings import Setting
from app.core.calendar import HOLIDAY_ZONES as KNOWN_ZONES
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.web.panels import Panel, register
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
TYPED = {
    "name": "Val d’Aubrive et Orvain",
    "siren": "200 000 008",
    "time_zone": "Indian/Reunion",
    "holiday_zone": "reunion",
    "send_hour": "7",
    "second_factor_demanded": "y",
    "version": "1",
}


def path_of(cast: Cast) -> str:
    path = f"/territoires/{cast.territory().public_id}/reglages"
    cast.session.commit()
    return path


def settings_of(session: Session, territory_id: int) -> dict[str, object]:
    session.rollback()
    territory = session.get_one(Territory, territory_id)
    return {
        name: getattr(territory, name)
        for name in asdict(Setting("", None, "", "", 8, second_factor_demanded=False))
    }


def test_a_pilot_sets_her_territory_and_the_journal_tells(
    as_: As, session: Session, cast: Cast
) -> None:
    here = cast.territory().id
    assert as_("Anne").post(path_of(cast), data=TYPED).status_code == 303
    assert settings_of(session, here) == {
        "name": "Val d’Aubrive et Orvain",
        "siren": "200000008",
        "time_zone": "Indian/Reunion",
        "holiday_zone": "reunion",
        "send_hour": 7,
        "second_factor_demanded": True,
    }
    told = session.query(Change).filter_by(entity="Territory").order_by(Change.id.desc()).first()
    assert told is not None
    assert told.fields["send_hour"] == [8, 7]
    # she is asked for it from her next page on
    asked = as_("Anne").get("/mes-etapes")
    assert (asked.status_code, asked.location) == (303, "/compte/double-authentification")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Indiquez le nom"),
        ({"siren": "123456789"}, "Ce SIREN n’est pas juste"),
        ({"time_zone": "Mars/Olympus"}, "Fuseau horaire"),
        ({"holiday_zone": "lune"}, "Jours fériés"),
        ({"send_hour": "3"}, "Heure d’envoi"),
        ({"name": "plaine de sorne"}, "déjà celui d’un autre territoire"),
        ({"siren": "999000029"}, "déjà celui d’un autre territoire"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    as_: As, session: Session, cast: Cast, typed: dict[str, str], said: str
) -> None:
    here = cast.territory().id
    before = settings_of(session, here)
    refused = as_("Anne").post(path_of(cast), data={**TYPED, **typed})
    assert refused.status_code == 422
    assert said in refused.text
    assert settings_of(session, here) == before


def test_an_old_form_gets_both_texts_and_overwrites_nothing(
    as_: As, session: Session, cast: Cast
) -> None:
    here = cast.territory().id
    as_("Anne").post(path_of(cast), data=TYPED)
    stale = as_("Anne").post(
        f"/territoires/{session.get_one(Territory, here).public_id}/reglages",
        data={**TYPED, "name": "Mon Val"},
    )
    assert stale.status_code == 409
    assert "Val d’Aubrive et Orvain" in stale.text
    assert 'value="Mon Val"' in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    assert settings_of(session, here)["name"] == "Val d’Aubrive et Orvain"


def test_a_time_zone_of_the_command_line_stays(as_: As, session: Session, cast: Cast) -> None:
    assert "Asia/Tokyo" not in as_("Anne").get(path_of(cast)).text
    acting(session, None, Via.COMMAND, NOW)
    cast.territory().time_zone = "Asia/Tokyo"
    session.commit()
    assert '<option selected value="Asia/Tokyo">' in as_("Anne").get(path_of(cast)).text


def test_rooms_above_hang_their_settings_here(app: Flask, as_: As, cast: Cast) -> None:
    register(
        app,
        Panel(
            "territory_settings",
            "textes",
            "Textes sur les données",
            "/territoires/{public_id}/textes",
            lambda viewer, place: place.id in viewer.pilots,
        ),
    )
    page = as_("Anne").get(path_of(cast)).text
    assert f'href="{path_of(cast).removesuffix("/reglages")}/textes"' in page


def test_every_holiday_zone_has_its_words() -> None:
    assert set(HOLIDAY_ZONES) == set(KNOWN_ZONES)
    assert "Europe/Paris" in TIME_ZONES
