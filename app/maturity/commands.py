"""`flask maturity show`: where a territory stands, for people and for programs."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core import clock
from app.core.database import read_only
from app.maturity.labels import missing
from app.maturity.queries import overview
from app.maturity.standings import Standing
from app.web.database import db

maturity = AppGroup("maturity", help="Where territories stand in their référentiels.")


def register(app: Flask) -> None:
    """Give the application its `maturity` commands."""
    app.cli.add_command(maturity)


@maturity.command("show")
@click.option("--territory", "name", required=True, help="Its public id or its exact name.")
@click.option("--framework", "key", help="One framework by its key; without it, all assessed.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def show_command(name: str, key: str | None, as_json: bool) -> None:
    """Show levels and criteria: confirmed, proposed, proved, missing. All of it is indicative.

    As JSON: one object where there is one framework, a list of them where there are several.
    """
    session = db.session()
    read_only(session)
    territory = _territory(session, name)
    today = clock.local_day(clock.now(), territory.time_zone)
    found = overview(session, territory.id, today.year, framework_key=key, or_latest=True).standings
    if not found:
        _fail(
            f"No framework has the key {key}."
            if key
            else f"{territory.name} assesses no framework yet; --framework names one."
        )
    if as_json:
        shown = [_shown(standing, today) for standing in found]
        click.echo(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False))
        return
    for standing in found:
        _print(standing)


def _territory(session: Session, name: str) -> Territory:
    found = session.scalars(
        select(Territory).where(or_(Territory.public_id == name, Territory.name == name))
    ).all()
    if not found:
        _fail(f"No territory has the public id or the name {name}.")
    if len(found) > 1:
        ids = ", ".join(one.public_id for one in found)
        _fail(f"Several territories are called {name}: give a public id ({ids}).")
    return found[0]


def _shown(standing: Standing, today: date) -> dict[str, object]:
    return {
        "framework": standing.framework_key,
        "version": standing.version,
        "as_of": (standing.frozen_on or today).isoformat(),
        "level": standing.level,
        "score": _number(standing.score),
        "criteria": [
            {
                "id": one.ref,
                "status": one.status.value,
                "proposed": one.proposal.status.value if one.proposal else None,
                "evidence": one.standing_proofs,
                "missing": missing(one) or None,
            }
            for one in standing.criteria
        ],
    }


def _number(score: Fraction | None) -> int | float | None:
    """done ÷ potential, from 0 to 1, unrounded."""
    if score is None:
        return None
    return int(score) if score.denominator == 1 else float(score)


def _print(standing: Standing) -> None:
    percent = "–" if standing.score is None else f"{float(standing.score * 100):.1f} %"
    level = "" if standing.level is None else f", level {standing.level}"
    frozen = f", frozen on {standing.frozen_on}" if standing.frozen_on else ""
    click.echo(f"{standing.framework_key} {standing.year}: {percent}{level} (indicative{frozen})")
    for one in standing.criteria:
        proposed = ""
        if one.is_to_confirm and one.proposal:
            proposed = f" → {one.proposal.status.value}?"
        click.echo(
            f"  {one.ref}  {one.status.value}{proposed}  [{one.standing_proofs}]  {one.title}"
        )


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)
