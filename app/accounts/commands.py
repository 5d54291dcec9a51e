"""`flask territory create`, `operator invite`: how production starts; `person …`: locked out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.accounts.addresses import clean_email
from app.accounts.links import Links
from app.accounts.mails import INVITATION_PATH, SIGN_IN_PATH
from app.accounts.models import Grant, Person
from app.accounts.queries.second_factor import recovery_codes_left, second_factor_of
from app.accounts.services import second_factor
from app.accounts.services.mailed_links import issue_sign_in
from app.accounts.services.operators import invite_operator
from app.accounts.services.people import person_with
from app.accounts.services.territories import Founded, NewTerritory, found_territory
from app.accounts.typed import stripped
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import act_as

territory = AppGroup("territory", help="Territories, and who runs them.")
person = AppGroup("person", help="People's accounts.")
operator = AppGroup("operator", help="Who runs the installation.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


def register(app: Flask) -> None:
    """Give the application its `territory` and `person` commands."""
    app.cli.add_command(territory)
    app.cli.add_command(person)
    app.cli.add_command(operator)


@territory.command("create")
@click.option("--name", required=True, help="« Val d’Aubrive »")
@click.option("--siren", required=True, help="The nine digits of the EPCI or commune.")
@click.option("--organisation", help="The collectivité's name, where it is not the territory's.")
@click.option("--pilot-name", required=True, help="Who animates the démarche.")
@click.option("--pilot-email", required=True, help="Where the invitation goes.")
@click.option("--time-zone", default="Europe/Paris", show_default=True)
@click.option("--holiday-zone", default="metropole", show_default=True)
@json_option
def create_command(as_json: bool, organisation: str | None, name: str, **wanted: str) -> None:
    """Create a territory, its collectivité and its pilot, and invite the pilot.

    The invitation leaves by mail; its link is printed too, for who has no relay yet.
    """
    with _errors_as_sentences():
        asked = NewTerritory(name=name, organisation=organisation or name, **wanted)
        act_as(None)
        founded = found_territory(db.session(), asked, clock.now())
        answer = _founded(founded)
        db.session.commit()
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo(_told(answer))


@person.command("link")
@click.argument("email")
@json_option
def link_command(email: str, as_json: bool) -> None:
    """Print a link that signs a person in once, within half an hour."""
    with _errors_as_sentences():
        act_as(None)
        answer = _link(issue_sign_in(db.session(), _known(email), clock.now()), SIGN_IN_PATH)
        db.session.commit()
    click.echo(json.dumps(answer) if as_json else answer["url"])


@person.command("second-factor")
@click.argument("email")
@click.option("--reset", is_flag=True, help="Take it away: app and paper are lost.")
@json_option
def second_factor_command(email: str, reset: bool, as_json: bool) -> None:
    """Tell whether a person has a second factor; --reset takes it away, and mails them so."""
    with _errors_as_sentences():
        act_as(None)
        known = _known(email)
        if reset and not second_factor.reset(db.session(), known, clock.now()):
            raise RefusedError(f"{email!r} has no second factor.")
        answer = _factor(known)
        db.session.commit()
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo(_factor_told(answer, reset=reset))


def _factor(known: Person) -> dict[str, Any]:
    has_one = second_factor_of(db.session(), known.id) is not None
    left = recovery_codes_left(db.session(), known.id)
    return {"email": known.email, "second_factor": has_one, "recovery_codes": left}


def _factor_told(answer: dict[str, Any], *, reset: bool) -> str:
    if reset:
        return f"{answer['email']} signs in without a second factor again, and is told so by mail."
    if not answer["second_factor"]:
        return f"{answer['email']} has no second factor."
    return f"{answer['email']} has a second factor; recovery codes left: {answer['recovery_codes']}"


def _known(email: str) -> Person:
    """The person of an address. Raises RefusedError where there is none."""
    known = person_with(db.session(), clean_email(email) or "")
    if known is None or known.anonymised_at is not None:
        raise RefusedError(f"Nobody here has the address {email!r}.")
    return known


@operator.command("invite")
@click.option("--name", required=True, help="Who will run this installation.")
@click.option("--email", required=True, help="Where the invitation goes.")
@json_option
def invite_operator_command(name: str, email: str, as_json: bool) -> None:
    """Invite an operator of the installation, the first one above all.

    The invitation leaves by mail; its link is printed too, for who has no relay yet.
    """
    with _errors_as_sentences():
        address, known_as = clean_email(email), stripped(name)
        if address is None or known_as is None:
            raise RefusedError(f"{email!r} and {name!r}: an e-mail address and a name are wanted.")
        act_as(None)
        now = clock.now()
        grant = invite_operator(db.session(), name=known_as, email=address, asker_id=None, now=now)
        answer = _link(grant, INVITATION_PATH)
        db.session.commit()
    click.echo(json.dumps(answer) if as_json else answer["url"])


def _founded(founded: Founded) -> dict[str, object]:
    return {
        "territory": {"id": founded.territory.public_id, "name": founded.territory.name},
        "organisation": {"id": founded.organisation.public_id, "name": founded.organisation.name},
        "pilot": {
            "id": founded.pilot.public_id,
            "name": founded.pilot.name,
            "email": founded.pilot.email,
        },
        "invitation": _link(founded.invitation, INVITATION_PATH) if founded.invitation else None,
    }


def _link(grant: Grant, path: str) -> dict[str, str]:
    links: Links = current_app.extensions["maillage_links"]
    until = grant.expires_at.isoformat() if grant.expires_at else ""
    return {"url": links.url(path, grant.public_id), "expires_at": until}


def _told(answer: dict[str, object]) -> str:
    lines = [f"{key:<13}{value}" for key, value in _rows(answer)]
    return "\n".join(lines)


def _rows(answer: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in answer.items():
        if isinstance(value, dict):
            yield key, "  ".join(str(one) for one in value.values())
        else:
            yield key, "not needed: this person has an account"


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """One sentence on stderr, exit code 2, nothing changed."""
    try:
        yield
    except RefusedError as refusal:
        db.session.rollback()
        click.echo(refusal, err=True)
        raise SystemExit(2) from None
