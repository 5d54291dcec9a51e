"""When an organisation is shut. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Closure, Organisation
from app.core.refusals import RefusedError

# two closures with less between them are one, for whoever waits for an answer
_BETWEEN = timedelta(days=14)


def close(
    session: Session, organisation: Organisation, *, starts_on: date, ends_on: date
) -> Closure:
    """Shut from one day to another, both included. Said again, it stands once.

    Raises RefusedError for days that overlap others, and for more than three months in a row.
    """
    others = _standing(session, organisation.id)
    same = next(
        (one for one in others if (one.starts_on, one.ends_on) == (starts_on, ends_on)), None
    )
    if same is not None:
        return same
    _require_room(others, starts_on, ends_on)
    closure = Closure(organisation_id=organisation.id, starts_on=starts_on, ends_on=ends_on)
    session.add(closure)
    session.flush()
    return closure


def take_off(session: Session, closure: Closure, *, now: datetime) -> None:
    """It is open on these days after all."""
    closure.removed_at = closure.removed_at or now
    session.flush()


def put_back(session: Session, closure: Closure) -> None:
    """Taken off by mistake. Raises RefusedError where others were noted meanwhile."""
    if closure.removed_at is None:
        return
    others = _standing(session, closure.organisation_id)
    _require_room(others, closure.starts_on, closure.ends_on)
    closure.removed_at = None
    session.flush()


def _standing(session: Session, organisation_id: int) -> Sequence[Closure]:
    """Those of an organisation, which stays locked: two people note the same holidays."""
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    return session.scalars(
        select(Closure)
        .where(Closure.organisation_id == organisation_id, Closure.removed_at.is_(None))
        .order_by(Closure.starts_on)
    ).all()


def _require_room(others: Sequence[Closure], starts_on: date, ends_on: date) -> None:
    if any(one.starts_on <= ends_on and one.ends_on >= starts_on for one in others):
        raise RefusedError("Une fermeture est déjà notée sur ces jours : retirez-la d’abord.")
    first, last = starts_on, ends_on
    for one in reversed(others):
        if one.ends_on < first <= one.ends_on + _BETWEEN:
            first = one.starts_on
    for one in others:
        if last < one.starts_on <= last + _BETWEEN:
            last = one.ends_on
    if last - first > LONGEST_CLOSURE:
        raise RefusedError(
            "Trois mois d’affilée au plus : au-delà, mettez plutôt les projets en pause."
        )
