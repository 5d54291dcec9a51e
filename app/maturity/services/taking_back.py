"""A take-over is undone: what nobody has touched since goes. Rights were checked, the caller
commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from app.core.refusals import RefusedError
from app.frameworks.models import FrameworkVersion, Node
from app.journal.models import Change
from app.journal.recorder import taking_back
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.services.assessing import require_open
from app.maturity.services.evidence import unlink_evidence
from app.maturity.services.taking_over import MARK
from app.maturity.taking_over import Kept, TakenBack

Row = TypeVar("Row", Criterion, Evidence)
# as long as the journal takes entries back
UNDONE_WITHIN = timedelta(days=30)
GONE = "C’est déjà annulé, ou trop ancien\u202f: changez ces critères là où ils sont."


def take_back(session: Session, assessment: Assessment, batch: str, *, now: datetime) -> TakenBack:
    """Undo the take-over of this batch as far as it stands as it was taken.

    A status that was confirmed since, or a proof that somebody linked again, stays and is named.
    Raises RefusedError where the year is frozen, or nothing of this batch can be undone any more.
    """
    require_open(session, assessment)
    taken_at = _taken_at(session, assessment.territory_id, batch)
    if taken_at is None or taken_at <= now - UNDONE_WITHIN:
        raise RefusedError(GONE)
    criteria, proofs = _criteria(session, assessment, batch), _proofs(session, assessment, batch)
    rows: list[Criterion | Evidence] = [*criteria, *proofs]
    if not rows:
        raise RefusedError(GONE)
    touched = _touched(session, batch)
    kept = [one for one in rows if (type(one).__name__, one.id) in touched]
    taking_back(session, batch)
    statuses = [one for one in criteria if one not in kept]
    for status in statuses:
        session.delete(status)
    links = [one for one in proofs if one not in kept]
    _unlink(session, links, keep=_a_year_was_frozen(session, assessment, taken_at), now=now)
    session.flush()
    return TakenBack(len(statuses), len(links), _named(session, assessment, kept))


def _unlink(session: Session, links: Sequence[Evidence], *, keep: bool, now: datetime) -> None:
    """As if they had never been linked, or `keep` them for a year that was frozen with them."""
    for link in links:
        if keep:
            unlink_evidence(session, link, now=now)
        else:
            session.delete(link)


def _taken_at(session: Session, territory_id: int, batch: str) -> datetime | None:
    """When this batch was taken over; None where it was not, or was undone."""
    if not batch.startswith(MARK):
        return None
    undoing = aliased(Change)
    undone = exists().where(undoing.territory_id == territory_id, undoing.undoes == batch)
    return session.scalar(select(Change.at).where(Change.batch == batch, ~undone).limit(1))


def _criteria(session: Session, assessment: Assessment, batch: str) -> Sequence[Criterion]:
    ours = Criterion.assessment_id == assessment.id
    return session.scalars(_of_batch(Criterion, batch).where(ours)).all()


def _proofs(session: Session, assessment: Assessment, batch: str) -> Sequence[Evidence]:
    """Those that still stand; one that somebody took away since is gone already."""
    standing = _of_batch(Evidence, batch).where(
        Evidence.territory_id == assessment.territory_id,
        Evidence.framework_key == assessment.version.framework.key,
        Evidence.removed_at.is_(None),
    )
    return session.scalars(standing.with_for_update(of=Evidence)).all()


def _of_batch(model: type[Row], batch: str) -> Select[Row]:
    """The rows of a table that the change log names under this batch."""
    return (
        select(model)
        .join(Change, Change.entity_id == model.id)
        .where(Change.entity == model.__name__, Change.batch == batch)
        .order_by(model.id)
    )


def _touched(session: Session, batch: str) -> set[tuple[str, int]]:
    """(entity, id) of the rows of this batch that another act changed too."""
    since = aliased(Change)
    rows = session.execute(
        select(Change.entity, Change.entity_id)
        .join(since, (since.entity == Change.entity) & (since.entity_id == Change.entity_id))
        .where(Change.batch == batch, since.batch != batch)
    )
    return {(row[0], row[1]) for row in rows}


def _a_year_was_frozen(session: Session, assessment: Assessment, since: datetime) -> bool:
    """Whether a year of this framework was frozen with these proofs (`Assessment.kept`)."""
    frozen = (
        select(Assessment.id)
        .join(FrameworkVersion, FrameworkVersion.id == Assessment.version_id)
        .where(
            Assessment.territory_id == assessment.territory_id,
            FrameworkVersion.framework_id == assessment.version.framework_id,
            Assessment.frozen_at >= since,
        )
    )
    return session.scalar(frozen.limit(1)) is not None


def _named(
    session: Session, assessment: Assessment, rows: Sequence[Criterion | Evidence]
) -> tuple[Kept, ...]:
    if not rows:
        return ()
    found = session.execute(
        select(Node.ref, Node.title).where(
            Node.version_id == assessment.version_id, Node.ref.in_({one.ref for one in rows})
        )
    )
    titles = {row[0]: row[1] for row in found}
    return tuple(
        Kept(one.ref, titles.get(one.ref, one.ref), isinstance(one, Evidence)) for one in rows
    )
