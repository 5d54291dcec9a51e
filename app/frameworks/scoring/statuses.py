"""What a territory declares about a node, checked before anything is computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.frameworks.kinds import StatusKind

Parts = tuple[Fraction, Fraction, Fraction]

_ZERO, _ONE = Fraction(0), Fraction(1)
# People write 0.333 three times; more than that is a mistake.
_TOLERANCE = Fraction(1, 500)
_LONGEST = 40
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")

_WORDS = frozenset(kind.value for kind in StatusKind)
_WHOLE: Mapping[StatusKind, Parts] = {
    StatusKind.DONE: (_ONE, _ZERO, _ZERO),
    StatusKind.PLANNED: (_ZERO, _ONE, _ZERO),
    StatusKind.NOT_DONE: (_ZERO, _ZERO, _ONE),
}


class StatusError(ValueError):
    """A status that cannot be taken; the message is a French sentence for people."""


@dataclass(frozen=True, slots=True)
class Status:
    """`fractions` (done, planned, not done) sum to 1, and count for DETAILED alone."""

    kind: StatusKind = StatusKind.UNSET
    fractions: Parts | None = None
    concerned: bool = True

    @property
    def parts(self) -> Parts | None:
        """How the potential is split; None when nothing is declared."""
        return self.fractions if self.kind is StatusKind.DETAILED else _WHOLE.get(self.kind)


def read_statuses(
    raw: Mapping[str, Mapping[str, object]], known_ids: Iterable[str]
) -> dict[str, Status]:
    """JSON-like statuses, `{id: {"status", "fractions", "concerned"}}` → checked ones.

    Missing fields are `unset` and concerned. Raises StatusError for an unknown id, word or
    type, and for fractions that do not sum to 1.
    """
    known = frozenset(known_ids)
    return {node_id: _read(node_id, entry, known) for node_id, entry in raw.items()}


def _read(node_id: str, entry: object, known: frozenset[str]) -> Status:
    if node_id not in known:
        raise StatusError(f"« {node_id} » n’existe pas dans ce référentiel.")
    if not isinstance(entry, Mapping):
        raise StatusError(f"« {node_id} » : un objet avec « status » est attendu.")
    concerned = entry.get("concerned", True)
    if not isinstance(concerned, bool):
        raise StatusError(f"« {node_id} » : « concerned » vaut true ou false.")
    word = entry.get("status", "unset")
    if not isinstance(word, str) or word not in _WORDS:
        words = ", ".join(StatusKind)
        raise StatusError(f"« {node_id} » : statut « {word} » inconnu ; un de {words}.")
    kind = StatusKind(word)
    parts = _fractions(node_id, entry.get("fractions")) if kind is StatusKind.DETAILED else None
    return Status(kind, parts, concerned)


def _fractions(node_id: str, raw: object) -> Parts:
    wanted = f"« {node_id} » : trois fractions positives dont la somme fait 1 sont attendues."
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) != 3:
        raise StatusError(wanted)
    done, planned, not_done = (_exact(part, wanted) for part in raw)
    total = done + planned + not_done
    if min(done, planned, not_done) < 0 or abs(total - 1) > _TOLERANCE:
        raise StatusError(wanted)
    return done / total, planned / total, not_done / total


def _exact(part: object, wanted: str) -> Fraction:
    """0.1 as people mean it, not as a binary float holds it."""
    if isinstance(part, Fraction):
        return part
    if isinstance(part, bool) or not isinstance(part, int | float | str | Decimal):
        raise StatusError(wanted)
    if len(text := str(part)) > _LONGEST or not _DECIMAL.fullmatch(text):
        raise StatusError(wanted)
    return Fraction(text)
