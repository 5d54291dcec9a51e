"""Parting two records again, within a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.kinds import MergeKind
from app.accounts.models import Merge, Person
from app.accounts.services.merging.ledger import put_back
from app.core.database import Base
from app.core.refusals import RefusedError

MERGES = Base.metadata.tables[Merge.__tablename__]
REGRET = timedelta(days=1)


def undo_merge(session: Session, merge: Merge, *, person_id: int, now: datetime) -> None:
    """Put both records back; what was edited since stays edited, new rows stay with the kept one.

    Doing it again changes nothing. Raises RefusedError where it is too late, or where what
    happened since leaves no way back.
    """
    merge = _locked(session, merge.id)
    if merge.undone_at is not None:
        return
    _require_possible(session, merge, now)
    session.flush()
    try:
        with session.begin_nested():
            for move in reversed(merge.moves or []):
                put_back(session, move, merge.gone_id, merge.kept_id)
            _renew_version(session, merge)
    except IntegrityError:
        raise RefusedError(
            "Ce qui a changé depuis ne permet plus de séparer les deux fiches : rien n’est défait."
        ) from None
    session.expire_all()
    merge.undone_at, merge.undone_by_id, merge.moves = now, person_id, None
    session.flush()


def forget_over(session: Session, now: datetime) -> int:
    """Forget what only an undo needs, once its day is over; answers of how many merges."""
    over = update(MERGES).where(MERGES.c.moves.is_not(None), MERGES.c.merged_at < now - REGRET)
    return session.connection().execute(over.values(moves=null())).rowcount


def may_still_undo(merge: Merge, now: datetime) -> bool:
    return merge.undone_at is None and merge.moves is not None and now - merge.merged_at <= REGRET


def _locked(session: Session, merge_id: int) -> Merge:
    query = select(Merge).where(Merge.id == merge_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def _require_possible(session: Session, merge: Merge, now: datetime) -> None:
    if not may_still_undo(merge, now):
        raise RefusedError("Plus d’un jour a passé : ces deux fiches n’en font qu’une.")
    later = session.scalar(
        select(Merge.id).where(
            Merge.kind == merge.kind,
            Merge.id > merge.id,
            Merge.undone_at.is_(None),
            Merge.kept_id == merge.kept_id,
        )
    )
    if later is not None:
        raise RefusedError(
            "Une autre fiche a été réunie à celle-ci depuis : séparez d’abord cette autre fiche."
        )
    if merge.kind is MergeKind.PERSON:
        person = session.get_one(Person, merge.kept_id)
        if person.anonymised_at is not None:
            raise RefusedError("Cette personne a été effacée depuis : il n’y a rien à défaire.")


def _renew_version(session: Session, merge: Merge) -> None:
    """Whoever has the kept record's form open is told that it changed."""
    table = Base.metadata.tables[merge.kind.value]
    renewed = update(table).where(table.c.id == merge.kept_id)
    session.execute(renewed.values(version=table.c.version + 1))
