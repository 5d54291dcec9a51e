"""An open year follows a newer text of its framework, and goes back. The caller commits.

Nothing that was said or linked is written, moved or removed: statuses and proofs stand by the id
of their criterion, so that those which the newer text still holds go on, and the others wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.frameworks.models import FrameworkVersion
from app.frameworks.queries import version_of
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import taking_back
from app.maturity.models import Assessment
from app.maturity.services.assessing import require_open

# as long as the journal takes entries back
UNDONE_WITHIN = timedelta(days=30)
NOT_AS_SHOWN = (
    "Le texte de cette année, ou le référentiel, a changé entre-temps\u202f: relisez les "
    "différences avant d’y passer."
)
TAKEN = "Une autre lecture de cette année suit déjà ce texte."
MOVED_ON = "Ce n’est plus l’état actuel\u202f: quelqu’un a changé cela depuis. Rien n’est annulé."


def follow_new_text(session: Session, assessment: Assessment, *, seen: int, wanted: int) -> None:
    """From the version numbered `seen` to the latest, which is still the one numbered `wanted`.

    Raises RefusedError when the year is frozen, or either is not what the person read about.
    """
    require_open(session, assessment)
    current = session.get_one(FrameworkVersion, assessment.version_id)
    newest = version_of(session, current.framework.key)
    if newest is None or (current.number, newest.number) != (seen, wanted) or seen >= wanted:
        raise RefusedError(NOT_AS_SHOWN)
    _follow(session, assessment, newest.id)


def take_text_back(session: Session, assessment: Assessment, batch: str, *, now: datetime) -> None:
    """The text before the one that this batch passed to. What was said since stays.

    Raises RefusedError when the year is frozen, or followed another text since, or after a month.
    """
    require_open(session, assessment)
    last = session.scalar(
        select(Change)
        .where(
            Change.entity == Assessment.__name__,
            Change.entity_id == assessment.id,
            Change.action == Action.UPDATED,
        )
        .order_by(Change.id.desc())
        .limit(1)
    )
    if last is None or last.batch != batch or last.at <= now - UNDONE_WITHIN:
        raise RefusedError(MOVED_ON)
    if "version_id" not in last.fields:
        raise RefusedError(MOVED_ON)
    taking_back(session, batch)
    _follow(session, assessment, last.fields["version_id"][0])


def _follow(session: Session, assessment: Assessment, version_id: int) -> None:
    try:
        with session.begin_nested():
            assessment.version_id = version_id
    except IntegrityError:
        raise RefusedError(TAKEN) from None
