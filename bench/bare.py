"""The page to compare with: Flask, Flask-SQLAlchemy, one ORM query, one table. Nothing else.

It shows per row what a step's row shows: what, who leads, who acts, until when, how it stands.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DATABASE = "BENCH_BARE_DATABASE"
MOST_ROWS = 50


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Row(Base):
    """One line of the bare table."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str]
    person: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[str]


def create_app() -> Flask:
    """The bare application on the database file that the environment names."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ[DATABASE]}"
    db.init_app(app)

    @app.get("/<int:count>")
    def page(count: int) -> str:
        rows = db.session.scalars(select(Row).order_by(Row.id).limit(count)).all()
        return render_template("bare.html", rows=rows)

    return app


def build(file: Path) -> None:
    """Write the rows into a new database file."""
    os.environ[DATABASE] = str(file)
    with create_app().app_context():
        db.create_all()
        db.session.add_all(_row(number) for number in range(MOST_ROWS))
        db.session.commit()
        db.engine.dispose()


def _row(number: int) -> Row:
    return Row(
        public_id=f"row{number:07d}",
        title=f"Étape {number + 1} du projet : ce qu’il y a à faire",
        organisation=f"Organisation {number % 8 + 1}",
        person=f"Camille Fictive {number % 8 + 1}",
        due_on=date(2026, 4, 7) + timedelta(days=number),
        status="todo",
    )
