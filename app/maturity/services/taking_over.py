"""An assessment begins with what earlier ones had. Rights were checked, the caller commits."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.recorder import in_batch
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.queries.taking_over import taking_over
from app.maturity.services.assessing import LONGEST_COMMENT, require_open
from app.maturity.taking_over import Said, Taken

# how the change log knows a take-over from other acts: the beginning of its batch
MARK = "reprise-"


class Done(NamedTuple):
    """How many statuses and how many proofs came over; `batch` takes them back."""

    statuses: int
    proofs: int
    batch: str


def take_over(session: Session, assessment: Assessment) -> Done:
    """Write what the crosswalk lets carry over; again, it finds nothing more to do.

    A status keeps who confirmed it and when, a proof who linked it and when. What somebody said
    here stays. Raises RefusedError when the year is frozen or there is nothing to begin with.
    """
    require_open(session, assessment)
    found = taking_over(session, assessment)
    if found is None:
        raise RefusedError(
            "Aucune évaluation d’un référentiel précédent n’est là pour être reprise."
        )
    batch = MARK + secrets.token_hex(4)
    in_batch(session, batch)
    statuses = proofs = 0
    for taken in found.criteria:
        if taken.said is not None:
            session.add(_criterion(assessment, taken, taken.said))
            statuses += 1
        proofs += _link(session, assessment, taken)
    session.flush()
    return Done(statuses, proofs, batch)


def _criterion(assessment: Assessment, taken: Taken, said: Said) -> Criterion:
    return Criterion(
        assessment_id=assessment.id,
        territory_id=assessment.territory_id,
        ref=taken.ref,
        status=said.status,
        fractions=list(said.fractions) if said.fractions else None,
        concerned=said.concerned,
        comment=_comment(taken, said),
        text_id=assessment.version_id,
        confirmed_by_id=said.by_id,
        confirmed_at=said.at,
    )


def _comment(taken: Taken, said: Said) -> str:
    """« Repris de 3.5.1 (maillage-eci, 2025). » and what was said there."""
    named = ", ".join(f"{one.ref} ({one.source.key}, {one.source.year})" for one in taken.origins)
    return f"Repris de {named}. {said.comment or ''}".strip()[:LONGEST_COMMENT]


def _link(session: Session, assessment: Assessment, taken: Taken) -> int:
    """Copy the proofs; one that somebody links at this moment is theirs."""
    ids = [link.public_id for link in taken.links]
    if not ids:
        return 0
    done = 0
    for one in session.scalars(
        select(Evidence).where(Evidence.public_id.in_(ids)).order_by(Evidence.id)
    ).all():
        copy = Evidence(
            territory_id=one.territory_id,
            framework_key=assessment.version.framework.key,
            ref=taken.ref,
            kind=one.kind,
            subject_id=one.subject_id,
            project_id=one.project_id,
            note=one.note,
            proved_on=one.proved_on,
            added_by_id=one.added_by_id,
            added_at=one.added_at,
        )
        try:
            with session.begin_nested():
                session.add(copy)
        except IntegrityError:
            continue
        done += 1
    return done
