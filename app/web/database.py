"""The web's database session: Flask-SQLAlchemy over our own base, one commit at the edge."""

from __future__ import annotations

from flask import Flask, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from app.core.database import Base, prepare_engine, read_only

# a request reads its rows once: what it committed is what it shows
db = SQLAlchemy(
    metadata=Base.metadata, disable_autonaming=True, session_options={"expire_on_commit": False}
)
migrate = Migrate(render_as_batch=True, compare_type=True)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Bind the database to the app; requests that only read say so before their first query."""
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        prepare_engine(db.engine)
    if db_is_sqlite(app):
        app.before_request(_read_only_when_safe)


def db_is_sqlite(app: Flask) -> bool:
    return str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def write_from_here() -> None:
    """For the one kind of GET that writes: what follows takes the writer's place, as a POST does.

    What was read so far is read anew.
    """
    db.session.rollback()


def _read_only_when_safe() -> None:
    if request.method in SAFE_METHODS and request.endpoint not in (None, "static"):
        read_only(db.session())
