"""Where a territory stands, for pages, exports and the plenary.

Eight statements at most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.queries import is_of_kind, latest_versions
from app.maturity.models import Assessment
from app.maturity.queries.years import Pick, assessments_of, read_years
from app.maturity.reading import Ground
from app.maturity.standings import Standing


@dataclass(frozen=True)
class FrameworkChoice:
    """A framework that the territory does not assess yet."""

    public_id: str
    key: str
    title: str


@dataclass(frozen=True)
class Overview:
    """A territory's year in every framework that it assesses, beside an earlier one.

    `standings` begin with the frameworks that declare levels. `before` holds, by framework
    key, the standing of the latest earlier year there is; `years` those that were assessed,
    the latest first. `grounds`: what each standing rests on, by framework key; `texts`: the text
    that each follows; `newer`: the latest one, where an open year follows an older.
    """

    year: int
    years: tuple[int, ...]
    standings: tuple[Standing, ...]
    before: Mapping[str, Standing]
    unopened: tuple[FrameworkChoice, ...]
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    texts: Mapping[str, FrameworkVersion] = field(default_factory=dict)
    newer: Mapping[str, FrameworkVersion] = field(default_factory=dict)


def standing(session: Session, territory_id: int, framework_key: str, year: int) -> Standing | None:
    """The territory's standing in this framework and year; None when no such framework is known.

    Without an assessment of that year nothing is confirmed, and the latest version speaks.
    """
    found = overview(session, territory_id, year, framework_key=framework_key)
    return found.standings[0] if found.standings else None


def overview(
    session: Session,
    territory_id: int,
    year: int,
    *,
    framework_key: str | None = None,
    or_latest: bool = False,
) -> Overview:
    """Every framework with levels that the territory has ever assessed, or the one of this key.

    With `or_latest`, a year in which nothing was assessed gives way to the latest that was.
    """
    latest = session.scalars(_latest(framework_key)).all()
    read_here = {version.framework_id for version in latest}
    assessments = [
        one
        for one in assessments_of(session, territory_id, framework_key)
        if one.version.framework_id in read_here
    ]
    known = {one.year for one in assessments}
    if or_latest and known and year not in known:
        year = max(known)
    assessed = {one.version.framework.key for one in assessments} | {framework_key}
    current = [_current(version, assessments, year) for version in latest]
    chosen = [pick for pick in current if pick.version.framework.key in assessed]
    earlier = [pick for pick in (_earlier(one, assessments) for one in chosen) if pick]
    read = read_years(session, territory_id, year, [*chosen, *earlier])
    found = [one for one, _ground in read]
    now = found[: len(chosen)]
    return Overview(
        year=year,
        years=tuple(sorted(known, reverse=True)),
        standings=tuple(sorted(now, key=lambda one: (one.level is None, one.framework_key))),
        before={one.framework_key: one for one in found[len(chosen) :]},
        unopened=tuple(_choice(one) for one in latest if one.framework.key not in assessed),
        grounds={one.framework_key: ground for one, ground in read[: len(chosen)]},
        texts={pick.version.framework.key: pick.version for pick in chosen},
        newer=_newer(latest, chosen),
    )


def _newer(
    latest: Iterable[FrameworkVersion], picks: Iterable[Pick]
) -> dict[str, FrameworkVersion]:
    """A frozen year keeps its text for ever."""
    newest = {version.framework_id: version for version in latest}
    return {
        pick.version.framework.key: newest[pick.version.framework_id]
        for pick in picks
        if pick.assessment
        and not pick.assessment.frozen_at
        and newest[pick.version.framework_id].number > pick.version.number
    }


def _choice(version: FrameworkVersion) -> FrameworkChoice:
    return FrameworkChoice(
        version.framework.public_id, version.framework.key, version.framework.title
    )


def assessed_keys(session: Session, territory_id: int, keys: Collection[str]) -> frozenset[str]:
    """Which of these frameworks the territory has ever assessed. No statement for none."""
    if not keys:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Framework.key)
            .join(FrameworkVersion, FrameworkVersion.framework_id == Framework.id)
            .join(Assessment, Assessment.version_id == FrameworkVersion.id)
            .where(Assessment.territory_id == territory_id, Framework.key.in_(sorted(keys)))
        )
    )


def _latest(framework_key: str | None) -> Select[FrameworkVersion]:
    """Of every framework with levels; programmes and objectives have pages of their own."""
    if framework_key is None:
        return latest_versions().where(is_of_kind(FrameworkKind.MATURITY))
    return latest_versions().where(Framework.key == framework_key)


def _current(version: FrameworkVersion, assessments: Iterable[Assessment], year: int) -> Pick:
    own = [
        one
        for one in assessments
        if one.year == year and one.version.framework_id == version.framework_id
    ]
    return Pick(own[-1].version, year, own[-1]) if own else Pick(version, year, None)


def _earlier(pick: Pick, assessments: Iterable[Assessment]) -> Pick | None:
    past = [
        one
        for one in assessments
        if one.year < pick.year and one.version.framework_id == pick.version.framework_id
    ]
    return Pick(past[-1].version, past[-1].year, past[-1]) if past else None
