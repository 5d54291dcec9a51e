"""What the years of a territory rest on, and how they read: trees, words, proofs, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import Person
from app.core.clock import local_day
from app.frameworks.crosswalk import keys_taken_over
from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.queries import kind_of, nodes_of, planted
from app.frameworks.scoring import Sheet, cycle_of, prepare
from app.maturity.branches import wholes_of
from app.maturity.kept import Kept, as_then, from_json, kept_of
from app.maturity.models import Assessment, Criterion
from app.maturity.queries.counts import TerritoryFacts, territory_facts
from app.maturity.queries.proofs import LinkedProof, linked_proofs
from app.maturity.reading import USUAL_CYCLE, Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Proof, Standing


@dataclass(frozen=True)
class Pick:
    """One framework in one year: the assessment, or the latest version while there is none."""

    version: FrameworkVersion
    year: int
    assessment: Assessment | None

    @property
    def kept(self) -> Kept | None:
        raw = self.assessment.kept if self.assessment else None
        return from_json(raw) if raw is not None else None


def assessments_of(
    session: Session, territory_id: int, framework_key: str | None
) -> Sequence[Assessment]:
    query = (
        select(Assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .options(
            contains_eager(Assessment.version).contains_eager(FrameworkVersion.framework),
            joinedload(Assessment.frozen_by).load_only(Person.name),
        )
        .where(Assessment.territory_id == territory_id)
        .order_by(Assessment.year, FrameworkVersion.number)
    )
    if framework_key is not None:
        query = query.where(Framework.key == framework_key)
    return session.scalars(query).all()


def read_years(
    session: Session, territory_id: int, year: int, picks: Sequence[Pick]
) -> list[tuple[Standing, Ground]]:
    """Each pick as it stands and what that rests on; `year` is the one that the data are asked."""
    if not picks:
        return []
    trees = trees_of(session, {pick.version.id for pick in picks})
    confirmed = confirmed_in(session, [p.assessment.id for p in picks if p.assessment])
    keys = {pick.version.framework.key for pick in picks}
    proofs = linked_proofs(session, territory_id, keys)
    facts = territory_facts(session, territory_id, year)
    texts = {version_id: (roots, prepare(roots)) for version_id, roots in trees.items()}
    grounds = [_ground(pick, *texts[pick.version.id], confirmed, proofs, facts) for pick in picks]
    return [
        (_stand(pick, facts, ground), ground) for pick, ground in zip(picks, grounds, strict=True)
    ]


def _ground(
    pick: Pick,
    roots: tuple[NodeDraft, ...],
    sheet: Sheet,
    confirmed: Mapping[int, Mapping[str, Confirmed]],
    proofs: Iterable[LinkedProof],
    facts: TerritoryFacts,
) -> Ground:
    cycle = cycle_of(roots) or USUAL_CYCLE
    return Ground(
        roots=roots,
        sheet=sheet,
        confirmed=confirmed.get(pick.assessment.id, {}) if pick.assessment else {},
        proofs=_proofs(pick, proofs),
        counts=pick.kept.counts if pick.kept else facts.within(cycle),
        is_frozen=pick.assessment is not None and pick.assessment.frozen_at is not None,
        year=pick.year,
        networked=facts.networked(cycle),
        runs_on=_runs_on(roots),
    )


def _runs_on(roots: Sequence[NodeDraft]) -> bool:
    """A programme is one list over its years: what proves it in January stays true."""
    return kind_of(roots) is not FrameworkKind.MATURITY


def _stand(pick: Pick, facts: TerritoryFacts, ground: Ground) -> Standing:
    rungs, level, totals = rungs_and_totals(ground)
    frozen_at = pick.assessment.frozen_at if pick.assessment else None
    frozen_by = pick.assessment.frozen_by if pick.assessment else None
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
        frozen_by=frozen_by.name if frozen_by else None,
        counts=ground.counts,
        takes_over=keys_taken_over(ground.roots),
        wholes=wholes_of(ground),
        inner=frozenset(node.id for node in walk(ground.roots) if node.children),
    )


def _proofs(pick: Pick, linked: Iterable[LinkedProof]) -> list[Proof]:
    own = [one for one in linked if one.framework_key == pick.version.framework.key]
    if pick.kept:
        return as_then(pick.kept, [one.proof for one in own])
    return [one.proof for one in own if _counts_for(pick, one)]


def _counts_for(pick: Pick, linked: LinkedProof) -> bool:
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
    ended = None if _runs_on(roots) else date(assessment.year, 12, 31)
    standing = (one.proof for one in proofs if one.removed_at is None)
    return kept_of(counts, [proof.as_of(None, ended) for proof in standing])


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
            row.status,
            parts,
            row.concerned,
            row.comment,
            row.version,
            row.confirmed_at,
            name,
            row.text_id,
        )
    return found
