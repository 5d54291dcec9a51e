"""Rules that a framework declares in the keys of its nodes. Data, never code.

| key | value | meaning |
|---|---|---|
| `niveau_mesure` | `3` | here and below, ids of three components are measures |
| `facteur` | `0.5`, `1.625 si 6.3.1.4 non concerné` | multiplies the points from here down |
| `desactive` | `oui`, `si 6.3.1.4 non concerné` | nothing from here down is concerned |
| `score_plafond` | `1.2.3, 1.2.4` | done here never exceeds what is done there, in points |

Several factors stand in one value, parted by `;`. A condition looks at statuses alone, the
node's own or an ancestor's, never at the outcome of another rule: so no rule can loop.
docs/framework-format.md is the author's manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.core.folding import fold
from app.frameworks.format import Diagnostic, NodeDraft, walk
from app.frameworks.format.drafts import remark
from app.frameworks.kinds import DiagnosticCode

_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,9})?")
_CONDITION = re.compile(r"si ([^\s;]+) (non )?concerne")
_LONGEST_RULE = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the node of this id is concerned (or, negated, is not)."""

    node_id: str
    concerned: bool


@dataclass(frozen=True, slots=True)
class Factor:
    by: Fraction
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What one node declares; `deactivated` is True, False or a condition."""

    measure_components: int | None = None
    factors: tuple[Factor, ...] = ()
    deactivated: bool | Condition = False
    caps: tuple[str, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        yield from (factor.when for factor in self.factors if factor.when is not None)
        if isinstance(self.deactivated, Condition):
            yield self.deactivated


NO_RULES = Rules()
_KEYS = frozenset({"niveau_mesure", "facteur", "desactive", "score_plafond"})


def rules_of(node: NodeDraft) -> Rules:
    """A rule that cannot be read has no effect; `check_rules` says so."""
    if _KEYS.isdisjoint(node.keys):
        return NO_RULES
    return _read(node)[0]


def check_rules(roots: Iterable[NodeDraft]) -> list[Diagnostic]:
    """Warnings about rules that cannot be read, or that name a node which is not there."""
    nodes = list(walk(roots))
    ids = {node.id for node in nodes}
    found = []
    for node in nodes:
        rules, messages = _read(node)
        named = [*rules.caps, *(condition.node_id for condition in rules.conditions())]
        messages += [
            f"la règle nomme « {name} », qui n’existe pas." for name in named if name not in ids
        ]
        found += [
            remark(node.file, node.line, DiagnosticCode.UNREADABLE_RULE, f"« {node.id} » : {said}")
            for said in messages
        ]
    return found


def _read(node: NodeDraft) -> tuple[Rules, list[str]]:
    faults: list[str] = []

    def raw(key: str) -> str:
        value = node.keys.get(key, "").strip()
        if len(value) > _LONGEST_RULE:
            faults.append(f"« {key} » est trop long : sans effet.")
            return ""
        return value

    rules = Rules(
        _measure(raw("niveau_mesure"), faults),
        tuple(_factors(raw("facteur"), faults)),
        _deactivated(raw("desactive"), faults),
        tuple(cap.strip() for cap in raw("score_plafond").split(",") if cap.strip()),
    )
    return rules, faults


def _measure(raw: str, faults: list[str]) -> int | None:
    if raw and not re.fullmatch("[1-9]", raw):
        faults.append(f"« niveau_mesure: {raw} » sans effet ; un nombre de 1 à 9 est attendu.")
        return None
    return int(raw) if raw else None


def _factors(raw: str, faults: list[str]) -> Iterator[Factor]:
    for part in filter(None, (part.strip() for part in raw.split(";"))):
        number, _, rest = part.partition(" ")
        when = _condition(rest) if rest else None
        if _NUMBER.fullmatch(number) and (when or not rest):
            yield Factor(Fraction(number.replace(",", ".")), when)
        else:
            said = "« 0.5 » ou « 1.625 si 6.3.1.4 non concerné » est attendu."
            faults.append(f"« facteur: {part} » sans effet ; {said}")


def _deactivated(raw: str, faults: list[str]) -> bool | Condition:
    word = fold(raw)
    if word in {"", "non"}:
        return False
    if word == "oui":
        return True
    condition = _condition(raw)
    if condition is None:
        said = "« oui » ou « si 6.3.1.4 non concerné » est attendu."
        faults.append(f"« desactive: {raw} » sans effet ; {said}")
        return False
    return condition


def _condition(raw: str) -> Condition | None:
    bare = " ".join(raw.replace("é", "e").split())
    match = _CONDITION.fullmatch(bare)
    return None if match is None else Condition(match[1], concerned=match[2] is None)
