"""The part that both kinds of merge have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MergeKind
from app.accounts.models import Merge, Organisation, Person
from app.accounts.services.merging.clashes import bring
from app.accounts.services.merging.ledger import Ledger, rows_of
from app.accounts.services.merging.references import references_to
from app.core.clock import local_day
from app.core.database import Base
from app.core.refusals import RefusedError

ZONE = "Europe/Paris"


class Pair(NamedTuple):
    """The two records, by their ids."""

    kind: MergeKind
    entity: type[Organisation | Person]
    kept_id: int
    gone_id: int
    gone_public_id: str


def lock(session: Session, entity: type[Organisation | Person], *ids: int) -> None:
    """Hold both rows as they stand now, so that no other merge touches them meanwhile."""
    if len(set(ids)) < len(ids):
        raise RefusedError("Ces deux fiches n’en sont qu’une.")
    query = select(entity).where(entity.id.in_(ids)).order_by(entity.id).with_for_update()
    found = session.scalars(query, execution_options={"populate_existing": True}).all()
    if len(found) < len(ids):
        raise RefusedError("L’une de ces deux fiches a été réunie à une autre entre-temps.")


def join(
    session: Session,
    ledger: Ledger,
    pair: Pair,
    *,
    person_id: int,
    territory_id: int | None,
    values: Mapping[str, Any],
    now: datetime,
) -> Merge:
    """Let every reference follow, take the record that goes away, write the kept one's values."""
    table = Base.metadata.tables[pair.kind.value]
    today = local_day(now, ZONE)
    for reference in references_to(table.name):
        bring(
            session,
            ledger,
            reference,
            gone_id=pair.gone_id,
            kept_id=pair.kept_id,
            today=today,
        )
    (row,) = rows_of(session, table, table.c.id == pair.gone_id)
    ledger.remove(table, row)
    session.expunge(session.get_one(pair.entity, pair.gone_id))
    session.expire_all()
    _write_kept(session, ledger, pair, values)
    merge = Merge(
        kind=pair.kind,
        kept_id=pair.kept_id,
        gone_id=pair.gone_id,
        gone_public_id=pair.gone_public_id,
        territory_id=territory_id,
        merged_at=now,
        merged_by_id=person_id,
        moves=ledger.moves,
    )
    session.add(merge)
    session.flush()
    return merge


def _write_kept(session: Session, ledger: Ledger, pair: Pair, values: Mapping[str, Any]) -> None:
    """By the ORM: an edit of the record like another, in the change log, with a new version."""
    kept = session.get_one(pair.entity, pair.kept_id)
    before = {name: getattr(kept, name) for name in values if getattr(kept, name) != values[name]}
    for name, value in values.items():
        # in their order: the SIRET brings its SIREN and says that it is held
        setattr(kept, name, value)
    session.flush()
    if before:
        after = {name: values[name] for name in before}
        table = Base.metadata.tables[pair.kind.value]
        ledger.note(table, {"id": pair.kept_id}, before, after)
