"""Which text of its framework a year follows, what a newer one changes, what an older one left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.differences import Changed, Differences, differences
from app.frameworks.format import walk
from app.frameworks.models import FrameworkVersion, Node
from app.frameworks.scoring import prepare
from app.maturity.branches import is_answer
from app.maturity.queries.years import trees_of
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Proof


@dataclass(frozen=True)
class NewText:
    """A newer text than the one that an open year follows, and what becomes of the figures."""

    number: int
    imported_at: datetime
    differences: Differences
    level: int | None
    score: Fraction | None

    @property
    def asked(self) -> tuple[Changed, ...]:
        """Changed in a way that matters, whether or not somebody has answered."""
        return tuple(one for one in self.differences.changed if one.asks_again)


@dataclass(frozen=True)
class Apart:
    """What was said of, or linked to, a node that the text of the year does not hold (any more).

    `title`: that of the latest text which held it; `due_on`: a programme's date.
    """

    ref: str
    title: str
    said: Confirmed | None
    proofs: tuple[Proof, ...]
    due_on: date | None = None


def new_text(session: Session, ground: Ground, newer: FrameworkVersion) -> NewText:
    """One statement: the newer tree. `ground` is that of the year as it stands."""
    roots = trees_of(session, [newer.id])[newer.id]
    later = replace(ground, roots=roots, sheet=prepare(roots))
    _rungs, level, totals = rungs_and_totals(later)
    return NewText(
        newer.number,
        newer.imported_at,
        differences(ground.roots, roots),
        level,
        share(totals, "done"),
    )


def asked_again(session: Session, ground: Ground, text_id: int) -> dict[str, Changed]:
    """By id, what changed in a way that matters since somebody answered; nothing in frozen years.

    A question of a programme is answered by its row, whichever way: « yes » has no status.
    No statement where every answer was given to the text of the year, one otherwise.
    """
    if ground.is_frozen:
        return {}
    questions = {node.id for node in walk(ground.roots) if node.keys.get("question")}
    read = {
        ref: one.text_id
        for ref, one in ground.confirmed.items()
        if is_answer(one) or ref in questions
    }
    older = {one for one in read.values() if one is not None and one != text_id}
    if not older:
        return {}
    found: dict[str, Changed] = {}
    for older_id, roots in trees_of(session, sorted(older)).items():
        for one in differences(roots, ground.roots).changed:
            if one.asks_again and read.get(one.ref) == older_id:
                found[one.ref] = one
    return found


def set_apart(
    session: Session, ground: Ground, framework_id: int, due: Mapping[str, date] | None = None
) -> list[Apart]:
    """No statement where the text of the year holds all that was said and linked, else one."""
    held = {node.id for node in walk(ground.roots)}
    said = {ref: one for ref, one in ground.confirmed.items() if ref not in held}
    proofs: dict[str, list[Proof]] = {}
    for proof in ground.proofs:
        if proof.ref not in held:
            proofs.setdefault(proof.ref, []).append(proof)
    days = {ref: day for ref, day in (due or {}).items() if ref not in held}
    spoken = {ref for ref, one in said.items() if is_answer(one) or one.comment}
    refs = sorted({*spoken, *proofs, *days})
    if not refs:
        return []
    titles = _titles(session, framework_id, refs)
    return [
        Apart(
            ref,
            titles.get(ref, ref),
            said.get(ref),
            tuple(proofs.get(ref, ())),
            days.get(ref),
        )
        for ref in refs
    ]


def _titles(session: Session, framework_id: int, refs: Iterable[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(Node.ref, Node.title)
        .join(FrameworkVersion, FrameworkVersion.id == Node.version_id)
        .where(FrameworkVersion.framework_id == framework_id, Node.ref.in_(refs))
        .order_by(FrameworkVersion.number)
    )
    return {row[0]: row[1] for row in rows}
