"""The page to compare with: Flask, Flask-SQLAlchemy, one ORM query, one table. Nothing else.

It shows per row what a step's row shows: what, who leads, who acts, until when, how it stands;
organisations and people have tables of their own, as anywhere, and come in the same query.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

DATABASE = "BENCH_BARE_DATABASE"
MOST_ROWS, NAMES = 50, 8


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Row(Base):
    """One line of the bare table."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    status: Mapped[str]
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()


def create_app() -> Flask:
    """The bare application on the database file that the environment names."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ[DATABASE]}"
    db.init_app(app)

    @app.get("/<int:count>")
    def page(count: int) -> str:
        with_names = joinedload(Row.organisation), joinedload(Row.person)
        asked = select(Row).options(*with_names).order_by(Row.id).limit(count)
        rows = db.session.scalars(asked).all()
        return render_template("bare.html", rows=rows)

    return app


def build(file: Path) -> None:
    """Write the rows into a new database file."""
    os.environ[DATABASE] = str(file)
    with create_app().app_context():
        db.create_all()
        db.session.add_all(_rows())
        db.session.commit()
        db.engine.dispose()


def _rows() -> list[Row]:
    organisations = [Organisation(name=f"Organisation {number + 1}") for number in range(NAMES)]
    people = [Person(name=f"Camille Fictive {number + 1}") for number in range(NAMES)]
    return [
        Row(
            public_id=f"row{number:07d}",
            title=f"Étape {number + 1} du projet : ce qu’il y a à faire",
            organisation=organisations[number % NAMES],
            person=people[number % NAMES],
            due_on=date(2026, 4, 7) + timedelta(days=number),
            status="todo",
        )
        for number in range(MOST_ROWS)
    ]
