"""How far the territory is in the référentiels, in the few figures that an assembly is shown."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy.orm import Session

from app.maturity.kinds import RungState
from app.maturity.queries import overview
from app.maturity.standings import Rung, Standing
from app.reports.figures import Levels, LevelStep


def levels(session: Session, territory_id: int, year: int) -> tuple[Levels, ...]:
    """Every référentiel assessed that year, in the statements of `maturity.queries.overview`."""
    seen = overview(session, territory_id, year)
    return tuple(
        _levels(one, seen.before.get(one.framework_key))
        for one in seen.standings
        if one.assessment is not None
    )


def _levels(now: Standing, before: Standing | None) -> Levels:
    then = {rung.ref: rung for rung in before.rungs} if before else {}
    return Levels(
        title=now.title,
        level=now.level,
        percent=_percent(now.score),
        before_year=before.year if before else None,
        before_level=before.level if before else None,
        before_percent=_percent(before.score) if before else None,
        steps=tuple(_step(rung, then.get(rung.ref)) for rung in now.levels),
    )


def _step(now: Rung, before: Rung | None) -> LevelStep:
    return LevelStep(
        ref=now.ref,
        title=now.title,
        percent=_percent(now.share),
        before=_percent(before.share) if before else None,
        is_reached=now.state is RungState.REACHED,
    )


def _percent(share: Fraction | None) -> int | None:
    return None if share is None else round(100 * share)
