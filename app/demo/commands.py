"""`flask --app wsgi demo`: the demonstration, once."""

from __future__ import annotations

import json
from datetime import date, datetime

import click
from flask import Flask
from flask.cli import with_appcontext

from app.core import clock
from app.demo.build import NotOursError, Outcome, build
from app.demo.days import TIME_ZONE
from app.demo.story import Story, tell
from app.files.routes.blueprint import store
from app.web.database import db


def register(app: Flask) -> None:
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day the story is told.")
@click.option("--scale", type=click.IntRange(1, 10_000), default=1, help="How many territories.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of sentences.")
@with_appcontext
def demo(today: datetime | None, scale: int, as_json: bool) -> None:
    """Write the invented territory of the demonstration."""
    story = tell(_day(today))
    session = db.session()
    try:
        outcome = build(session, story, scale, store=store())
    except NotOursError as refusal:
        click.echo(refusal, err=True)
        raise SystemExit(2) from None
    session.commit()
    if as_json:
        click.echo(json.dumps(_answer(story, outcome), ensure_ascii=False))
    else:
        click.echo(_sentences(story, outcome))


def _day(today: datetime | None) -> date:
    return today.date() if today else clock.local_day(clock.now(), TIME_ZONE)


def _answer(story: Story, outcome: Outcome) -> dict[str, object]:
    territory = outcome.territory
    return {
        "territory": {"id": territory.public_id, "name": territory.name},
        "accounts": [
            {"role": person.account, "email": person.email, "password": story.password}
            for person in story.accounts
        ],
    }


def _sentences(story: Story, outcome: Outcome) -> str:
    first = "was written" if outcome.is_new else "stands here already; nothing was changed"
    width = max(len(person.account or "") for person in story.accounts)
    return "\n".join(
        (
            f"The demonstration « {outcome.territory.name} » {first}.",
            f"Password of every account: {story.password}",
            *(f"  {person.account:<{width}}  {person.email}" for person in story.accounts),
        )
    )
