"""What an open assessment can begin with from earlier frameworks: seven statements at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import Person
from app.frameworks.crosswalk import crosswalk_of
from app.frameworks.format import NodeDraft
from app.frameworks.models import Framework, FrameworkVersion
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.queries.proofs import linked_proofs
from app.maturity.queries.years import trees_of
from app.maturity.standings import Proof
from app.maturity.taking_over import Link, Said, Source, Taken, Target, plan


@dataclass(frozen=True)
class TakingOver:
    """What there is to take over. `sources`: the assessments that it comes from."""

    sources: tuple[Source, ...]
    criteria: tuple[Taken, ...]

    @property
    def changes(self) -> bool:
        return any(one.changes for one in self.criteria)


def taking_over(session: Session, assessment: Assessment) -> TakingOver | None:
    """None where the framework comes after none that the territory has assessed by that year."""
    roots = trees_of(session, [assessment.version_id])[assessment.version_id]
    crosswalk = crosswalk_of(roots)
    keys = {key for named in crosswalk.sources.values() for key in named}
    earlier = _latest(session, assessment, keys)
    if not earlier:
        return None
    trees = trees_of(session, [one.version_id for one in earlier.values()])
    said = _said(session, [assessment.id, *(one.id for one in earlier.values())])
    own_key = assessment.version.framework.key
    evidence = _evidence(session, assessment.territory_id, {*earlier, own_key})
    sources = {
        name: _source(earlier[key], trees, said, evidence)
        for name, named in crosswalk.sources.items()
        if (key := _newest(named, earlier))
    }
    target = Target(
        roots,
        confirmed=frozenset(said.get(assessment.id, {})),
        linked=frozenset(
            (one.ref, (one.kind, one.subject_id)) for one in evidence.get(own_key, ())
        ),
    )
    return TakingOver(tuple(sources.values()), tuple(plan(crosswalk, sources, target)))


def proofs_by_id(session: Session, territory_id: int, found: TakingOver) -> dict[str, Proof]:
    """The proofs of the sources, as a page names them."""
    keys = [source.key for source in found.sources]
    return {one.proof.public_id: one.proof for one in linked_proofs(session, territory_id, keys)}


def _latest(session: Session, new: Assessment, keys: set[str]) -> dict[str, Assessment]:
    """The territory's latest assessment of each of these frameworks, by key."""
    rows = session.scalars(
        select(Assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .options(contains_eager(Assessment.version).contains_eager(FrameworkVersion.framework))
        .where(
            Assessment.territory_id == new.territory_id,
            Assessment.year <= new.year,
            Framework.key.in_(sorted(keys)),
        )
        .order_by(Assessment.year, FrameworkVersion.number)
    )
    return {one.version.framework.key: one for one in rows}


def _newest(keys: Sequence[str], earlier: Mapping[str, Assessment]) -> str | None:
    """Of the keys that a framework may be kept under, the one assessed last."""
    assessed = [key for key in keys if key in earlier]
    return max(assessed, key=lambda key: earlier[key].year, default=None)


def _said(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Said]]:
    found: dict[int, dict[str, Said]] = {}
    rows = session.execute(
        select(Criterion, Person.name)
        .outerjoin(Person, Person.id == Criterion.confirmed_by_id)
        .where(Criterion.assessment_id.in_(ids))
    )
    for row, name in rows:
        found.setdefault(row.assessment_id, {})[row.ref] = Said(
            status=row.status,
            fractions=tuple(row.fractions) if row.fractions else None,
            concerned=row.concerned,
            comment=row.comment,
            by_id=row.confirmed_by_id,
            by=name,
            at=row.confirmed_at,
        )
    return found


def _evidence(session: Session, territory_id: int, keys: set[str]) -> dict[str, list[Evidence]]:
    """Every link by the framework's key, removed ones too."""
    found: dict[str, list[Evidence]] = {}
    for one in session.scalars(
        select(Evidence)
        .where(Evidence.territory_id == territory_id, Evidence.framework_key.in_(sorted(keys)))
        .order_by(Evidence.id)
    ):
        found.setdefault(one.framework_key, []).append(one)
    return found


def _source(
    assessment: Assessment,
    trees: Mapping[int, tuple[NodeDraft, ...]],
    said: Mapping[int, Mapping[str, Said]],
    evidence: Mapping[str, Sequence[Evidence]],
) -> Source:
    roots, key = trees[assessment.version_id], assessment.version.framework.key
    return Source(
        key=key,
        title=roots[0].title,
        year=assessment.year,
        roots=roots,
        said=said.get(assessment.id, {}),
        links=tuple(
            Link(one.public_id, one.ref, (one.kind, one.subject_id))
            for one in evidence.get(key, ())
            if one.removed_at is None
        ),
    )
