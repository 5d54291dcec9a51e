"""Where a territory stands, for pages, exports and the plenary.

Eight statements at most, and one where somebody froze a year that is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import Person
from app.core.clock import local_day
from app.frameworks.crosswalk import keys_taken_over
from app.frameworks.format import NodeDraft
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.queries import is_of_kind, latest_versions, nodes_of, planted
from app.maturity.kept import Kept, as_then, from_json, kept_of
from app.maturity.models import Assessment, Criterion
from app.maturity.outlook import Outlook, outlook
from app.maturity.queries.counts import TerritoryFacts, territory_facts
from app.maturity.queries.proofs import LinkedProof, linked_proofs
from app.maturity.reading import (
    Confirmed,
    Ground,
    Proof,
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
    the latest first. `outlooks`: what the plan will be worth by the end of an open year;
    `grounds`: what each standing rests on, by framework key.
    """

    year: int
    years: tuple[int, ...]
    standings: tuple[Standing, ...]
    before: Mapping[str, Standing]
    unopened: tuple[FrameworkChoice, ...]
    outlooks: Mapping[str, Outlook] = field(default_factory=dict)
    grounds: Mapping[str, Ground] = field(default_factory=dict)


@dataclass(frozen=True)
class _Pick:
    """One framework in one year: the assessment, or the latest version while there is none."""

    version: FrameworkVersion
    year: int
    assessment: Assessment | None

    @property
    def kept(self) -> Kept | None:
        raw = self.assessment.kept if self.assessment else None
        return from_json(raw) if raw is not None else None


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
        grounds={one.framework_key: ground for one, ground in read[: len(chosen)]},
    )


@dataclass(frozen=True)
class Pair:
    """Two years of one framework; `years` those that there are, the latest first."""

    years: tuple[int, ...]
    then: Standing
    now: Standing


def pair(
    session: Session,
    territory_id: int,
    framework_key: str,
    *,
    year: int | None = None,
    other: int | None = None,
) -> Pair | None:
    """The years asked for, else the latest ones; None where one of them was never assessed.

    Each is read by its own counts: twice the statements of one standing.
    """
    assessments = {one.year: one for one in _assessments(session, territory_id, framework_key)}
    years = tuple(sorted(assessments, reverse=True))
    now = years[0] if year is None and years else year
    earlier = [one for one in years if now is not None and one < now]
    then = (earlier[0] if earlier else None) if other is None else other
    if now not in assessments or then not in assessments:
        return None
    (before, _ground_then), (after, _ground_now) = (
        _read(session, territory_id, one, [_Pick(assessments[one].version, one, assessments[one])])[
            0
        ]
        for one in sorted((then, now))
    )
    return Pair(years, before, after)


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
    trees = trees_of(session, {pick.version.id for pick in picks})
    confirmed = confirmed_in(session, [p.assessment.id for p in picks if p.assessment])
    keys = {pick.version.framework.key for pick in picks}
    proofs = linked_proofs(session, territory_id, keys)
    facts = territory_facts(session, territory_id, year)
    freezers = _freezers(session, picks)
    grounds = [_ground(pick, trees[pick.version.id], confirmed, proofs, facts) for pick in picks]
    return [
        (_stand(pick, facts, ground, freezers), ground)
        for pick, ground in zip(picks, grounds, strict=True)
    ]


def _ground(
    pick: _Pick,
    roots: tuple[NodeDraft, ...],
    confirmed: Mapping[int, Mapping[str, Confirmed]],
    proofs: Iterable[LinkedProof],
    facts: TerritoryFacts,
) -> Ground:
    return Ground(
        roots=roots,
        confirmed=confirmed.get(pick.assessment.id, {}) if pick.assessment else {},
        proofs=_proofs(pick, proofs),
        counts=pick.kept.counts if pick.kept else facts.within(cycle_of(roots) or USUAL_CYCLE),
        is_frozen=pick.assessment is not None and pick.assessment.frozen_at is not None,
        year=pick.year,
    )


def _freezers(session: Session, picks: Iterable[_Pick]) -> dict[int, str]:
    """The names of who froze these years, by the person's id."""
    ids = {pick.assessment.frozen_by_id for pick in picks if pick.assessment} - {None}
    if not ids:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _stand(
    pick: _Pick, facts: TerritoryFacts, ground: Ground, freezers: Mapping[int, str]
) -> Standing:
    rungs, level, totals = rungs_and_totals(ground)
    frozen_at = pick.assessment.frozen_at if pick.assessment else None
    frozen_by = pick.assessment.frozen_by_id if pick.assessment else None
    return Standing(
        framework=pick.version.framework.public_id,
        framework_key=pick.version.framework.key,
        title=ground.roots[0].title,
        version=pick.version.number,
        year=pick.year,
        assessment=pick.assessment.public_id if pick.assessment else None,
        frozen_on=local_day(frozen_at, facts.time_zone) if frozen_at else None,
        level=level,
        score=share(totals, "done"),
        planned=share(totals, "planned"),
        rungs=rungs,
        points=sum((one.done for one in totals), Fraction(0)),
        frozen_by=freezers.get(frozen_by) if frozen_by else None,
        counts=ground.counts,
        takes_over=keys_taken_over(ground.roots),
    )


def _proofs(pick: _Pick, linked: Iterable[LinkedProof]) -> list[Proof]:
    own = [one for one in linked if one.framework_key == pick.version.framework.key]
    if pick.kept:
        return as_then(pick.kept, [one.proof for one in own])
    return [one.proof for one in own if _counts_for(pick, one)]


def _counts_for(pick: _Pick, linked: LinkedProof) -> bool:
    """A frozen year that kept nothing has the proofs that it had, as they stand today; an open
    one has those that stand."""
    frozen_at = pick.assessment.frozen_at if pick.assessment else None
    if frozen_at is None:
        return linked.removed_at is None
    kept = linked.removed_at is None or linked.removed_at > frozen_at
    return linked.added_at <= frozen_at and kept


def kept_today(session: Session, assessment: Assessment) -> Kept:
    """What the data say today of an open year: what freezing it keeps."""
    key = assessment.version.framework.key
    proofs = linked_proofs(session, assessment.territory_id, [key])
    facts = territory_facts(session, assessment.territory_id, assessment.year)
    roots = trees_of(session, {assessment.version_id})[assessment.version_id]
    counts = facts.within(cycle_of(roots) or USUAL_CYCLE)
    return kept_of(counts, [one.proof for one in proofs if one.removed_at is None])


def trees_of(session: Session, version_ids: Iterable[int]) -> dict[int, tuple[NodeDraft, ...]]:
    nodes = nodes_of(session, *version_ids)
    return {
        version_id: planted(rows)
        for version_id, rows in groupby(nodes, key=lambda node: node.version_id)
    }


def confirmed_in(
    session: Session, assessment_ids: Sequence[int]
) -> dict[int, dict[str, Confirmed]]:
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
