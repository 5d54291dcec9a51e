"""What the plan will be worth by a day, once what is planned takes place and is confirmed. Pure.

Steps, meetings and synergies count by the day that somebody gave them; what has none moves nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import Counted
from app.frameworks.scoring import cycle_of
from app.maturity.kinds import (
    CriterionStatus,
    EvidenceKind,
    Finding,
    Networking,
    ProofState,
    RungState,
)
from app.maturity.proposals import Proposal, propose, weigh
from app.maturity.reading import USUAL_CYCLE, Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Proof, Rung, Standing


@dataclass(frozen=True)
class Promise:
    """Something that the plan gives a day: a step to be done, a meeting to be held, or a synergy
    (kind PROJECT) to come into service.

    `networking`: which kind of networking action the meeting is; `own`: the collectivité itself
    exchanges something in the synergy.
    """

    kind: EvidenceKind
    title: str
    address: str
    on: date
    networking: Networking | None = None
    own: bool = False


@dataclass(frozen=True)
class Gain:
    """A criterion that gets done, or further: what it adds to the points of the whole, and why.

    `because` is in the order of days; empty where the plan proves it today already. `level`: the
    one that it helps to reach, where it adds no points because a status of the whole decides.
    """

    ref: str
    title: str
    points: Fraction
    because: tuple[Promise, ...] = ()
    level: int | None = None


@dataclass(frozen=True)
class Outlook:
    """The year's end as the plan has it: « si ces étapes sont faites d’ici décembre, niveau 3 ».

    `gains` come by then. `ready` is proved today and waits for a click: it is reckoned with where
    something comes, since the one is confirmed with the other. `level` and `score` as in a
    Standing; without gains they are those of today. What would help where little comes:
    `undated`, proofs under way without a day, and `unplanned`, kinds of networking action.
    """

    by: date
    level: int | None
    score: Fraction | None
    gains: tuple[Gain, ...] = ()
    ready: tuple[Gain, ...] = ()
    undated: tuple[Proof, ...] = ()
    unplanned: tuple[Networking, ...] = ()

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What all this rests on, each once, in the order of days."""
        each = {one.address: one for gain in self.gains for one in gain.because}
        return tuple(sorted(each.values(), key=_by_day))


def outlook(
    ground: Ground, standing: Standing, promised: Iterable[Promise], *, today: date, by: date
) -> Outlook:
    """What comes if all that is promised by that day takes place, and people confirm it.

    `standing` is that of this ground today. A status never falls by it: what was confirmed stays.
    """
    due = _Due.of(promised, today, by)
    now, then = _Reading(ground), _Reading(_later(ground, due))
    opened = _open_criteria(ground, standing)
    coming = {node.id: node for node in opened if then.brings(node)}
    confirmed = {
        ref: _confirmed(ground.confirmed.get(ref), then.of(node)) for ref, node in coming.items()
    }
    rungs, level, totals = rungs_and_totals(
        replace(ground, confirmed={**ground.confirmed, **confirmed})
    )
    gains, ready = [], []
    for gain in _gains(standing, rungs, coming):
        node = coming[gain.ref]
        if now.of(node).share == then.of(node).share:
            ready.append(gain)
        else:
            gains.append(replace(gain, because=_because(ground, now, then, node, due)))
    helps = _undated(ground, opened), _unplanned(ground, due.promises)
    if not gains:
        return Outlook(by, standing.level, standing.score, (), (), *helps)
    return Outlook(by, level, share(totals, "done"), tuple(gains), tuple(ready), *helps)


def _gains(standing: Standing, rungs: Iterable[Rung], refs: Container[str]) -> Iterator[Gain]:
    """What each of these criteria adds, where it adds points or helps to reach a level."""
    before = {one.ref: one for one in standing.criteria}
    reached = {rung.ref for rung in standing.rungs if rung.state is RungState.REACHED}
    for rung in rungs:
        comes = rung.number > 0 and rung.state is RungState.REACHED and rung.ref not in reached
        for one in (one for one in rung.criteria if one.ref in refs):
            more = one.points - before[one.ref].points
            if more or (comes and one.share != before[one.ref].share):
                yield Gain(one.ref, one.title, more, level=None if more else rung.number)


def expected_counts(ground: Ground, due: Iterable[Promise]) -> dict[str, int]:
    """The counts once all this has taken place: each as today, or more.

    Nobody promises by a day to be named or to be engaged: those two stay.
    """
    promises = tuple(due)
    return {
        name: count + len(_moving(ground, name, promises)) for name, count in ground.counts.items()
    }


def _by_day(promise: Promise) -> tuple[date, str]:
    return promise.on, promise.address


@dataclass(frozen=True)
class _Due:
    """What is promised by a day, in the order of days."""

    promises: tuple[Promise, ...]
    today: date
    by: date

    @classmethod
    def of(cls, promised: Iterable[Promise], today: date, by: date) -> _Due:
        every = cls((), today, by)
        kept = (one for one in promised if every.holds(one))
        return replace(every, promises=tuple(sorted(kept, key=_by_day)))

    def holds(self, promise: Promise) -> bool:
        """A step that is late can still be done; a day on which nobody met is over."""
        is_over = _is_meeting(promise) and promise.on < self.today
        return promise.on <= self.by and not is_over

    def promise_of(self, proof: Proof) -> Promise | None:
        """The promise that this proof is: a step or a meeting by its own day, a project by that
        of its synergy; None for what is not under way, or not by then."""
        if proof.state is not ProofState.OPEN:
            return None
        if proof.kind is EvidenceKind.PROJECT:
            return next((one for one in self.promises if one.address == proof.address), None)
        day = proof.dated_on if proof.kind is EvidenceKind.MEETING else proof.due_on
        own = Promise(proof.kind, proof.title, proof.address, day) if day else None
        return own if own and self.holds(own) else None


def _moving(ground: Ground, name: str, due: Iterable[Promise]) -> list[Promise]:
    """Each of these adds one to the count of this name; in the order of days."""
    if name == Counted.NETWORKING:
        return list(_new_kinds(ground, due))
    if name == Counted.MEETINGS:
        return [one for one in due if _is_meeting(one) and one.on.year == ground.year]
    synergies = [one for one in due if one.kind is EvidenceKind.PROJECT]
    if name == Counted.OWN_SYNERGIES:
        return [one for one in synergies if one.own]
    return synergies if name == Counted.SYNERGIES else []


def _is_meeting(promise: Promise) -> bool:
    return promise.kind is EvidenceKind.MEETING


def _new_kinds(ground: Ground, due: Iterable[Promise]) -> Iterator[Promise]:
    """The first meeting of each kind that is not done yet in the cycle."""
    known = set(ground.networked)
    began = ground.year - (cycle_of(ground.roots) or USUAL_CYCLE)
    for one in due:
        if one.networking and one.networking not in known and one.on.year > began:
            known.add(one.networking)
            yield one


def _later(ground: Ground, due: _Due) -> Ground:
    """The same once all that is due has taken place, and nothing of it confirmed yet."""
    proofs = [
        replace(proof, state=ProofState.DONE) if due.promise_of(proof) else proof
        for proof in ground.proofs
    ]
    return replace(ground, proofs=proofs, counts=expected_counts(ground, due.promises))


class _Reading:
    """What the plan proposes of each criterion, its proofs found once."""

    def __init__(self, ground: Ground) -> None:
        self.counts, self.confirmed = ground.counts, ground.confirmed
        self.proofs = dict[str, list[Proof]]()
        for proof in ground.proofs_seen:
            self.proofs.setdefault(proof.ref, []).append(proof)

    def of(self, node: NodeDraft) -> Proposal:
        return propose(node.keys, self.states_of(node), self.counts)

    def states_of(self, node: NodeDraft) -> list[ProofState]:
        return [one.state for one in self.proofs.get(node.id, ())]

    def brings(self, node: NodeDraft) -> bool:
        """Whether the plan proposes more of it as done than anybody confirmed."""
        found, said = self.of(node), self.confirmed.get(node.id)
        if not found.share or said is None:
            return found.share > 0
        return weigh(found, said.status, said.detailed) is Finding.PROPOSED


def _open_criteria(ground: Ground, standing: Standing) -> list[NodeDraft]:
    """Leaves that concern the territory, count somewhere, and are not confirmed as done."""
    refs = {
        one.ref
        for one in standing.criteria
        if one.concerned and not one.is_silenced and one.status is not CriterionStatus.DONE
    }
    return [node for node in walk(ground.roots) if node.id in refs and not node.children]


def _because(
    ground: Ground, now: _Reading, then: _Reading, node: NodeDraft, due: _Due
) -> tuple[Promise, ...]:
    """The first that suffice to the threshold that its count comes to; and all that its proofs
    wait for, where the count alone does not bring it there."""
    found: list[Promise] = []
    today, later = now.of(node), then.of(node)
    if later.met and later.indicator:
        lacking = max(0, later.met.count - (today.count or 0))
        found += _moving(ground, later.indicator, due.promises)[:lacking]
    counted = propose(node.keys, now.states_of(node), then.counts)
    if counted.share < later.share:
        waiting = (due.promise_of(proof) for proof in now.proofs.get(node.id, ()))
        found += [one for one in waiting if one]
    return tuple(sorted({one.address: one for one in found}.values(), key=_by_day))


def _confirmed(said: Confirmed | None, proposal: Proposal) -> Confirmed:
    """What was said, once somebody confirms this."""
    parts = proposal.fractions and tuple(map(Fraction, proposal.fractions))
    before = said or Confirmed(CriterionStatus.UNSET, None, True, None, 0, None, None)
    return replace(before, status=proposal.status, fractions=parts)


def _undated(ground: Ground, opened: Iterable[NodeDraft]) -> tuple[Proof, ...]:
    """Steps under way that would prove something open, and have no day; each once."""
    open_refs = {node.id for node in opened}
    found = {
        proof.address: proof
        for proof in ground.proofs
        if proof.state is ProofState.OPEN
        and proof.kind is EvidenceKind.STEP
        and proof.due_on is None
        and proof.ref in open_refs
    }
    return tuple(found.values())


def _unplanned(ground: Ground, due: Iterable[Promise]) -> tuple[Networking, ...]:
    """Kinds of networking action neither done in the cycle nor planned, where these count."""
    if not any(node.keys.get("indicateur") == Counted.NETWORKING for node in walk(ground.roots)):
        return ()
    known = {*ground.networked, *(one.networking for one in _new_kinds(ground, due))}
    return tuple(kind for kind in Networking if kind not in known)
