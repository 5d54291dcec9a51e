"""Who runs the installation: invited and ended. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind
from app.accounts.models import Ask, Grant, Person
from app.accounts.queries.invitations import INSTALLATION
from app.accounts.queries.operators import other_operators
from app.accounts.services import asks
from app.accounts.services.inviting import ask_in, reachable
from app.accounts.sessions import viewer_of
from app.core.refusals import RefusedError


def invite_operator(
    session: Session,
    *,
    name: str,
    email: str,
    asker_id: int | None,
    now: datetime,
    note: str | None = None,
) -> Grant:
    """Ask somebody to run the installation; nobody asks the first one: the command line does.

    Raises RefusedError for oneself, and for who runs it already.
    """
    person = reachable(session, name=name, email=email, now=now)
    if person.id == asker_id:
        raise RefusedError("C’est votre propre adresse : on n’invite que quelqu’un d’autre.")
    if person.is_operator:
        raise RefusedError(f"{person.name} exploite déjà cette installation.")
    return ask_in(
        session,
        kind=AskKind.OPERATOR,
        subject=(INSTALLATION, person.id),
        person=person,
        asker_id=person.id if asker_id is None else asker_id,
        payload={"name": name, "note": note, "by_command": asker_id is None},
        now=now,
    )


def end_operator(session: Session, person: Person, *, by_id: int) -> bool:
    """Take the operation away, or lay it down. False when it was so already.

    Raises RefusedError for the last operator who can come in.
    """
    hold_operators(session)
    session.refresh(person)
    if not person.is_operator:
        return False
    if not other_operators(session, person.id):
        who = "Vous êtes" if person.id == by_id else f"{person.name} est"
        raise RefusedError(
            f"{who} la seule personne qui exploite cette installation et peut y entrer : invitez "
            "d’abord quelqu’un d’autre."
        )
    person.is_operator = False
    session.flush()
    return True


def restore_operator(person: Person) -> None:
    """Undo an end."""
    person.is_operator = True


def still_stands(session: Session, ask: Ask) -> bool:
    """Whether the asker still runs the installation, and the asked one does not yet."""
    if session.get_one(Person, ask.subject_id).is_operator:
        return False
    asker = viewer_of(session, ask.asker_id)
    return bool(ask.payload["by_command"]) or (asker is not None and asker.is_operator)


def take_over(session: Session, ask: Ask, now: datetime) -> None:  # noqa: ARG001  as every handler
    """What an accepted invitation does."""
    session.get_one(Person, ask.subject_id).is_operator = True


HANDLER = asks.Handler(stands=still_stands, run=take_over)


def hold_operators(session: Session) -> None:
    """Two who end each other at once do so one after the other."""
    session.execute(
        select(Person.id)
        .where(Person.is_operator)
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )
