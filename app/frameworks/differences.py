"""Two texts of one framework side by side: what came, what went, what changed. Pure.

Whoever answered by the older text is asked again where the newer one asks something else: another
title, description or expected proof, another count, other parts below; or where it weighs at
least twice, or at most half, of what it did, or came to or lost all weight. A weight that moves
less, a context, an example, a resource, a rule of computing are told, and ask nobody again.
docs/framework-format.md says it to authors.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.core.folding import fold
from app.frameworks.format import NodeDraft, walk
from app.frameworks.scoring import prepare

# sections that explain and ask nothing
_EXPLAINING = frozenset(fold(name) for name in ("Contexte", "Exemples", "Ressources"))
_PROOFS = "preuves"
_COUNTED = ("indicateur", "seuil", "seuils", "preuve")
_QUESTIONS = ("question", "reponse_oui", "reponse_non", "condition", "obligatoire")
_WEIGHTS = ("id", "identifiant", "points", "pourcentage")


class What(enum.StrEnum):
    """What of a node changed from one text to the other."""

    TITLE = "title"
    DEMAND = "demand"
    PROOFS = "proofs"
    COUNT = "count"
    PARTS = "parts"
    WEIGHT = "weight"
    PLACE = "place"
    REST = "rest"


# what an answer was given to
_ASKED = frozenset({What.TITLE, What.DEMAND, What.PROOFS, What.COUNT, What.PARTS})


@dataclass(frozen=True)
class Changed:
    """A node of both texts. `weighed`, `weighs`: its part of the whole, then and now, 0 to 1."""

    ref: str
    before: NodeDraft
    after: NodeDraft
    what: frozenset[What]
    weighed: Fraction
    weighs: Fraction

    @property
    def is_reweighed(self) -> bool:
        """In a way that matters: twice, half, to nothing or from it."""
        if What.WEIGHT not in self.what:
            return False
        less, more = sorted((self.weighed, self.weighs))
        return more >= 2 * less

    @property
    def asks_again(self) -> bool:
        """Whether an answer that was given to the older text may not hold any more."""
        return bool(self.what & _ASKED) or self.is_reweighed

    @property
    def is_rewritten(self) -> bool:
        """In its own text: neither in its weight alone, nor in what stands below it alone."""
        is_branch = bool(self.before.children and self.after.children)
        return not self.what <= ({What.WEIGHT, What.PARTS} if is_branch else {What.WEIGHT})


@dataclass(frozen=True)
class Differences:
    """Every id of the two texts, once: `same` and `changed` are in both."""

    added: tuple[NodeDraft, ...]
    removed: tuple[NodeDraft, ...]
    changed: tuple[Changed, ...]
    same: tuple[str, ...]

    @property
    def rewritten(self) -> tuple[Changed, ...]:
        return tuple(one for one in self.changed if one.is_rewritten)

    @property
    def recomposed(self) -> tuple[Changed, ...]:
        """Levels and their parts that hold other criteria, and say the same."""
        others = (one for one in self.changed if not one.is_rewritten)
        return tuple(one for one in others if What.PARTS in one.what)

    @property
    def reweighed(self) -> tuple[Changed, ...]:
        others = (one for one in self.changed if not one.is_rewritten)
        return tuple(one for one in others if What.PARTS not in one.what)


def differences(before: Sequence[NodeDraft], after: Sequence[NodeDraft]) -> Differences:
    """By id: a criterion that was given another id went, and another one came."""
    then, now = ({node.id: node for node in walk(roots)} for roots in (before, after))
    weighed, weighs = _weights(before), _weights(after)
    changed, same = [], []
    for ref in now:
        if ref in then:
            one = _changed(then[ref], now[ref], weighed[ref], weighs[ref])
            if one.what:
                changed.append(one)
            else:
                same.append(ref)
    return Differences(
        added=tuple(node for ref, node in now.items() if ref not in then),
        removed=tuple(node for ref, node in then.items() if ref not in now),
        changed=tuple(changed),
        same=tuple(same),
    )


def _weights(roots: Sequence[NodeDraft]) -> dict[str, Fraction]:
    """Each node's part of all the points that there are."""
    sheet = prepare(roots)
    known = dict(zip(sheet.ids, sheet.points, strict=True))
    total = sum((known[root.id] for root in roots), Fraction(0))
    return {ref: points / total if total else Fraction(0) for ref, points in known.items()}


def _changed(before: NodeDraft, after: NodeDraft, weighed: Fraction, weighs: Fraction) -> Changed:
    found = {
        What.TITLE: fold(before.title) != fold(after.title),
        What.DEMAND: _demand(before) != _demand(after),
        What.PROOFS: _proofs(before) != _proofs(after),
        What.COUNT: _keys(before, _COUNTED) != _keys(after, _COUNTED),
        What.PARTS: _leaves(before) != _leaves(after),
        What.WEIGHT: weighed != weighs,
        What.PLACE: before.parent != after.parent,
        What.REST: _rest(before) != _rest(after),
    }
    what = frozenset(one for one, differs in found.items() if differs)
    return Changed(after.id, before, after, what, weighed, weighs)


def _demand(node: NodeDraft) -> object:
    """What is asked, whatever the typography: sections that do not merely explain."""
    asked = {
        fold(name): fold(text)
        for name, text in node.sections.items()
        if fold(name) not in _EXPLAINING and not fold(name).startswith(_PROOFS)
    }
    return asked, _keys(node, _QUESTIONS)


def _proofs(node: NodeDraft) -> Mapping[str, str]:
    return {
        fold(name): fold(text)
        for name, text in node.sections.items()
        if fold(name).startswith(_PROOFS)
    }


def _keys(node: NodeDraft, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(node.keys.get(name, "")) for name in names)


def _leaves(node: NodeDraft) -> frozenset[str]:
    """What a status of its own goes before; nothing for a criterion without others below it."""
    return frozenset(one.id for one in walk(node.children) if not one.children)


def _rest(node: NodeDraft) -> object:
    told = {*_COUNTED, *_QUESTIONS, *_WEIGHTS}
    explained = {
        fold(name): fold(text) for name, text in node.sections.items() if fold(name) in _EXPLAINING
    }
    keys = {name: fold(text) for name, text in node.keys.items() if name not in told}
    return explained, keys, node.category
