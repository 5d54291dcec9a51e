"""« 32,5 points : 20 × 1,625, parce que 6.3.1.4 n’est pas concernée. »

A reason (app/frameworks/scoring/reasons.py) in words. Numbers are rounded here and nowhere
before, to three digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from app.core.french import NBSP, THIN, listing, number, spaced
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import reasons as why
from app.frameworks.scoring.points import WHOLE
from app.frameworks.scoring.reasons import Exclusion, Explanation, Part, Reason
from app.frameworks.scoring.rules import Condition

_DIGITS = 3
NUMBERS = ("points", "potential", "done", "planned", "not_done", "unset")


def _(words: str, **told: object) -> str:
    return str(gettext(words, **told))


def sentences(explanation: Explanation) -> dict[str, str]:
    """A sentence for each number of a `Score`, by its name."""
    return {name: sentence(getattr(explanation, name), name) for name in NUMBERS}


def sentence(reason: Reason, name: str) -> str:
    """What the number `name` is, and why. `name` is one of `NUMBERS`."""
    what = f"{_figure(reason.value)}{NBSP}{_counted(name, reason.value)}"
    return spaced(f"{what} : {_because(reason)}.")


def _counted(name: str, value: Fraction) -> str:
    is_one = value < 2
    words = {
        "done": _("point réalisé") if is_one else _("points réalisés"),
        "planned": _("point programmé") if is_one else _("points programmés"),
        "not_done": _("point non réalisé") if is_one else _("points non réalisés"),
        "unset": _("point non renseigné") if is_one else _("points non renseignés"),
    }
    return words.get(name, _("point") if is_one else _("points"))


def _figure(value: Fraction) -> str:
    return number(Decimal(value.numerator) / Decimal(value.denominator), _DIGITS)


def _ratio(value: Fraction) -> str:
    """1,625, but 5/3 where digits would not say it all."""
    is_short = not (value * 10**_DIGITS).denominator > 1
    return _figure(value) if is_short else f"{value.numerator}/{value.denominator}"


def _percent(value: Fraction) -> str:
    return f"{_figure(value)}{THIN}%"


def _name(node_id: str) -> str:
    return node_id or _("la racine")


def _of(part: Part) -> str:
    """« des 100 points de 6.3.1 », « de 0,5 point de 1.2 »"""
    told = {"n": _figure(part.value), "id": _name(part.node_id)}
    if part.value < 2:
        return _("de %(n)s point de %(id)s", **told)
    return _("des %(n)s points de %(id)s", **told)


def _condition(when: Condition) -> str:
    if when.concerned:
        return _("%(id)s est concernée", id=_name(when.node_id))
    return _("%(id)s n’est pas concernée", id=_name(when.node_id))


def _because(reason: Reason) -> str:
    return _WORDS[type(reason)](reason)


def _written(_reason: why.Written) -> str:
    return _("c’est ce que dit le référentiel")


def _nothing(_reason: why.NothingBesidePoints) -> str:
    return _("le référentiel ne lui en donne pas, alors qu’il en donne à ses voisines")


def _whole(_reason: why.WholeByDefault) -> str:
    return _("le référentiel ne dit pas ce qu’elle vaut, tout y est compté en pour cent")


def _sum(reason: why.SumOf) -> str:
    parts = [f"{_name(part.node_id)} ({_figure(part.value)})" for part in reason.parts]
    if len(parts) == 1:
        return _("ce qu’apporte %(part)s", part=parts[0])
    return _("somme de %(parts)s", parts=listing(parts))


def _percentage(reason: why.PercentOf) -> str:
    return f"{_percent(reason.percent)} {_of(reason.of)}"


def _equal(reason: why.EqualShare) -> str:
    left, whole = _percent(reason.percent), _of(reason.of)
    if reason.among == 1:
        return _("les %(left)s qui restent %(whole)s", left=left, whole=whole)
    if reason.percent == WHOLE:
        return _("une des %(n)s parts égales %(whole)s", n=reason.among, whole=whole)
    told = {"n": reason.among, "left": left, "whole": whole}
    return _("une des %(n)s parts égales des %(left)s qui restent %(whole)s", **told)


def _excluded(reason: why.NotConcerned) -> str:
    if reason.why is Exclusion.ABOVE:
        return _condition(Condition(reason.node_id, concerned=False))
    if reason.why is Exclusion.CHILDREN:
        return _("aucune de ses sous-actions n’est concernée")
    if reason.why is Exclusion.STATUS:
        return _("elle est déclarée non concernée")
    if reason.when is None:
        return _("le référentiel la désactive")
    return _("le référentiel la désactive, parce que %(when)s", when=_condition(reason.when))


def _all(_reason: why.AllItsPoints) -> str:
    return _("tous ses points peuvent être obtenus")


def _factored(reason: why.Factored) -> str:
    numbers = [_figure(reason.points), *(_ratio(factor.by) for factor in reason.factors)]
    conditions = [factor.when for factor in reason.factors if factor.when is not None]
    product = " × ".join(numbers)
    if len(conditions) < len(reason.factors):
        product = _("%(product)s, par une règle du référentiel", product=product)
    if not conditions:
        return product
    told = _(" et que ").join(_condition(when) for when in dict.fromkeys(conditions))
    return _("%(product)s, parce que %(told)s", product=product, told=told)


def _kept(reason: why.KeptByStatus) -> str:
    told = _("elle a un statut, alors qu’aucune de ses sous-actions n’est concernée")
    return f"{_start(reason.before)}{told}"


def _gained(reason: why.Gained) -> str:
    part = reason.value - reason.before.value
    told = {
        "sum": f"{_figure(reason.before.value)} + {_figure(part)}",
        "lost": listing([f"{_name(one.node_id)} ({_figure(one.value)})" for one in reason.lost]),
        "n": reason.among,
    }
    if reason.among == 1:
        what = _("%(sum)s, les points non concernés de %(lost)s", **told)
    else:
        what = _("%(sum)s, une des %(n)s parts égales des points non concernés de %(lost)s", **told)
    return f"{_start(reason.before)}{what}"


def _grown(reason: why.Grown) -> str:
    told = {
        "product": f"{_figure(reason.before.value)} × {_ratio(reason.by)}",
        "ids": listing([_name(node_id) for node_id in reason.with_ids]),
    }
    what = _("%(product)s, sa part des points non concernés que reçoit %(ids)s", **told)
    return f"{_start(reason.before)}{what}"


def _start(before: Reason) -> str:
    """What comes before in a chain, where it says more than the number that follows."""
    return "" if isinstance(before, why.AllItsPoints) else f"{_because(before)} ; "


def _status(reason: why.StatusPart) -> str:
    if reason.status is StatusKind.DETAILED:
        told = {"part": _percent(reason.share * 100), "n": _figure(reason.potential)}
        return _("%(part)s de %(n)s, d’après le détail déclaré", **told)
    return {
        StatusKind.DONE: _("elle est déclarée réalisée"),
        StatusKind.PLANNED: _("elle est déclarée programmée"),
        StatusKind.NOT_DONE: _("elle est déclarée pas faite"),
    }[reason.status]


def _no_status(_reason: why.NoStatus) -> str:
    return _("aucun statut n’est déclaré")


def _capped(reason: why.Capped) -> str:
    told = {
        "id": _name(reason.wanted.node_id),
        "n": _figure(reason.wanted.value),
        "present": _figure(reason.present),
    }
    return _("plafond, pas plus que %(id)s (%(n)s), au lieu de %(present)s", **told)


def _shrunk(reason: why.Shrunk) -> str:
    ratio = f"{_figure(reason.wanted)}/{_figure(reason.present)}"
    product = f"{_figure(reason.before.value)} × {ratio}"
    told = _("%(product)s, parce que %(id)s a un plafond", product=product, id=reason.at_id)
    return f"{_because(reason.before)} ; {told}"


def _taken(reason: why.WithTakenAway) -> str:
    total = f"{_figure(reason.before.value)} + {_figure(reason.taken)}"
    return _("%(sum)s, retirés des points réalisés par un plafond", sum=total)


_WORDS: Mapping[type, Callable[[Any], str]] = {
    why.Written: _written,
    why.NothingBesidePoints: _nothing,
    why.WholeByDefault: _whole,
    why.SumOf: _sum,
    why.PercentOf: _percentage,
    why.EqualShare: _equal,
    why.NotConcerned: _excluded,
    why.AllItsPoints: _all,
    why.Factored: _factored,
    why.KeptByStatus: _kept,
    why.Gained: _gained,
    why.Grown: _grown,
    why.StatusPart: _status,
    why.NoStatus: _no_status,
    why.Capped: _capped,
    why.Shrunk: _shrunk,
    why.WithTakenAway: _taken,
}
