"""A programme as a checklist: its question, its conditions, its phases and their items. Pure.

What is a question, a condition or a deliverable, and which answer opens which phase, the
framework's file declares (docs/framework-format.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.folding import fold
from app.frameworks.format import NodeDraft
from app.frameworks.format.vocabulary import DESCRIPTION
from app.frameworks.scoring import Status, score
from app.maturity.kinds import CriterionStatus, Nearness, PhaseState
from app.maturity.standings import CriterionStanding, Standing

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Item:
    """One line of the checklist: something to hand in, or to have done."""

    criterion: CriterionStanding
    told: str
    is_deliverable: bool
    is_mandatory: bool
    due_on: date | None
    nearness: Nearness | None

    @property
    def is_done(self) -> bool:
        return self.criterion.status is CriterionStatus.DONE


@dataclass(frozen=True)
class Answer:
    """One of a question's two answers, and the titles of the phases that it alone opens."""

    concerned: bool
    words: str
    opens: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What a territory is asked. `given` is None while nobody answered; `version` as in forms."""

    ref: str
    words: str
    told: str
    answers: tuple[Answer, Answer]
    given: Answer | None
    version: int | None

    @property
    def other(self) -> Answer | None:
        return next((one for one in self.answers if self.given and one != self.given), None)


@dataclass(frozen=True)
class Condition:
    """What a territory needs to take part; `is_met` by the data, or because a person said so."""

    criterion: CriterionStanding
    told: str
    is_met: bool


@dataclass(frozen=True)
class Phase:
    ref: str
    title: str
    told: str
    state: PhaseState
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Checklist:
    """A programme as a territory stands in it."""

    questions: tuple[Question, ...]
    conditions: tuple[Condition, ...]
    phases: tuple[Phase, ...]

    @property
    def deliverables(self) -> tuple[Item, ...]:
        """Those that are asked of this territory."""
        return tuple(
            item
            for phase in self.phases
            if phase.state is not PhaseState.CLOSED
            for item in phase.items
            if item.is_deliverable
        )

    @property
    def handed_in(self) -> int:
        return sum(item.is_done for item in self.deliverables)

    @property
    def next_due(self) -> Item | None:
        """The undone deliverable or item whose date comes first."""
        dated = [
            item
            for phase in self.phases
            if phase.state is not PhaseState.CLOSED
            for item in phase.items
            if item.due_on and not item.is_done
        ]
        return min(dated, key=lambda item: item.due_on or date.max, default=None)


def checklist(
    standing: Standing, roots: Sequence[NodeDraft], due: Mapping[str, date], today: date
) -> Checklist:
    """The tree of the version that `standing` speaks of, with the dates by ref."""
    parts = _parts(roots)
    asked = [node for node in parts if node.keys.get("question")]
    conditions = [node for node in parts if _says_yes(node, "condition")]
    apart = {node.id for node in (*asked, *conditions)}
    opened = {node.id: _opened(roots, parts, node) for node in asked}
    questions = tuple(_question(standing, node, opened[node.id], apart, parts) for node in asked)
    waiting = {
        ref
        for question in questions
        if question.given is None
        for refs in opened[question.ref].values()
        for ref in refs
    }
    return Checklist(
        questions=questions,
        conditions=tuple(
            found
            for node in conditions
            if node.id not in waiting and (found := _condition(standing, node))
        ),
        phases=tuple(
            _phase(standing, node, due, today, undecided=node.id in waiting)
            for node in parts
            if node.id not in apart
        ),
    )


def items_of(roots: Sequence[NodeDraft]) -> list[NodeDraft]:
    """Every line of the checklist, whatever the territory answers."""
    return [
        leaf
        for node in _parts(roots)
        if not node.keys.get("question") and not _says_yes(node, "condition")
        for leaf in node.children or (node,)
    ]


def _parts(roots: Sequence[NodeDraft]) -> tuple[NodeDraft, ...]:
    """What stands right below the whole: questions, conditions and phases."""
    return roots[0].children if len(roots) == 1 and roots[0].children else tuple(roots)


def is_deliverable(node: NodeDraft) -> bool:
    return _says_yes(node, "livrable")


def _says_yes(node: NodeDraft, key: str) -> bool:
    return fold(node.keys.get(key, "")) == "oui"


def _opened(
    roots: Sequence[NodeDraft], parts: Iterable[NodeDraft], asked: NodeDraft
) -> dict[bool, frozenset[str]]:
    """Which parts each answer (concerned or not) opens that the other one does not."""
    refs = {}
    for concerned in (True, False):
        scores = score(roots, {asked.id: Status(concerned=concerned)})
        refs[concerned] = frozenset(
            node.id for node in parts if node.id != asked.id and scores[node.id].concerned
        )
    return {True: refs[True] - refs[False], False: refs[False] - refs[True]}


def _question(
    standing: Standing,
    node: NodeDraft,
    opened: Mapping[bool, frozenset[str]],
    apart: Collection[str],
    parts: Sequence[NodeDraft],
) -> Question:
    yes, no = (
        Answer(
            concerned,
            words,
            tuple(
                one.title for one in parts if one.id in opened[concerned] and one.id not in apart
            ),
        )
        for concerned, words in (
            (True, node.keys.get("reponse_oui") or "Oui"),
            (False, node.keys.get("reponse_non") or "Non"),
        )
    )
    criterion = standing.criterion(node.id)
    said = criterion.confirmed if criterion else None
    given = None if said is None else (yes if said.concerned else no)
    version = said.version if said else None
    return Question(node.id, node.keys["question"], _told(node), (yes, no), given, version)


def _condition(standing: Standing, node: NodeDraft) -> Condition | None:
    """None where it is not asked of this territory."""
    criterion = standing.criterion(node.id)
    if criterion is None or not criterion.concerned:
        return None
    proposed = criterion.proposal.status if criterion.proposal else criterion.status
    return Condition(
        criterion,
        _told(node),
        is_met=CriterionStatus.DONE in (criterion.status, proposed),
    )


def _phase(
    standing: Standing,
    node: NodeDraft,
    due: Mapping[str, date],
    today: date,
    *,
    undecided: bool,
) -> Phase:
    items = tuple(
        _item(criterion, leaf, due.get(leaf.id), today)
        for leaf in node.children or (node,)
        if (criterion := standing.criterion(leaf.id))
    )
    if undecided:
        state = PhaseState.UNDECIDED
    elif items and not any(item.criterion.concerned for item in items):
        state = PhaseState.CLOSED
    else:
        state = PhaseState.OPEN
    return Phase(node.id, node.title, _told(node), state, items)


def _item(criterion: CriterionStanding, node: NodeDraft, due_on: date | None, today: date) -> Item:
    is_open = criterion.status is not CriterionStatus.DONE
    return Item(
        criterion=criterion,
        told=_told(node),
        is_deliverable=is_deliverable(node),
        is_mandatory=_says_yes(node, "obligatoire"),
        due_on=due_on,
        nearness=nearness(due_on, today) if due_on and is_open else None,
    )


@dataclass(frozen=True)
class FormerDate:
    """An item that waits without a date, and had one in the year before: `proposed` for this."""

    item: Item
    was: date
    proposed: date


def former_dates(
    found: Checklist, former: Mapping[str, date], today: date
) -> tuple[FormerDate, ...]:
    """What a new year can take over, never by itself: a date that is past was of that year."""
    return tuple(
        FormerDate(item, was, ahead(was, today))
        for phase in found.phases
        if phase.state is not PhaseState.CLOSED
        for item in phase.items
        if not item.due_on and not item.is_done and (was := former.get(item.criterion.ref))
    )


def ahead(was: date, today: date) -> date:
    """The day itself while it is to come, else its next anniversary (28 for 29 February)."""
    if was >= today:
        return was
    this_year = _in_year(was, today.year)
    return this_year if this_year >= today else _in_year(was, today.year + 1)


def _in_year(day: date, year: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28) if is_leap_day else day.replace(year=year)


def nearness(due_on: date, today: date) -> Nearness:
    """How near a date is, the day itself not being past."""
    ahead = due_on - today
    if ahead < timedelta():
        return Nearness.PASSED
    return Nearness.SOON if ahead <= SOON else Nearness.AHEAD


def _told(node: NodeDraft) -> str:
    return node.sections.get(DESCRIPTION, "")
