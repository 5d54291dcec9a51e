"""Opening a year, confirming its criteria, freezing it. Rights were checked, the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, require_version
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.frameworks.queries import version_of
from app.maturity.kept import to_json
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion
from app.maturity.queries.years import kept_today

_TRIES = 5
LONGEST_COMMENT = 1000


def open_assessment(
    session: Session, *, territory_id: int, framework_key: str, year: int
) -> Assessment:
    """The territory's assessment of that year, made where there is none.

    It pins the latest version and begins with what the latest earlier year had confirmed: a
    status holds until somebody says otherwise, with the day on which it was said.
    Raises RefusedError when no framework has this key.
    """
    for _ in range(_TRIES):
        found = _assessment(session, territory_id, framework_key, year)
        if found is not None:
            return found
        version = version_of(session, framework_key)
        if version is None:
            raise RefusedError("Ce référentiel n’est pas chargé.")
        try:
            with session.begin_nested():
                made = Assessment(territory_id=territory_id, version_id=version.id, year=year)
                session.add(made)
                session.flush()
                _carry_over(session, made, framework_key)
            return made
        except IntegrityError:
            continue  # somebody else opened it while this one waited: take theirs
    raise RuntimeError(f"the assessment of {framework_key} {year} can be neither found nor made")


def _assessment(
    session: Session, territory_id: int, framework_key: str, year: int
) -> Assessment | None:
    return session.scalars(
        select(Assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .where(
            Assessment.territory_id == territory_id,
            Assessment.year == year,
            Framework.key == framework_key,
        )
        .order_by(FrameworkVersion.number.desc())
        .limit(1)
    ).one_or_none()


def _carry_over(session: Session, made: Assessment, framework_key: str) -> None:
    """Copy what the latest earlier year confirmed, where the criterion is still there.

    A year is taken whole: what it leaves unsaid is not filled from the year before. One that was
    opened out of order and says nothing at all is passed over.
    """
    rows = session.scalars(
        select(Criterion)
        .join(Criterion.assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .where(
            Assessment.territory_id == made.territory_id,
            Assessment.year < made.year,
            Framework.key == framework_key,
        )
        .order_by(Assessment.year.desc(), FrameworkVersion.number.desc())
    ).all()
    kept = set(session.scalars(select(Node.ref).where(Node.version_id == made.version_id)))
    session.add_all(
        Criterion(
            assessment_id=made.id,
            territory_id=made.territory_id,
            ref=row.ref,
            status=row.status,
            fractions=row.fractions,
            concerned=row.concerned,
            comment=row.comment,
            text_id=row.text_id,
            confirmed_by_id=row.confirmed_by_id,
            confirmed_at=row.confirmed_at,
        )
        for row in rows
        if row.assessment_id == rows[0].assessment_id and row.ref in kept
    )
    session.flush()


def confirm_status(
    session: Session,
    assessment: Assessment,
    *,
    ref: str,
    status: CriterionStatus,
    person_id: int | None,
    now: datetime,
    seen_version: int | None,
    fractions: Sequence[Decimal] | None = None,
    concerned: bool = True,
    comment: str = "",
    text_id: int | None = None,
) -> Criterion:
    """A person says how a criterion stands; `fractions` (done, planned, not done) sum to 1.

    `seen_version` is the version of the row that the form showed, None where there was none;
    `text_id` the text that the person had before them, the year's own where it is not given.
    Raises StaleError when somebody else confirmed meanwhile, RefusedError when the year is
    frozen, the criterion is not in the framework, or the fractions do not fit the status.
    """
    require_open(session, assessment)
    _require_in_text(session, assessment, ref)
    parts = _parts(status, fractions)
    row = session.scalar(
        select(Criterion).where(Criterion.assessment_id == assessment.id, Criterion.ref == ref)
    )
    require_version(row.version if row else 0, seen_version or 0)
    if row is None:
        row = Criterion(assessment_id=assessment.id, territory_id=assessment.territory_id, ref=ref)
        session.add(row)
    row.status = status
    row.fractions = parts
    row.concerned = concerned
    row.comment = comment.strip()[:LONGEST_COMMENT] or None
    row.text_id = text_id or assessment.version_id
    row.confirmed_by_id = person_id
    row.confirmed_at = now
    session.flush()
    return row


def _require_in_text(session: Session, assessment: Assessment, ref: str) -> None:
    wanted = select(Node.id).where(Node.version_id == assessment.version_id, Node.ref == ref)
    if session.scalar(wanted) is None:
        raise RefusedError("Ce critère n’est pas dans ce référentiel.")


def _parts(status: CriterionStatus, fractions: Sequence[Decimal] | None) -> list[str] | None:
    if status is not CriterionStatus.DETAILED:
        return None
    if fractions is None or len(fractions) != 3 or min(fractions) < 0 or sum(fractions) != 1:
        raise RefusedError(
            "Donnez la part réalisée et la part programmée, de 0 à 100\u202f% en tout."
        )
    return [str(part) for part in fractions]


def freeze(
    session: Session, assessment: Assessment, *, now: datetime, person_id: int | None = None
) -> None:
    """Keep the year as it stands, and what the data say of it: nothing changes from here on."""
    require_open(session, assessment)
    assessment.kept = to_json(kept_today(session, assessment))
    assessment.frozen_at = now
    assessment.frozen_by_id = person_id
    session.flush()


def require_open(session: Session, assessment: Assessment) -> None:
    """Look again under a lock, so that nothing changes while the year is being frozen.

    Raises RefusedError when it is, or when somebody has just taken its opening back.
    """
    try:
        session.refresh(assessment, with_for_update=True)
    except InvalidRequestError:
        raise RefusedError("L’ouverture de cette année vient d’être annulée.") from None
    if assessment.frozen_at is not None:
        raise RefusedError("Cette année est figée\u202f: elle ne change plus.")
