"""Where a territory stands, for pages, exports and the plenary: eight statements at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import Person
from app.core.clock import local_day
from app.frameworks.format import NodeDraft
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.queries import is_of_kind, latest_versions, nodes_of, planted
from app.maturity.models import Assessment, Criterion
from app.maturity.outlook import Outlook, outlook
from app.maturity.queries.counts import TerritoryFacts, territory_facts
from app.maturity.queries.proofs import LinkedProof, linked_proofs
from app.maturity.reading import (
    Confirmed,
    Ground,
    Standing,
    cycle_of,
    rungs_and_totals,
    share,
)

# that of the official label
USUAL_CYCLE = 4


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
    the latest first. `outlooks`: what the plan will be worth by the end of an open year.
    """

    year: int
    years: tuple[int, ...]
    standings: tuple[Standing, ...]
    before: Mapping[str, Standing]
    unopened: tuple[FrameworkChoice, ...]
    outlooks: Mapping[str, Outlook] = field(default_factory=dict)


@dataclass(frozen=True)
class _Pick:
    """One framework in one year: the assessment, or the latest version while there is none."""

    version: FrameworkVersion
    year: int
    assessment: Assessment | None


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
        for one in _assessments(session, territory_id, framework_key)
        if one.version.framework_id in read_here
    ]
    known = {one.year for one in assessments}
    if or_latest and known and year not in known:
        year = max(known)
    assessed = {one.version.framework.key for one in assessments}
    if framework_key is not None:
        assessed.add(framework_key)
    current = [_current(version, assessments, year) for version in latest]
    chosen = [pick for pick in current if pick.version.framework.key in assessed]
    earlier = [pick for pick in (_earlier(one, assessments) for one in chosen) if pick]
    read = _read(session, territory_id, year, [*chosen, *earlier])
    found = [one for one, _ground in read]
    now = found[: len(chosen)]
    return Overview(
        year=year,
        years=tuple(sorted(known, reverse=True)),
        standings=tuple(sorted(now, key=lambda one: (one.level is None, one.framework_key))),
        before={one.framework_key: one for one in found[len(chosen) :]},
        unopened=tuple(
            FrameworkChoice(one.framework.public_id, one.framework.key, one.framework.title)
            for one in latest
            if one.framework.key not in assessed
        ),
        outlooks={
            one.framework_key: outlook(ground, date(one.year, 12, 31))
            for one, ground in read[: len(chosen)]
            if one.assessment and not ground.is_frozen
        },
    )


def _assessments(
    session: Session, territory_id: int, framework_key: str | None
) -> Sequence[Assessment]:
    query = (
        select(Assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .options(contains_eager(Assessment.version).contains_eager(FrameworkVersion.framework))
        .where(Assessment.territory_id == territory_id)
        .order_by(Assessment.year, FrameworkVersion.number)
    )
    if framework_key is not None:
        query = query.where(Framework.key == framework_key)
    return session.scalars(query).all()


def _latest(framework_key: str | None) -> Select[FrameworkVersion]:
    """Of every framework with levels; programmes and objectives have pages of their own."""
    if framework_key is None:
        return latest_versions().where(is_of_kind(FrameworkKind.MATURITY))
    return latest_versions().where(Framework.key == framework_key)


def _current(version: FrameworkVersion, assessments: Iterable[Assessment], year: int) -> _Pick:
    own = [
        one
        for one in assessments
        if one.year == year and one.version.framework_id == version.framework_id
    ]
    return _Pick(own[-1].version, year, own[-1]) if own else _Pick(version, year, None)


def _earlier(pick: _Pick, assessments: Iterable[Assessment]) -> _Pick | None:
    past = [
        one
        for one in assessments
        if one.year < pick.year and one.version.framework_id == pick.version.framework_id
    ]
    return _Pick(past[-1].version, past[-1].year, past[-1]) if past else None


def _read(
    session: Session, territory_id: int, year: int, picks: Sequence[_Pick]
) -> list[tuple[Standing, Ground]]:
    if not picks:
        return []
    trees = _trees(session, {pick.version.id for pick in picks})
    confirmed = _confirmed(session, [p.assessment.id for p in picks if p.assessment])
    keys = {pick.version.framework.key for pick in picks}
    proofs = linked_proofs(session, territory_id, keys)
    facts = territory_facts(session, territory_id, year)
    grounds = [
        Ground(
            roots=trees[pick.version.id],
            confirmed=confirmed.get(pick.assessment.id, {}) if pick.assessment else {},
            proofs=[proof.proof for proof in proofs if _counts_for(pick, proof)],
            counts=facts.within(cycle_of(trees[pick.version.id]) or USUAL_CYCLE),
            is_frozen=pick.assessment is not None and pick.assessment.frozen_at is not None,
            year=pick.year,
        )
        for pick in picks
    ]
    stands = [_stand(pick, facts, ground) for pick, ground in zip(picks, grounds, strict=True)]
    return list(zip(stands, grounds, strict=True))


def _stand(pick: _Pick, facts: TerritoryFacts, ground: Ground) -> Standing:
    rungs, level, totals = rungs_and_totals(ground)
    frozen_at = pick.assessment.frozen_at if pick.assessment else None
    return Standing(
        framework=pick.version.framework.public_id,
        framework_key=pick.version.framework.key,
        title=pick.version.framework.title,
        version=pick.version.number,
        year=pick.year,
        assessment=pick.assessment.public_id if pick.assessment else None,
        frozen_on=local_day(frozen_at, facts.time_zone) if frozen_at else None,
        level=level,
        score=share(totals, "done"),
        planned=share(totals, "planned"),
        rungs=rungs,
    )


def _counts_for(pick: _Pick, linked: LinkedProof) -> bool:
    """A frozen year keeps the proofs that it had; an open one has those that stand."""
    if linked.framework_key != pick.version.framework.key:
        return False
    frozen_at = pick.assessment.frozen_at if pick.assessment else None
    if frozen_at is None:
        return linked.removed_at is None
    kept = linked.removed_at is None or linked.removed_at > frozen_at
    return linked.added_at <= frozen_at and kept


def _trees(session: Session, version_ids: Iterable[int]) -> dict[int, tuple[NodeDraft, ...]]:
    nodes = nodes_of(session, *version_ids)
    return {
        version_id: planted(rows)
        for version_id, rows in groupby(nodes, key=lambda node: node.version_id)
    }


def _confirmed(session: Session, assessment_ids: Sequence[int]) -> dict[int, dict[str, Confirmed]]:
    found: dict[int, dict[str, Confirmed]] = {}
    rows = session.execute(
        select(Criterion, Person.name)
        .outerjoin(Person, Person.id == Criterion.confirmed_by_id)
        .where(Criterion.assessment_id.in_(assessment_ids))
    )
    for row, name in rows:
        parts = tuple(Fraction(str(part)) for part in row.fractions) if row.fractions else None
        found.setdefault(row.assessment_id, {})[row.ref] = Confirmed(
            row.status, parts, row.concerned, row.comment, row.version, row.confirmed_at, name
        )
    return found
