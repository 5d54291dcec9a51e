"""What becomes of each action and step of a file, beside what stands here already. Pure.

Three versions of each value are compared: what the file says, what stands here, and what the file
said when it came in last. So a second import brings what was changed there, and leaves what was
changed here.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.folding import fold
from app.imports.kinds import Outcome, Status
from app.imports.rows import Item, Reading

Said = Mapping[str, str]


class Taken(enum.StrEnum):
    """Whose value stays: the file's, ours, or ours until she says otherwise."""

    FILE = "file"
    OURS = "ours"
    ASKED = "asked"


@dataclass(frozen=True)
class KnownStep:
    id: int
    public_id: str
    here: Said


@dataclass(frozen=True)
class KnownProject:
    """`shared`: launched or owned by others too, so that its lead and its end are theirs to say.

    `ended`: closed or abandoned; a table changes nothing of it.
    """

    id: int
    public_id: str
    here: Said
    shared: bool
    steps: tuple[KnownStep, ...] = ()
    ended: bool = False


@dataclass(frozen=True)
class Before:
    """What a row became the last time, and what it said then."""

    project_id: int
    step_id: int | None
    said: Said


@dataclass(frozen=True)
class Known:
    """A plan as it stands, and what came into it before, by the keys of rows."""

    projects: Sequence[KnownProject] = ()
    before: Mapping[str, Before] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    name: str
    here: str
    said: str
    taken: Taken


@dataclass(frozen=True)
class Decision:
    """`target` is the row here that the item is, None for a new one."""

    item: Item
    outcome: Outcome
    target: KnownProject | KnownStep | None = None
    changes: tuple[Change, ...] = ()
    steps: tuple[Decision, ...] = ()

    @property
    def key(self) -> str:
        return row_key(self.item.key)

    @property
    def is_over(self) -> bool:
        """An action that has ended here: nothing of it or of its steps is written."""
        return isinstance(self.target, KnownProject) and self.target.ended


def row_key(key: str) -> str:
    """What a row is known by the next time."""
    return hashlib.sha256(key.encode()).hexdigest()


def decide(reading: Reading, known: Known, *, wanted: Iterable[str] = ()) -> tuple[Decision, ...]:
    """One decision for each action, with those of its steps. `wanted`: keys of rows of which the
    file's values are to be taken where both sides changed them."""
    chosen, free = frozenset(wanted), _Free(known)
    titles = _once(fold(item.title) for item in reading.actions.values())
    targets: dict[str, KnownProject] = {}
    # what is certain first, so that no title takes it away
    for find in (free.certain, free.of_same_title):
        for item in reading.actions.values():
            target = None if item.key in targets else find(item, titles)
            if target:
                targets[item.key] = target
                free.take(target)
    return tuple(
        _action(item, targets.get(item.key), known, chosen) for item in reading.actions.values()
    )


class _Free:
    """The projects that no action of the file is yet, found without walking through them."""

    def __init__(self, known: Known) -> None:
        self._before = known.before
        self._by_id = {one.id: one for one in known.projects}
        self._by_reference = {one.public_id: one for one in known.projects}
        self._by_title: dict[str, list[KnownProject]] = defaultdict(list)
        for one in known.projects:
            self._by_title[fold(one.here["title"])].append(one)

    def take(self, project: KnownProject) -> None:
        del self._by_id[project.id]
        del self._by_reference[project.public_id]
        self._by_title[fold(project.here["title"])].remove(project)

    def certain(self, item: Item, _titles: Collection[str]) -> KnownProject | None:
        """By its reference, or because the same row became it before."""
        before = self._before.get(row_key(item.key))
        named = self._by_reference.get(item.reference)
        return named or (self._by_id.get(before.project_id) if before else None)

    def of_same_title(self, item: Item, titles: Collection[str]) -> KnownProject | None:
        """The project of this title and axis; of this title alone where one is on each side."""
        title, theme = fold(item.said["title"]), fold(item.said.get("theme", ""))
        same = self._by_title.get(title, [])
        exact = [one for one in same if fold(one.here.get("theme", "")) == theme]
        if exact:
            return exact[0]
        return same[0] if title in titles and len(same) == 1 else None


def _once(titles: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for title in titles:
        (twice if title in seen else seen).add(title)
    return seen - twice


def _action(
    item: Item, target: KnownProject | None, known: Known, chosen: frozenset[str]
) -> Decision:
    steps = []
    free = {step.id: step for step in target.steps} if target else {}
    for one in item.steps:
        step = _known_step(one, free, known)
        if step:
            del free[step.id]
        steps.append(_decision(one, step, known, chosen, shared=False))
    shared = target is not None and target.shared
    made = _decision(item, target, known, chosen, shared=shared)
    if target is not None and target.ended:
        made, steps = _untouched(made), [_untouched(one) for one in steps]
    return Decision(made.item, made.outcome, made.target, made.changes, tuple(steps))


def _untouched(decision: Decision) -> Decision:
    """A row of an action that has ended: what it says otherwise is told, and stays outside."""
    differs = decision.target is None or any(
        one.taken is not Taken.OURS for one in decision.changes
    )
    kept = tuple(replace(one, taken=Taken.OURS) for one in decision.changes)
    outcome = Outcome.SKIPPED if differs else Outcome.SAME
    return replace(decision, outcome=outcome, changes=kept)


def _known_step(item: Item, free: Mapping[int, KnownStep], known: Known) -> KnownStep | None:
    for step in free.values():
        if item.reference == step.public_id:
            return step
    before = known.before.get(row_key(item.key))
    if before and before.step_id is not None and before.step_id in free:
        return free[before.step_id]
    title = fold(item.said["title"])
    return next((one for one in free.values() if fold(one.here["title"]) == title), None)


# the partners together decide these of a project that runs
_TOGETHER = frozenset({"lead", "owners", "status"})


def _decision(
    item: Item,
    target: KnownProject | KnownStep | None,
    known: Known,
    chosen: frozenset[str],
    *,
    shared: bool,
) -> Decision:
    needs_an_eye = bool(item.faults) or item.open_names
    if target is None:
        outcome = Outcome.CHECK if needs_an_eye else Outcome.CREATE
        changes = tuple(Change(name, "", said, Taken.FILE) for name, said in item.said.items())
        return Decision(item, outcome, None, changes)
    key = row_key(item.key)
    before = known.before.get(key)
    changes = tuple(
        Change(name, target.here.get(name, ""), said, taken)
        for name, said in item.said.items()
        if not same(name, said, target.here.get(name, ""))
        for taken in [_taken(name, said, target.here, before, shared=shared, chosen=key in chosen)]
    )
    if needs_an_eye or any(change.taken is Taken.ASKED for change in changes):
        outcome = Outcome.CHECK
    elif any(change.taken is Taken.FILE for change in changes):
        outcome = Outcome.UPDATE
    else:
        outcome = Outcome.SAME
    return Decision(item, outcome, target, changes)


def _taken(
    name: str, said: str, here: Said, before: Before | None, *, shared: bool, chosen: bool
) -> Taken:
    if shared and name in _TOGETHER:
        return Taken.OURS
    if chosen or before is None:
        return Taken.FILE
    told = before.said.get(name, "")
    if same(name, said, told):
        # the file has nothing new: what was changed here stays
        return Taken.OURS
    return Taken.FILE if same(name, told, here.get(name, "")) or not here.get(name) else Taken.ASKED


_OPEN = frozenset({Status.UPCOMING, Status.RUNNING, Status.LATE})
_NAMES = frozenset({"title", "theme", "lead"})
_LISTS = frozenset({"partners", "owners"})


def same(name: str, said: str, here: str) -> bool:
    """Whether what a file says of a field is what stands here."""
    if said == here:
        return True
    if name in _NAMES:
        return fold(said) == fold(here)
    if name in _LISTS:
        return {fold(one) for one in said.split("\n")} <= {fold(one) for one in here.split("\n")}
    if name == "status":
        # « en retard » is what a date says of an open step
        return Status.LATE in (said, here) and {said, here} <= _OPEN
    if name == "fundings":
        return _funds(said) == _funds(here)
    return said.split() == here.split()


def _funds(told: str) -> list[tuple[str, int]]:
    return sorted((fold(funder), cents or -1) for funder, cents in json.loads(told or "[]"))
