"""Documents of a project: who gives, reads, opens, removes and brings back; how they are served."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership
from app.core import clock
from app.files import services
from app.files.jobs import sweep
from app.files.kinds import Audience
from app.files.metadata import without_metadata
from app.files.models import Document
from app.files.recognition import FORMATS
from app.files.store import Store
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Partner
from app.plans.services.projects import add_partner, confirm_partner
from app.web.database import db
from tests.cast import CAST, Cast
from tests.conftest import QueryCount
from tests.files.samples import GOOD, JPEG, PDF, PLACE, PNG, photo

As = Callable[[str], FlaskClient]
CARRIERS = ("Anne", "Karim", "Lucie", "Marc")
ONLOOKERS = ("Sylvie", "Henri", "Odile")


def give(
    client: FlaskClient, cast: Cast, name: str = "devis.pdf", data: bytes = PDF, **form: str
) -> TestResponse:
    address = f"/projets/{cast.project().public_id}/documents"
    cast.session.rollback()
    return client.post(address, data={"file": (io.BytesIO(data), name), **form})


def fetched(client: FlaskClient, address: str, **options: Any) -> TestResponse:
    """An answer whose file is closed."""
    return client.get(address, buffered=True, **options)


def given(session: Session) -> Document:
    """The latest document, as it stands now."""
    session.rollback()
    query = select(Document).order_by(Document.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def listed(client: FlaskClient, cast: Cast) -> str:
    address = f"/projets/{cast.project().public_id}/documents"
    cast.session.rollback()
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def files_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_what_a_baker_gives_her_partners_read_and_nobody_else(
    as_: As, client: FlaskClient, cast: Cast, session: Session
) -> None:
    answer = give(as_("Lucie"), cast, title="Devis du four")
    assert answer.status_code == 303
    assert answer.location == f"/projets/{cast.project().public_id}#documents"
    address = f"/documents/{given(session).public_id}"
    for who in CAST:
        got = fetched(as_(who), address)
        assert (got.status_code, got.data == PDF) == (
            (200, True) if who in CARRIERS else (404, False)
        )
    assert client.get(address).status_code == 303
    for who in CARRIERS:
        page = listed(as_(who), cast)
        assert "Devis du four" in page and "Le Fournil – Lucie Perrin" in page
    for who in ONLOOKERS:
        assert "Devis du four" not in listed(as_(who), cast)


def test_only_carriers_and_who_drives_the_territory_give(as_: As, cast: Cast) -> None:
    statuses = {who: give(as_(who), cast, data=PDF + who.encode()).status_code for who in CAST}
    assert statuses == dict.fromkeys(CARRIERS, 303) | dict.fromkeys(ONLOOKERS, 403) | {"Paul": 404}


def test_nobody_gives_to_a_project_that_rests(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, clock.now())
    cast.project().state = ProjectState.CLOSED
    session.commit()
    assert give(as_("Anne"), cast).status_code == 403
    assert "Ajouter un document" not in listed(as_("Anne"), cast)


def test_who_confirms_later_reads_once_the_giver_says_so(
    as_: As, cast: Cast, session: Session
) -> None:
    give(as_("Lucie"), cast)
    document = given(session)
    acting(session, None, Via.COMMAND, clock.now())
    joined = add_partner(
        session,
        cast.project(),
        organisation_id=cast.organisation("Scierie de la Sorne").id,
        role=PartnerRole.CONTRIBUTOR,
    )
    confirm_partner(joined, person_id=None, text_version="1", now=clock.now())
    paul = cast.person("Paul")
    paul.memberships[0].organisation_id = cast.organisation("Scierie de la Sorne").id
    address = f"/documents/{document.public_id}"
    session.commit()
    assert fetched(as_("Paul"), address).status_code == 404
    assert "Scierie de la Sorne" in listed(as_("Lucie"), cast).split("attendent votre accord")[1]
    assert "attendent votre accord" not in listed(as_("Anne"), cast)
    assert as_("Anne").post(f"{address}/ouvrir", data={"audience": "partners"}).status_code == 403
    assert as_("Lucie").post(f"{address}/ouvrir", data={"audience": "partners"}).status_code == 303
    assert fetched(as_("Paul"), address).status_code == 200


def test_its_giver_opens_it_to_everybody_and_takes_that_back(
    as_: As, cast: Cast, session: Session
) -> None:
    give(as_("Marc"), cast)
    address = f"/documents/{given(session).public_id}"
    for audience, status in ((Audience.EVERYONE, 200), (Audience.PARTNERS, 404)):
        form = {"audience": audience.value}
        assert as_("Lucie").post(f"{address}/ouvrir", data=form).status_code == 403
        assert as_("Marc").post(f"{address}/ouvrir", data=form).status_code == 303
        assert {fetched(as_(who), address).status_code for who in ONLOOKERS} == {status}
        assert fetched(as_("Paul"), address).status_code == 404
    assert as_("Marc").post(f"{address}/ouvrir", data={"audience": "x"}).status_code == 400


def test_a_partner_who_leaves_reads_no_more(as_: As, cast: Cast, session: Session) -> None:
    give(as_("Lucie"), cast)
    address = f"/documents/{given(session).public_id}"
    assert fetched(as_("Marc"), address).status_code == 200
    session.rollback()
    acting(session, None, Via.COMMAND, clock.now())
    part = session.scalars(
        select(Partner).where(
            Partner.organisation_id == cast.organisation("Atelier Bois").id,
            Partner.project_id == cast.project().id,
        )
    ).one()
    part.state = PartnerState.RETIRED
    session.commit()
    assert fetched(as_("Marc"), address).status_code == 404


def test_a_facilitator_of_no_organisation_gives_for_the_territory(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = cast.person("Anne")
    anne.memberships[0].ended_on = clock.now().date()
    acting(session, None, Via.COMMAND, clock.now())
    session.commit()
    assert give(as_("Anne"), cast).status_code == 303
    document = given(session)
    assert document.organisation_id is None
    address = f"/documents/{document.public_id}"
    assert {who: fetched(as_(who), address).status_code for who in ("Anne", "Lucie", "Sylvie")} == {
        "Anne": 200,
        "Lucie": 200,
        "Sylvie": 404,
    }
    assert "l’animation du territoire" in listed(as_("Anne"), cast)


def test_who_speaks_for_two_partners_says_for_whom(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, clock.now())
    joinery = cast.organisation("Atelier Bois").id
    elsewhere = cast.organisation("CC de la Sorne").id
    session.add(
        Membership(
            person_id=cast.person("Karim").id,
            organisation_id=joinery,
            role=MembershipRole.MEMBER,
            is_default=False,
            started_on=clock.now().date(),
        )
    )
    session.commit()
    client = as_("Karim")
    assert "Au nom de" in listed(client, cast)
    assert give(client, cast).status_code == 422
    assert give(client, cast, organisation_id=str(elsewhere)).status_code == 422
    assert give(client, cast, organisation_id=str(joinery)).status_code == 303
    assert given(session).organisation_id == joinery


def test_removing_can_be_undone_for_a_day_and_then_the_bytes_go(
    app: Flask, as_: As, cast: Cast, session: Session, tmp_path: Path
) -> None:
    give(as_("Lucie"), cast, title="Devis du four")
    address = f"/documents/{given(session).public_id}"
    assert as_("Marc").post(f"{address}/retirer").status_code == 403
    assert as_("Lucie").post(f"{address}/retirer").status_code == 303
    assert fetched(as_("Lucie"), address).status_code == 404
    page = listed(as_("Lucie"), cast)
    assert "Remettre" in page and f'href="{address}"' not in page
    assert "Devis du four" not in listed(as_("Marc"), cast)
    assert as_("Lucie").post(f"{address}/remettre").status_code == 303
    assert fetched(as_("Marc"), address).data == PDF

    as_("Anne").post(f"{address}/retirer")
    assert swept(app, clock.now() + timedelta(hours=23)) == (0, 0)
    assert swept(app, clock.now() + timedelta(hours=25)) == (1, 0)
    assert files_in(tmp_path) == []
    assert given(session).stored_as is None
    late = as_("Anne").post(f"{address}/remettre", follow_redirects=True)
    assert "retiré il y a plus d’un jour" in late.text
    assert "Devis du four" not in listed(as_("Anne"), cast)


def swept(app: Flask, now: object) -> tuple[int, int]:
    with app.app_context():
        engine = db.engine
        done = sweep(lambda: Session(engine), app.extensions["maillage_store"], now)  # type: ignore[arg-type]
    return done.documents, done.strays


def test_the_same_bytes_stand_once_and_come_back_once(
    as_: As, cast: Cast, session: Session, tmp_path: Path
) -> None:
    for _ in range(2):
        assert give(as_("Lucie"), cast).status_code == 303
    first = given(session).public_id
    assert session.query(Document).count() == 1
    assert give(as_("Marc"), cast).status_code == 303
    assert session.query(Document).count() == 2
    as_("Lucie").post(f"/documents/{first}/retirer")
    assert give(as_("Lucie"), cast, title="Encore").status_code == 303
    again = as_("Lucie").post(f"/documents/{first}/remettre", follow_redirects=True)
    assert "Le même fichier a été ajouté depuis" in again.text
    assert len(files_in(tmp_path)) == 3


@pytest.mark.parametrize(("sent", "data"), GOOD.items(), ids=lambda one: str(one)[:24])
def test_every_kind_comes_back_as_it_was_and_never_runs(
    as_: As, cast: Cast, session: Session, sent: tuple[str, object], data: bytes
) -> None:
    give(as_("Lucie"), cast, sent[0], data)
    document = given(session)
    answer = fetched(as_("Lucie"), f"/documents/{document.public_id}")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.mimetype == FORMATS[document.kind].media_type
    assert answer.data == without_metadata(document.kind, data)


def test_a_name_with_accents_travels_whole_and_breaks_no_header(
    as_: As, cast: Cast, session: Session
) -> None:
    give(as_("Lucie"), cast, "Pesée « été »; x=1.pdf")
    answer = fetched(as_("Lucie"), f"/documents/{given(session).public_id}")
    disposition = answer.headers["Content-Disposition"]
    assert (
        "filename*=UTF-8''Pes%C3%A9e%20%C2%AB%20%C3%A9t%C3%A9%20%C2%BB%3B%20x%3D1.pdf"
        in disposition
    )
    assert disposition.isascii()


def test_a_browser_asks_again_and_gets_only_what_it_lacks(
    as_: As, cast: Cast, session: Session
) -> None:
    give(as_("Lucie"), cast)
    address, lucie = f"/documents/{given(session).public_id}", as_("Lucie")
    etag = fetched(lucie, address).headers["ETag"]
    same = fetched(lucie, address, headers={"If-None-Match": etag})
    assert (same.status_code, same.data) == (304, b"")
    part = fetched(lucie, address, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.data) == (206, b"%PDF-")
    assert lucie.head(address, buffered=True).status_code == 200
    # who may no longer read learns nothing from what they kept
    assert fetched(as_("Sylvie"), address, headers={"If-None-Match": etag}).status_code == 404


def test_a_photo_loses_its_place_on_the_way_in(as_: As, cast: Cast, tmp_path: Path) -> None:
    give(as_("Lucie"), cast, "quai.jpg", photo())
    (kept,) = files_in(tmp_path)
    assert kept.read_bytes() == JPEG
    assert PLACE not in kept.read_bytes()


def test_files_lie_outside_what_is_served_under_names_nobody_chose(
    app: Flask, as_: As, cast: Cast, tmp_path: Path
) -> None:
    give(as_("Lucie"), cast, "../../../static/evil.pdf")
    (kept,) = files_in(tmp_path)
    assert "evil" not in str(kept)
    assert not kept.is_relative_to(Path(app.static_folder or ""))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert not os.access(kept, os.X_OK)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.svg", PNG, "pas accepté"),
        ("a.pdf", PNG, "ne correspond pas à son nom"),
        ("a.pdf", b"", "Ce fichier est vide"),
        ("", b"", "Choisissez un fichier"),
        ("a.jpg", JPEG[:60], "abîmé"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field(
    as_: As, cast: Cast, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    answer = give(as_("Lucie"), cast, name, data, title="Mon titre")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Mon titre"' in answer.text
    assert files_in(tmp_path) == []


def test_a_project_holds_so_much_and_says_when_it_is_full(
    as_: As, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_BYTES", len(PDF) + 5)
    assert give(as_("Lucie"), cast).status_code == 303
    full = give(as_("Lucie"), cast, data=PDF + b"%more")
    assert full.status_code == 422
    assert "plus de place" in full.text


def test_a_row_whose_bytes_are_lost_is_a_plain_404(
    app: Flask, as_: As, cast: Cast, session: Session
) -> None:
    give(as_("Lucie"), cast)
    document = given(session)
    kept: Store = app.extensions["maillage_store"]
    kept.forget(str(document.stored_as))
    assert fetched(as_("Lucie"), f"/documents/{document.public_id}").status_code == 404


def test_the_journal_tells_it_without_the_bytes(as_: As, cast: Cast, session: Session) -> None:
    give(as_("Lucie"), cast)
    document = given(session)
    as_("Lucie").post(f"/documents/{document.public_id}/retirer")
    session.rollback()
    lines = session.scalars(select(Change).where(Change.entity == "Document")).all()
    assert [line.action.value for line in lines] == ["created", "updated"]
    assert {line.project_id for line in lines} == {cast.project().id}
    assert all(line.actor_id == cast.person("Lucie").id for line in lines)
    assert not any(str(document.stored_as) in str(line.fields) for line in lines)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_runs_as_many_queries_however_long_it_is(
    as_: As, cast: Cast, queries: QueryCount, count: int
) -> None:
    for number in range(count):
        give(as_("Lucie"), cast, data=PDF + str(number).encode())
    lucie, address = as_("Lucie"), f"/projets/{cast.project().public_id}/documents"
    cast.session.rollback()
    queries.reset()
    lucie.get(address, headers={"HX-Request-Type": "partial"})
    assert len(queries) == 3, queries.statements
