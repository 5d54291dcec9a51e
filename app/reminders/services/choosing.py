"""How people are spoken to, as those who animate choose it. Rights were checked, the caller
commits; what was mailed already is never mailed again, whatever is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.plans.models import Project, Step
from app.reminders.kinds import Audience, Manner
from app.reminders.models import RelanceManner, RelancePatience, RelancePolicy
from app.reminders.schedule.policy import DEFAULT_POLICIES, USUAL_PATIENCE, Patience, Policy

LONGEST_GAP = 30
FARTHEST = 60
# days, both included; the table's checks say the same
PATIENCE: Mapping[str, tuple[int, int]] = {
    "silent_days": (7, 365),
    "blocked_days": (1, 90),
    "unanswered_days": (1, 60),
    "fresh_days": (1, 14),
}


def set_policy(
    session: Session, territory_id: int, audience: Audience, policy: Policy
) -> RelancePolicy | None:
    """A territory's rules for an audience from the next run on; the usual ones need no row."""
    _require_sense(policy)
    row = session.scalar(
        select(RelancePolicy).where(
            RelancePolicy.territory_id == territory_id, RelancePolicy.audience == audience
        )
    )
    if row is None:
        if policy == DEFAULT_POLICIES[audience]:
            return None
        row = RelancePolicy(territory_id=territory_id, audience=audience)
        session.add(row)
    row.before_days, row.eve, row.after_days = policy.before_days, policy.eve, policy.after_days
    row.milestone_days, row.gap, row.weekly = policy.milestone_days, policy.gap, policy.weekly
    session.flush()
    return row


def _require_sense(policy: Policy) -> None:
    ahead = [days for days in (policy.before_days, policy.milestone_days) if days is not None]
    if any(not 2 <= days <= FARTHEST for days in ahead):
        raise RefusedError(f"Un premier rappel part de 2 à {FARTHEST} jours avant la date.")
    if policy.after_days is not None and not 1 <= policy.after_days <= FARTHEST:
        raise RefusedError(f"Une relance part de 1 à {FARTHEST} jours après la date.")
    if not 1 <= policy.gap <= LONGEST_GAP:
        raise RefusedError(f"Comptez de 1 à {LONGEST_GAP} jours entre deux courriels.")
    if not (ahead or policy.eve or policy.after_days):
        raise RefusedError(
            "Gardez au moins un message. Pour ne plus rien envoyer, suspendez les relances."
        )
    if policy.weekly and policy.after_days is None:
        raise RefusedError("Le point de la semaine suit la relance après la date : gardez-la.")


def set_patience(session: Session, territory_id: int, patience: Patience) -> RelancePatience | None:
    """How long a territory waits, from the next run on; the usual days need no row."""
    for name, (least, most) in PATIENCE.items():
        days = getattr(patience, name)
        if days is not None and not least <= days <= most:
            raise RefusedError(f"Comptez de {least} à {most} jours.")
    row = session.scalar(
        select(RelancePatience).where(RelancePatience.territory_id == territory_id)
    )
    if row is None:
        if patience == USUAL_PATIENCE:
            return None
        row = RelancePatience(territory_id=territory_id)
        session.add(row)
    row.silent_days, row.blocked_days = patience.silent_days, patience.blocked_days
    row.unanswered_days, row.fresh_days = patience.unanswered_days, patience.fresh_days
    session.flush()
    return row


def set_manner(session: Session, of: Project | Step, manner: Manner) -> None:
    """How one project or step is spoken of; « comme le territoire » takes the exception away."""
    project_id, step_id = (of.id, None) if isinstance(of, Project) else (of.project_id, of.id)
    own = and_(
        RelanceManner.project_id == project_id, RelanceManner.step_id.is_not_distinct_from(step_id)
    )
    row = session.scalar(select(RelanceManner).where(own).with_for_update())
    if manner is Manner.USUAL:
        if row is not None:
            session.delete(row)
    elif row is not None:
        row.manner = manner
    else:
        session.add(
            RelanceManner(
                territory_id=of.territory_id,
                project_id=project_id,
                step_id=step_id,
                manner=manner,
            )
        )
    session.flush()
