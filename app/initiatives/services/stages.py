"""How a démarche moves: verbs. Rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core.refusals import RefusedError
from app.initiatives.conditions import following, need_of
from app.initiatives.kinds.stages import InitiativeStage, Known
from app.initiatives.models import ConditionTick, Initiative, StagePassage
from app.initiatives.queries.stages import journey
from app.plans.models import ActionPlan

LONGEST_REASON = 400
LONGEST_WORD = 200


def initiative_for(session: Session, plan: ActionPlan, *, now: datetime) -> Initiative:
    """The démarche of the plan, begun by whatever is first said of it; under the plan's lock."""
    session.execute(select(ActionPlan.id).where(ActionPlan.id == plan.id).with_for_update())
    found = session.scalar(select(Initiative).where(Initiative.plan_id == plan.id))
    if found is None:
        found = Initiative(plan_id=plan.id, territory_id=plan.territory_id, created_at=now)
        session.add(found)
        session.flush()
    return found


def choose_pilot_zone(
    session: Session, plan: ActionPlan, *, zone: ActivityZone | None, now: datetime
) -> ActivityZone | None:
    """Begin with this zone, or with none yet; the zone that it was before."""
    if zone is not None and zone.territory_id != plan.territory_id:
        raise RefusedError("Cette zone est d’un autre territoire.")
    found = initiative_for(session, plan, now=now)
    before = found.pilot_zone
    found.pilot_zone = zone
    session.flush()
    return before


def tick(
    session: Session,
    plan: ActionPlan,
    *,
    key: str,
    done_on: date,
    words: str,
    person_id: int,
    now: datetime,
    today: date,
) -> ConditionTick:
    """Say that a condition is there; said again, the later word stands."""
    need = need_of(key)
    if need is None or need.known is not Known.HAND:
        raise RefusedError("Cette condition se compte d’elle-même.")
    if done_on > today:
        raise RefusedError("Cette date est à venir : cochez quand c’est fait.")
    found = initiative_for(session, plan, now=now)
    row = _tick(session, found, key)
    if row is None:
        row = ConditionTick(initiative_id=found.id, territory_id=plan.territory_id, key=key)
        session.add(row)
    row.done_on, row.words = done_on, " ".join(words.split())[:LONGEST_WORD]
    row.ticked_by_id, row.ticked_at = person_id, now
    session.flush()
    return row


def untick(session: Session, plan: ActionPlan, *, key: str, now: datetime) -> ConditionTick | None:
    """Take it back; what had been said, None where nothing was."""
    row = _tick(session, initiative_for(session, plan, now=now), key)
    if row is not None:
        session.delete(row)
        session.flush()
    return row


def _tick(session: Session, found: Initiative, key: str) -> ConditionTick | None:
    return session.scalar(
        select(ConditionTick).where(
            ConditionTick.initiative_id == found.id, ConditionTick.key == key
        )
    )


def pass_to(
    session: Session,
    plan: ActionPlan,
    *,
    stage: InitiativeStage,
    reason: str,
    person_id: int,
    now: datetime,
    today: date,
) -> StagePassage:
    """Go on to the next stage. Where something is missing it takes a reason, which stays."""
    found = initiative_for(session, plan, now=now)
    stands = journey(session, plan, today)
    if following(stands.stage) is not stage:
        raise RefusedError("La démarche a changé d’étape entre-temps : relisez la page.")
    lacks = stands.missing
    why = " ".join(reason.split())[:LONGEST_REASON]
    if lacks and not why:
        raise RefusedError(
            "Il manque encore quelque chose : dites pourquoi vous passez quand même."
        )
    passage = StagePassage(
        initiative_id=found.id,
        territory_id=plan.territory_id,
        stage=stage,
        passed_at=now,
        passed_by_id=person_id,
        missing=" ".join(one.need.key for one in lacks),
        reason=why or None,
    )
    session.add(passage)
    session.flush()
    return passage


def go_back(
    session: Session, plan: ActionPlan, *, stage: InitiativeStage, now: datetime, today: date
) -> None:
    """Take back the passage into the present stage; what was said of it stays as history."""
    initiative_for(session, plan, now=now)
    stands = journey(session, plan, today)
    passage = stands.current.passage
    if stands.stage is not stage or passage is None:
        raise RefusedError("La démarche a changé d’étape entre-temps : relisez la page.")
    passage.taken_back_at = now
    session.flush()
