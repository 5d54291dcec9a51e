"""Which count decides a criterion, and how much of it each number is worth.

| key | on | meaning |
|---|---|---|
| `indicateur` | a criterion | the name of the count that decides it |
| `seuil` | a criterion | the least count for which it is done |
| `seuils` | a criterion | `1 = 25; 2 = 50; 4 = 100`: from which count on how much of it is done |
| `preuve` | the same criterion | `oui`: only once a proof is linked as well |

`seuil: 3` says the same as `seuils: 3 = 100`. Percents are totals: who reaches 2 has what 1 gives
within it. A last one below 100 says that the data know a part of the criterion alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.core.folding import fold
from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import Counted, StatusKind
from app.frameworks.scoring.statuses import Status

WHOLE = 100
_LONGEST = 500
_COUNT = re.compile("[0-9]{1,9}")
_STEP = re.compile(r"([0-9]{1,9})\s*=\s*([0-9]{1,3})\s*%?")


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this count on, so much of the criterion is done, in whole percents."""

    count: int
    percent: int


def thresholds_of(keys: Mapping[str, str]) -> tuple[Threshold, ...]:
    """From the lowest to the highest; none where none can be read."""
    return _steps(keys.get("seuils", "")) or _single(keys.get("seuil", ""))


def reached(thresholds: tuple[Threshold, ...], count: int) -> Threshold | None:
    """The highest one that this count reaches."""
    return next((one for one in reversed(thresholds) if count >= one.count), None)


def wants_proof(keys: Mapping[str, str]) -> bool:
    """Whether a count alone does not make it done: a paper has to say so too (`preuve: oui`)."""
    return fold(keys.get("preuve", "")) == "oui"


def statuses_from_counts(measure: NodeDraft, counts: Mapping[str, int]) -> dict[str, Status]:
    """Criteria decided by a count: a count of 2 meets "at least 1" and "at least 2" (3.5.3).

    Left out are those whose `indicateur` is not in `counts`, those that reach a threshold and
    want a proof beside it, and those of which there is something, short of the first threshold.
    Proposals: a person confirms.
    """
    found = {}
    for node in walk([measure]):
        thresholds = thresholds_of(node.keys)
        count = counts.get(node.keys.get("indicateur", ""))
        if not thresholds or count is None:
            continue
        met = reached(thresholds, count)
        if met and not wants_proof(node.keys):
            found[node.id] = _worth(met)
        elif not met and not count:
            found[node.id] = Status(StatusKind.NOT_DONE)
    return found


def _worth(met: Threshold) -> Status:
    if met.percent == WHOLE:
        return Status(StatusKind.DONE)
    done = Fraction(met.percent, WHOLE)
    return Status(StatusKind.DETAILED, (done, Fraction(0), 1 - done))


def count_faults(keys: Mapping[str, str]) -> Iterator[str]:
    """What of these keys has no effect as it is written, in sentences."""
    name, least, steps = (keys.get(key) for key in ("indicateur", "seuil", "seuils"))
    if name is not None and name not in set(Counted):
        yield f"« indicateur: {name} » n’est compté nulle part ; un de {', '.join(Counted)}."
    if least is not None and not _single(least):
        yield f"« seuil: {least[:40]} » sans effet ; un nombre entier est attendu."
    if steps is not None and not _steps(steps):
        yield f"« seuils: {steps[:40]} » sans effet ; {_wanted(steps)}"
    elif steps is not None and least is not None:
        yield "« seuil » à côté de « seuils » : sans effet, « seuils » l’emporte."
    if (name is None) != (least is None and steps is None):
        said = "« indicateur » et « seuil » (ou « seuils ») vont ensemble"
        yield f"{said} : l’un sans l’autre est sans effet."
    yield from _proof_faults(keys.get("preuve"), name)


def _proof_faults(proof: str | None, name: str | None) -> Iterator[str]:
    if proof is not None and name is None:
        yield "« preuve » sans « indicateur » : sans effet."
    elif proof is not None and fold(proof) not in {"oui", "non"}:
        yield f"« preuve: {proof[:40]} » sans effet ; « oui » est attendu."


def _single(written: str) -> tuple[Threshold, ...]:
    return (Threshold(int(written), WHOLE),) if _COUNT.fullmatch(written) else ()


def _steps(written: str) -> tuple[Threshold, ...]:
    """All of them, or none: half a ladder would be another rule."""
    steps = _read(written)
    return steps if steps and not _fault(steps) else ()


def _read(written: str) -> tuple[Threshold, ...]:
    if len(written) > _LONGEST:
        return ()
    found = []
    for part in written.split(";"):
        step = _STEP.fullmatch(part.strip())
        if step is None:
            return ()
        found.append(Threshold(int(step[1]), int(step[2])))
    return tuple(found)


def _fault(steps: tuple[Threshold, ...]) -> str | None:
    if any(not 0 < one.percent <= WHOLE for one in steps):
        return "les pourcentages vont de 1 à 100."
    if not steps[0].count:
        return "le premier nombre est 1 au moins."
    if any(low.count >= high.count or low.percent >= high.percent for low, high in pairwise(steps)):
        return "les nombres et les pourcentages montent, de l’un à l’autre."
    return None


def _wanted(written: str) -> str:
    steps = _read(written)
    return (steps and _fault(steps)) or "« 1 = 25; 2 = 50; 4 = 100 » est attendu."
