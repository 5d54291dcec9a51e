"""`flask reminders …`: see what a day would bring, and decide it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import read_only
from app.reminders.mails import NAME
from app.reminders.queries.facts import territories, world
from app.reminders.schedule.fold import Outlook, PlannedMail, outlook
from app.reminders.schedule.judging import Told, Untold
from app.reminders.services.running import run
from app.web.database import db

reminders = AppGroup("reminders", help="Who is told what, and when.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


class Day(click.ParamType[date]):
    """A calendar day as ISO 8601 writes it."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: one such as 2026-04-10 is wanted.", param, ctx)


def register(app: Flask) -> None:
    """Give the application its `reminders` commands."""
    app.cli.add_command(reminders)


@reminders.command("preview")
@click.option("--on", type=Day(), required=True, help="The day to look at.")
@click.option("--until", type=Day(), help="The last day to look at, when more than one.")
@as_json_option
def preview_command(on: date, until: date | None, as_json: bool) -> None:
    """Show who would be told what, and what would not be told and why. Writes nothing."""
    last = until or on
    if last < on:
        raise click.UsageError(f"--until {last} lies before --on {on}.")
    with Session(db.engine) as session:
        read_only(session)
        seen = world(session, territories(session), first=on, last=last)
    coming = outlook(seen.facts, seen.ledger, on, (last - on).days + 1, seen.watch)
    if as_json:
        click.echo(json.dumps(as_contract(coming), ensure_ascii=False))
    else:
        _print(as_contract(coming))


@reminders.command("run")
@click.option("--on", type=Day(), help="Decide this day, instead of everybody's present one.")
@as_json_option
def run_command(on: date | None, as_json: bool) -> None:
    """Write the mails of a day; they may leave at once. Run again, it writes nothing."""
    written = run(lambda: Session(db.engine), now=clock.now(), on=on, at_once=True)
    if as_json:
        click.echo(json.dumps({"written": written.mails, "skipped": written.drops}))
    else:
        click.echo(f"written {written.mails}, skipped {written.drops}")


def as_contract(coming: Outlook) -> dict[str, list[dict[str, object]]]:
    """The preview in the shape that docs/commands.md promises."""
    return {
        "would_send": [_mail(mail) for mail in coming.mails],
        "would_skip": [_skip(one) for one in coming.untold],
    }


def _mail(mail: PlannedMail) -> dict[str, object]:
    return {
        "to": mail.recipient.email,
        "person": mail.recipient.name,
        "mail": NAME,
        "on": mail.on.isoformat(),
        "steps": [_step(one) for one in mail.told],
        **_notices(mail),
    }


def _notices(mail: PlannedMail) -> dict[str, object]:
    """Lines about what the person keeps an eye on, where there are any."""
    lines = [{"code": one.code.value, "title": one.title} for one in mail.notices]
    return {"notices": lines} if lines else {}


def _step(one: Told) -> dict[str, object]:
    return {
        "id": one.step.public_id,
        "title": one.step.title,
        "due_date": one.step.due_on.isoformat(),
        "occasion": one.rule.told_as,
    }


def _skip(one: Untold) -> dict[str, object]:
    return {
        "person": one.step.recipient.name if one.step.recipient else None,
        "step": one.step.public_id,
        "occasion": one.rule.told_as,
        "reason": one.reason.value,
    }


def _print(found: Mapping[str, Iterable[Mapping[str, object]]]) -> None:
    for mail in found["would_send"]:
        click.echo(f"{mail['on']}  {mail['person']} <{mail['to']}>")
        for step in mail["steps"]:  # type: ignore[attr-defined]  # a list of them
            click.echo(f"    {step['occasion']:<4} {step['due_date']}  {step['title']}")
        for line in mail.get("notices", []):  # type: ignore[attr-defined]  # a list of them
            click.echo(f"    {line['code']:<12} {line['title']}")
    for one in found["would_skip"]:
        who = one["person"] or "nobody"
        click.echo(f"not told: {one['occasion']:<4} {one['step']}  {who}: {one['reason']}")
