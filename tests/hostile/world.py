"""An installation with secrets planted in it, everybody signed in; it can be set back."""

from __future__ import annotations

import contextlib
import functools
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.sessions import open_session
from app.core import clock
from app.core.database import Base
from app.files.models import Document
from app.initiatives.models import ContactNote, Opportunity
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Flow
from app.web.database import db
from tests.access.rows import prepare
from tests.access.test_matrix import VISITOR
from tests.cast import CAST, Cast
from tests.conftest import make_app
from tests.parts.postgres import PostgresServer

ROLES = (VISITOR, *CAST)
SORNE = frozenset({"Karim", "Paul", "Odile"})
VAL = frozenset(CAST) - {"Paul"}
CARRIERS = frozenset({"Anne", "Karim", "Lucie", "Marc"})


@dataclass(frozen=True)
class Secret:
    """Words that only some may read; a mailed link's page may say them where `by_link`."""

    words: str
    readers: frozenset[str]
    by_link: bool = False


class Alarm(logging.Handler):
    """Keeps what the application logs as an error, or as a race where nobody raced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@dataclass
class World:
    """The installation under attack."""

    app: Flask
    rows: dict[str, str]
    secrets: tuple[Secret, ...]
    keys: dict[str, str]
    restore: Callable[[], None]
    alarm: Alarm = field(default_factory=Alarm)

    def client(self, role: str) -> FlaskClient:
        """A new browser of this member of the cast."""
        client = self.app.test_client()
        if role != VISITOR:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.keys[role]
                cookie["_fresh"] = True
        return client

    def public_ids(self) -> list[str]:
        """Of everything that has one; the same things stand at the same places of every world."""
        tables = [one for one in Base.metadata.sorted_tables if "public_id" in one.c]
        with self.app.app_context():
            engine = db.engine
        with Session(engine) as session:
            found = [
                public_id
                for table in tables
                for public_id in session.scalars(select(table.c.public_id).order_by(table.c.id))
            ]
        engine.dispose()
        return found

    def set_back(self) -> None:
        """As nothing had happened."""
        with self.app.app_context():
            db.engine.dispose()
        self.restore()


@contextlib.contextmanager
def hostile_world(template: Path, folder: Path) -> Iterator[World]:
    """A world on a copy of the cast's SQLite file, set back in no time."""
    file, kept = folder / "maillage.sqlite3", folder / "kept.sqlite3"
    shutil.copy(template, file)
    with _world(
        f"sqlite:///{file}",
        folder,
        keep=lambda: copy_database(file, kept),
        restore=lambda: lay_over(kept, file),
    ) as world:
        yield world


@contextlib.contextmanager
def hostile_world_on(server: PostgresServer, template: str, folder: Path) -> Iterator[World]:
    """The same on PostgreSQL, which refuses what SQLite swallows."""
    live, kept = "hostile", "hostile_kept"
    server.create_database(live, template)

    def restore() -> None:
        server.drop_database(live)
        server.create_database(live, kept)

    keep = functools.partial(server.create_database, kept, live)
    with _world(server.url(live), folder, keep=keep, restore=restore) as world:
        yield world
    for name in (live, kept):
        server.drop_database(name)


@contextlib.contextmanager
def _world(
    database_url: str, folder: Path, *, keep: Callable[[], None], restore: Callable[[], None]
) -> Iterator[World]:
    """As it runs in production: errors are answers."""
    app = make_app(database_url, folder)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        cast = Cast(session)
        rows = prepare(app, session, cast)
        secrets = plant(session, cast)
        keys = {name: _sign_in(session, cast, name) for name in CAST}
        session.commit()
    engine.dispose()
    keep()
    world = World(app, rows, secrets, keys, restore)
    log = logging.getLogger()
    log.addHandler(world.alarm)
    yield world
    log.removeHandler(world.alarm)
    engine.dispose()


def _sign_in(session: Session, cast: Cast, name: str) -> str:
    person = cast.person(name).id
    return open_session(session, person_id=person, browser="tests", now=clock.now())


def plant(session: Session, cast: Cast) -> tuple[Secret, ...]:
    """Write words that are found nowhere else, and say who may read them."""
    acting(session, None, Via.COMMAND, clock.now())
    flow = session.scalars(select(Flow)).one()
    flow.quantity, flow.unit = Decimal("42170638.125"), "fournées par lunaison"
    flow.price_cents = 98765432
    document = session.scalars(select(Document).where(Document.file_name == "devis.pdf")).one()
    document.title = "Devis sous le manteau"
    # Marc is invited into the bakery: its people read how to reach him
    lucie, marc, karim = (cast.person(name) for name in ("Lucie", "Marc", "Karim"))
    for person, phone in (
        (lucie, "06 55 12 34 01"),
        (marc, "06 55 12 34 02"),
        (karim, "06 55 12 34 03"),
    ):
        person.phone = phone
    note = session.scalars(select(ContactNote)).one()
    note.body = "Elle tousse depuis la fusion"
    lead = session.scalars(select(Opportunity)).one()
    lead.title = "Vapeur sous le boisseau"
    there = cast.project("Sciure pour la chaufferie")
    session.flush()
    own = {"Anne", "Odile"}
    return (
        *(Secret(words, CARRIERS) for words in AMOUNTS),
        Secret(document.title, CARRIERS),
        # her own firm reads no page about itself; its partners do
        Secret(note.body, frozenset({"Karim", "Anne", "Marc"})),
        Secret(lead.title, frozenset({"Karim", "Anne", "Lucie"})),
        Secret("Piste confidentielle", frozenset(own)),
        Secret(str(lucie.email), frozenset(own | {"Lucie"}), by_link=True),
        Secret(str(marc.email), frozenset(own | {"Marc", "Lucie"}), by_link=True),
        Secret(str(karim.email), frozenset(own | {"Karim", "Paul"})),
        # whoever carries a project with a firm may call the first of its people
        *(Secret(str(one.phone), CARRIERS | {"Odile"}, by_link=True) for one in (lucie, marc)),
        Secret(str(karim.phone), CARRIERS | {"Odile", "Paul"}),
        Secret(there.title, SORNE),
        Secret("Chiffrer le transport", SORNE),
        Secret("Scierie de la Sorne", SORNE),
        Secret(there.public_id, SORNE),
        Secret(there.territory.public_id, SORNE),
        Secret("Invendus du Fournil", VAL, by_link=True),
        Secret("Peser les invendus", CARRIERS | {"Odile"}, by_link=True),
        Secret("Fabriquer les caisses", CARRIERS | {"Odile"}),
    )


# so long that no token, key or length of an answer holds them by chance
AMOUNTS = (
    *("42170638", "42\u202f170\u202f638", "fournées par lunaison"),
    *("98765432", "987\u202f654", "987654,32"),
)


def copy_database(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(source)) as read_from,
        contextlib.closing(sqlite3.connect(target)) as written_to,
    ):
        read_from.backup(written_to)


def lay_over(source: Path, target: Path) -> None:
    """Put back a database that nobody has open, without waiting for the disk."""
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    shutil.copyfile(source, target)
