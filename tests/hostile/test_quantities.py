"""A company's quantity is read by nobody to whom it was not opened, wherever it might show.

Le Fournil closed its flow to Atelier Bois; the flow's journal, the mails about it, the tables and
archives that one can take away, the searches: all of them are walked as each of the cast.
"""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from urllib.parse import quote, quote_plus

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from app.agreements.services.openings import ask_to_read
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.jobs import deliver
from app.plans.models import Flow, FlowAccess
from app.reminders.services.running import run
from app.reminders.services.starting import start
from app.web.database import db
from tests.access.matrix import read
from tests.access.stage import VISITOR
from tests.cast import BEGINNING, CAST, Cast
from tests.hostile.test_strangers import CSRF
from tests.hostile.world import AMOUNTS, ROLES, World, hostile_world

# the baker's own, and the two whose part was confirmed when she declared it
READERS = frozenset({"Anne", "Karim", "Lucie"})
READS = [line for line in read() if line.method == "GET"]
SEARCHES = (
    "/territoires/{territory}/plan?q={words}",
    "/territoires/{territory}/journal?q={words}",
    "/territoires/{territory}/journal.csv?q={words}",
    "/projets/{project}/journal?q={words}",
    "/compte/journal?q={words}",
    "/territoires/{territory}/organisations?q={words}",
)


@pytest.fixture(scope="module")
def world(
    sqlite_templates: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with hostile_world(sqlite_templates[True], tmp_path_factory.mktemp("quantities")) as made:
        with made.app.app_context():
            engine = db.engine
        with Session(engine) as session:
            close_to_marc(session, Cast(session))
        yield made


def close_to_marc(session: Session, cast: Cast) -> None:
    """And he asks for it, by mail."""
    now = clock.now()
    acting(session, cast.person("Lucie").id, Via.PAGE, now)
    flow = session.scalars(select(Flow)).one()
    atelier = cast.organisation("Atelier Bois").id
    flow.accesses.append(
        FlowAccess(
            project_id=flow.project_id,
            territory_id=cast.territory().id,
            organisation_id=atelier,
            is_open=False,
            decided_at=now,
        )
    )
    acting(session, cast.person("Marc").id, Via.PAGE, now)
    ask_to_read(session, flow, reader_id=atelier, asker_id=cast.person("Marc").id, now=now)
    session.commit()


def words_of(answer: TestResponse) -> str:
    """Everything an answer says: its headers, its text, the files of an archive."""
    content = answer.get_data()
    said = [str(answer.headers)]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            said += [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    else:
        said.append(content.decode(errors="replace"))
    return "\n".join(said)


def amounts_in(text: str) -> set[str]:
    return {words for words in AMOUNTS if words in text}


@pytest.mark.parametrize("role", ROLES)
def test_on_no_page_in_no_table_in_no_archive(world: World, role: str) -> None:
    client, told, reached = world.client(role), set(), 0
    for line in READS:
        with client.get(line.address.format(**world.rows)) as answer:
            found = amounts_in(words_of(answer))
            reached += answer.status_code == 200
        assert not found or role in READERS, line
        told |= found
    with client.post("/compte/donnees") as archive:
        found = amounts_in(words_of(archive))
        assert role == VISITOR or archive.mimetype == "application/zip"
    assert not found or role in READERS
    assert reached > 8
    # who may read it does, else nothing was tried
    assert bool(told) == (role in READERS)


@pytest.mark.parametrize("role", sorted({*CAST} - READERS))
def test_no_search_finds_it(world: World, role: str) -> None:
    """It answers as for words that stand nowhere."""
    client = world.client(role)
    for address in SEARCHES:
        for words in AMOUNTS:
            found, nothing = (
                answered(client, address.format(words=quote(typed), **world.rows), typed)
                for typed in (words, words[::-1])
            )
            assert found == nothing, address


def answered(client: FlaskClient, address: str, typed: str) -> tuple[int, str]:
    """What an answer says beside what was typed."""
    with client.get(address) as answer:
        text = answer.get_data(as_text=True)
        for echo in (typed, " ".join(typed.split()), quote(typed), quote_plus(typed)):
            text = text.replace(echo, "…")
        return answer.status_code, CSRF.sub("", text)


def test_no_mail_tells_it(world: World) -> None:
    settings = world.app.extensions["maillage_settings"]
    with world.app.app_context():
        engine = db.engine
        with Session(engine) as session, session.begin():
            cast = Cast(session)
            acting(session, cast.person("Anne").id, Via.PAGE, BEGINNING)
            for territory in (cast.territory(), cast.territory("Plaine de Sorne")):
                start(session, territory.id, person_id=None, now=BEGINNING)
        for day in range(0, 60, 2):
            with time_machine.travel(BEGINNING + timedelta(days=day), tick=False):
                run(sessionmaker(engine), now=clock.now(), at_once=True)
                deliver(settings, engine, Event())
        deliver(settings, engine, Event())
    letters = [said_in(one) for one in (settings.data_dir / "mailbox").rglob("*.maillage")]
    assert any("Fabriquer les caisses" in one for one in letters), "relances left"
    assert any("quantité" in one for one in letters), "and the question about it"
    for one in letters:
        assert amounts_in(one) == set()


def said_in(letter: Path) -> str:
    mail = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["subject"]), *parts])
