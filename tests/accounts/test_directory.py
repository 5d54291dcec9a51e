"""The open directory of companies: asked seldom, believed in nothing, never in the way."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.directory_answers import UnreadableError, read_answer
from app.accounts.kinds import NafEdition, SizeBand
from app.accounts.models import Organisation
from app.accounts.services import directory as asking
from app.accounts.services.directory import BUSY, FAILED, TOO_SHORT, Directory, look_up
from app.web.database import db
from config import SettingsError, load
from tests.accounts.directory_server import (
    COMPANY,
    ESTABLISHMENT,
    Service,
    answer_with,
    running,
    say,
)
from tests.cast import Cast

As = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 22, 9, 0, 0, 250000, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Service]:
    with running() as started:
        yield started


@pytest.fixture
def asked(app: Flask, service: Service) -> Directory:
    """The directory as the application would ask it."""
    with app.app_context():
        engine = db.engine
    return Directory(service.address, lambda: Session(engine), timeout=60)


@pytest.fixture
def site(app: Flask, asked: Directory) -> Flask:
    app.extensions["maillage_directory"] = asked
    return app


def test_what_comes_back_is_proposed(asked: Directory) -> None:
    (one,) = look_up(asked, "fournil du val", NOW).proposals
    assert (one.name, one.sign, one.siret) == (
        "LE FOURNIL DU VAL",
        "AU BON PAIN",
        "73282932000074",
    )
    assert (one.naf, one.naf_edition) == ("10.71C", NafEdition.REV2)
    assert one.size is SizeBand.FROM_6
    assert (one.address, one.postcode, one.city) == ("4 RUE DU FOUR", "68000", "Colmar")
    assert one.commune_code == "68066"
    assert not one.is_closed


def test_from_2027_on_the_new_nomenclature_is_proposed(asked: Directory) -> None:
    (one,) = look_up(asked, "fournil", datetime(2027, 1, 1, 9, tzinfo=UTC)).proposals
    assert (one.naf, one.naf_edition) == ("10.71Y", NafEdition.NAF2025)


def test_nothing_is_sent_but_what_was_typed(asked: Directory, service: Service) -> None:
    look_up(asked, "  Le Fournil\u00a0 d’Aubrive ", NOW)
    assert service.words == ["Le Fournil d’Aubrive"]
    assert service.asked[0].partition("&")[2] == (
        "per_page=5&minimal=true&include=siege%2Cmatching_etablissements"
    )
    sent = {name.lower() for name in service.headers[0]}
    assert not sent & {"cookie", "referer", "authorization"}
    assert service.headers[0]["User-Agent"] == "Maillage"


@pytest.mark.parametrize(("typed", "said"), [("", None), ("   ", None), ("ab", TOO_SHORT)])
def test_too_little_is_not_even_asked(
    asked: Directory, service: Service, typed: str, said: str | None
) -> None:
    assert look_up(asked, typed, NOW).said == said
    assert service.asked == []


def test_a_long_text_is_cut(asked: Directory, service: Service) -> None:
    look_up(asked, "x" * 5000, NOW)
    assert service.words == ["x" * 100]


def slow(handler: Any) -> None:
    """Drop by drop: each is in time, all of them are not, and in the end it would be right."""
    drops, answer = 400, answer_with(COMPANY)
    handler.send_response(200)
    handler.send_header("Content-Length", str(drops + len(answer)))
    handler.end_headers()
    between = threading.Event()
    with contextlib.suppress(OSError):
        for _drop in range(drops):
            handler.wfile.write(b" ")
            between.wait(0.05)
        handler.wfile.write(answer)


def hangs_up(handler: Any) -> None:
    handler.close_connection = True
    handler.connection.close()


BAD: dict[str, Callable[[Any], None]] = {
    "500": lambda h: say(h, b"{}", status=500),
    "404": lambda h: say(h, b"{}", status=404),
    "302": lambda h: say(h, b"", status=302, Location="https://example.org/"),
    "html": lambda h: say(h, b"<html>maintenance</html>", kind="text/html"),
    "no json": lambda h: say(h, b'{"results": [', kind="application/json"),
    "truncated": lambda h: say(h, answer_with(COMPANY)[:40], length=4000),
    "a list": lambda h: say(h, b"[]"),
    "a number": lambda h: say(h, b"12"),
    "results of a wrong kind": lambda h: say(h, b'{"results": {"siege": 1}}'),
    "deep": lambda h: say(h, b"[" * 200000),
    "latin-1": lambda h: say(h, '{"results": "é"}'.encode("latin-1")),
    "huge": lambda h: say(h, b" " * (3 * 1024 * 1024)),
    "packed": lambda h: say(h, b"x", Content_Encoding="gzip"),
    "hangs up": hangs_up,
}


@pytest.mark.parametrize("how", BAD)
def test_whatever_goes_wrong_is_one_sentence(asked: Directory, service: Service, how: str) -> None:
    service.answer = BAD[how]
    found = look_up(asked, "fournil", NOW)
    assert (found.said, found.proposals) == (FAILED, ())


def test_drop_by_drop_is_not_waited_for(asked: Directory, service: Service) -> None:
    service.answer = slow
    impatient = Directory(service.address, asked.open_session, timeout=0.5)
    assert look_up(impatient, "fournil", NOW).said == FAILED


def test_nobody_there_is_the_same_sentence(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    nowhere = Directory("http://127.0.0.1:1", lambda: Session(engine))
    assert look_up(nowhere, "fournil", NOW).said == FAILED


def test_by_the_proxy_where_one_is_set(app: Flask, service: Service) -> None:
    """The proxy is asked for the whole address, whose name is its to resolve."""
    with app.app_context():
        engine = db.engine
    by_proxy = Directory(
        "http://annuaire.example.org", lambda: Session(engine), proxy=service.address, timeout=60
    )
    assert look_up(by_proxy, "fournil", NOW).proposals
    assert service.asked[0].startswith("http://annuaire.example.org/search?q=fournil")


def test_three_in_a_second_and_no_more_for_everybody(asked: Directory, service: Service) -> None:
    said = [look_up(asked, f"fournil {n}", NOW + timedelta(milliseconds=n)).said for n in range(9)]
    assert said == [None] * 3 + [BUSY] * 6
    assert len(service.asked) == 3
    assert look_up(asked, "fournil", NOW + timedelta(seconds=1)).said is None


def test_the_limit_holds_for_many_at_once(asked: Directory, service: Service) -> None:
    together = threading.Barrier(8)

    def one() -> None:
        together.wait(timeout=60)
        look_up(asked, "fournil", NOW)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(service.asked) == asking.MOST_A_SECOND


def limited(retry_after: str | None) -> Callable[[Any], None]:
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    return lambda handler: say(handler, b"{}", status=429, **headers)


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("30", 30),
        ("0", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 89),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        (None, 60),
        ("soon", 60),
        ("-5", 60),
        ("99999999999999999999", 24 * 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * 3600),
    ],
)
def test_we_are_silent_as_long_as_we_are_told(
    asked: Directory, service: Service, retry_after: str | None, wait: int
) -> None:
    service.answer = limited(retry_after)
    assert look_up(asked, "fournil", NOW).said == FAILED
    service.answer = lambda handler: say(handler, answer_with(COMPANY))
    if wait:
        early = NOW + timedelta(seconds=wait - 1)
        assert look_up(asked, "fournil", early).said == BUSY
        assert len(service.asked) == 1
    assert look_up(asked, "fournil", NOW + timedelta(seconds=wait + 1)).proposals


def test_a_later_shorter_word_does_not_end_the_silence(asked: Directory, service: Service) -> None:
    asking._fall_silent(asked, None, NOW)
    look_up(asked, "fournil", NOW - timedelta(minutes=2))
    asking._fall_silent(asked, "3600", NOW)
    asking._fall_silent(asked, "1", NOW)
    assert look_up(asked, "fournil", NOW + timedelta(minutes=59)).said == BUSY


# ---- reading ----

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(
    company=st.dictionaries(st.sampled_from(sorted(COMPANY)), values),
    place=st.dictionaries(st.sampled_from(sorted(ESTABLISHMENT)), values),
    keeps=st.sets(st.sampled_from(sorted(ESTABLISHMENT))),
)
def test_no_value_of_any_kind_breaks_the_reading(
    company: dict[str, Any], place: dict[str, Any], keeps: set[str]
) -> None:
    mixed = place | {name: ESTABLISHMENT[name] for name in keeps}
    answer = {"results": [company | {"siege": mixed, "matching_etablissements": [mixed, 3]}, None]}
    for one in read_answer(answer, naf_2025=True):
        assert one.siret == "73282932000074"
        assert all(isinstance(value, str) and value for value in one.fields.values())


@given(values)
def test_whatever_is_no_answer_is_refused(answer: Any) -> None:
    if not (isinstance(answer, dict) and isinstance(answer.get("results"), list)):
        with pytest.raises(UnreadableError):
            read_answer(answer, naf_2025=False)


def read(**changes: Any) -> Any:
    company = COMPANY | {key: value for key, value in changes.items() if key in COMPANY}
    seat = company["siege"] | {k: v for k, v in changes.items() if k in ESTABLISHMENT}
    (one,) = read_answer({"results": [company | {"siege": seat}]}, naf_2025=False)
    return one


def test_a_closed_establishment_is_said_to_be_closed() -> None:
    assert read(etat_administratif="F").is_closed


def test_open_ones_come_before_closed_ones() -> None:
    shut = ESTABLISHMENT | {"siret": "35600000000048", "etat_administratif": "F"}
    company = COMPANY | {"matching_etablissements": [shut]}
    found = read_answer({"results": [company]}, naf_2025=False)
    assert [one.is_closed for one in found] == [False, True]


def test_who_withholds_their_identity_is_not_named() -> None:
    one = read(
        statut_diffusion="P",
        nom_raison_sociale=None,
        nom_complet="[NON-DIFFUSIBLE]",
        adresse="[NON-DIFFUSIBLE] 68000 COLMAR",
    )
    assert (one.name, one.sign, one.address) == (None, None, None)
    assert one.siret == "73282932000074"
    assert "name" not in one.fields


def test_control_characters_do_not_reach_the_form() -> None:
    assert read(nom_raison_sociale="LE\x00 FOUR\u202eNIL\n").name == "LE FOUR NIL"


def test_the_same_establishment_is_proposed_once() -> None:
    company = COMPANY | {"matching_etablissements": [ESTABLISHMENT, ESTABLISHMENT]}
    assert len(read_answer({"results": [company, company]}, naf_2025=False)) == 1


# ---- pages ----


def path_of(cast: Cast) -> str:
    path = f"/territoires/{cast.territory().public_id}"
    cast.session.commit()
    return path


def test_a_proposal_fills_the_form_and_saves_nothing(
    as_: As, site: Flask, cast: Cast, session: Session
) -> None:
    anne, path = as_("Anne"), path_of(cast)
    before = session.scalar(select(func.count(Organisation.id)))
    page = anne.get(f"{path}/annuaire?q=fournil").text
    href = page.partition(f'href="{path}/organisations/nouvelle?')[2].partition('"')[0]
    form = anne.get(f"{path}/organisations/nouvelle?{href.replace('&amp;', '&')}").text
    for shown in (
        'value="LE FOURNIL DU VAL"',
        'value="73282932000074"',
        'value="10.71C"',
        'value="Colmar"',
        '<option selected value="03">',
    ):
        assert shown in form
    session.rollback()
    assert session.scalar(select(func.count(Organisation.id))) == before


def test_by_htmx_the_proposals_come_alone(as_: As, site: Flask, cast: Cast) -> None:
    answer = as_("Anne").get(
        f"{path_of(cast)}/annuaire?q=fournil", headers={"HX-Request-Type": "partial"}
    )
    assert answer.text.lstrip().startswith('<div id="propositions"')
    assert "LE FOURNIL DU VAL" in answer.text


def test_the_form_offers_the_search_only_where_it_can(as_: As, app: Flask, cast: Cast) -> None:
    page = as_("Anne").get(f"{path_of(cast)}/organisations/nouvelle").text
    assert "annuaire" not in page


def test_a_failing_directory_leaves_the_form_alone(
    as_: As, site: Flask, cast: Cast, service: Service
) -> None:
    service.answer = BAD["500"]
    anne, path = as_("Anne"), path_of(cast)
    page = anne.get(f"{path}/annuaire?q=fournil")
    assert page.status_code == 200
    assert "La recherche ne répond pas" in page.text
    assert "Saisir la fiche à la main" in page.text
    typed = {"name": "Métal", "kind": "company", "zone_id": "0", "naf_edition": "rev2", "size": ""}
    assert anne.post(f"{path}/organisations/nouvelle", data=typed).status_code == 303


def test_markup_in_an_answer_stays_text(as_: As, site: Flask, cast: Cast, service: Service) -> None:
    evil = COMPANY | {"nom_raison_sociale": '<script>alert("x")</script>'}
    service.answer = lambda handler: say(handler, answer_with(evil))
    page = as_("Anne").get(f"{path_of(cast)}/annuaire?q=fournil").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_nothing_listens_while_the_directory_thinks(
    as_: As, site: Flask, cast: Cast, service: Service, session: Session
) -> None:
    """No transaction is open meanwhile: somebody else writes."""
    wrote: list[bool] = []

    def answer(handler: Any) -> None:
        other = as_("Odile").post("/deconnexion")
        wrote.append(other.status_code == 303)
        say(handler, answer_with(COMPANY))

    service.answer = answer
    assert as_("Anne").get(f"{path_of(cast)}/annuaire?q=fournil").status_code == 200
    assert wrote == [True]


def test_the_setting_takes_an_address_and_nothing_else(tmp_path: Path) -> None:
    base = {"MAILLAGE_DEMO": "1", "MAILLAGE_DATA_DIR": str(tmp_path)}
    assert load(base).company_directory is None
    for off in ("", "off"):
        assert load(base | {"MAILLAGE_COMPANY_DIRECTORY": off}).company_directory is None
    address = "https://annuaire.example.org"
    assert load(base | {"MAILLAGE_COMPANY_DIRECTORY": f"{address}/"}).company_directory == address
    for wrong in (
        "on",
        "http://annuaire.example.org",
        "https://",
        f"{address}/search",
        f"{address}?q=1",
        "https://a:b@annuaire.example.org",
        "https://[::1",
    ):
        with pytest.raises(SettingsError, match="COMPANY_DIRECTORY"):
            load(base | {"MAILLAGE_COMPANY_DIRECTORY": wrong})
