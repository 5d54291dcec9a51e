"""What the figures of the maturity page say in French: whence, how far to the next level, by when.

Digits are rounded here, at display only (domain.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from app.core.french import NBSP, THIN, listing, number, plain_date, some
from app.frameworks.labels import percent
from app.frameworks.scoring import Explanation
from app.maturity.ahead import Ahead
from app.maturity.explaining import Explained
from app.maturity.kinds import EvidenceKind, Networking, RungState
from app.maturity.labels import gain, label, points
from app.maturity.outlook import Gain, Outlook, Promise
from app.maturity.standings import Confirmed, Standing

# of what is promised: (one, many) within « Si, d’ici le …, »
_IF = {
    EvidenceKind.STEP: ("l’étape prévue est faite", "étapes prévues sont faites"),
    EvidenceKind.MEETING: ("la rencontre prévue est tenue", "rencontres prévues sont tenues"),
    EvidenceKind.PROJECT: (
        "la synergie attendue est en service",
        "synergies attendues sont en service",
    ),
}
_THANKS = {
    EvidenceKind.STEP: ("une étape", "étapes"),
    EvidenceKind.MEETING: ("une rencontre", "rencontres"),
    EvidenceKind.PROJECT: ("une synergie", "synergies"),
}
# no meeting informs
_BY_LETTER = "informer et sensibiliser, par une campagne ou des résultats envoyés"


def in_percent(share: Fraction) -> str:
    """« 37,5 % », of a share that is exact."""
    return f"{number(float(share * 100), 1)}{THIN}%"


def whole_percent(share: Fraction | None) -> str:
    """« 37 % », as the page shows it everywhere: rounded down, so that 100 means all of it."""
    return f"{percent(share)}{THIN}%"


def in_parts(said: Confirmed) -> str:
    """« 60 % fait, 25 % programmé, 15 % pas fait »; nothing for what is not detailed."""
    if said.fractions is None:
        return ""
    words = zip(said.fractions, ("fait", "programmé", "pas fait"), strict=False)
    return ", ".join(f"{in_percent(part)} {word}" for part, word in words if part)


def level_reason(why: Explained, standing: Standing, next_level: Ahead | None) -> str:
    """« Niveau 2 : un niveau est atteint quand … Le suivant, 3.5.3, en est à 40 %. »"""
    if why.rule is None:
        return ""
    rule = f"un niveau est atteint quand {in_percent(why.rule.threshold)} de ses points au moins"
    rule += " sont réalisés"
    if why.rule.cumulative:
        rule += ", et les niveaux précédents aussi"
    begin = f"Niveau{NBSP}{standing.level or 0}{NBSP}: {rule}."
    if next_level is None:
        concerns = any(rung.state is RungState.REACHED for rung in standing.levels)
        return f"{begin} {'Tous le sont.' if concerns else 'Aucun ne concerne le territoire.'}"
    rung = next_level.rung
    return f"{begin} Le suivant, {rung.ref}, en est à {whole_percent(rung.share)}."


def score_reasons(why: Explained) -> list[str]:
    """« 38 % : 9,5 points réalisés sur 25 que l’on peut atteindre ici. », and what is planned."""
    found = [_share_of(why.done, why.potential, "réalisé")]
    if why.planned:
        found.append(_share_of(why.planned, why.potential, "programmé"))
    return found


def share_reasons(part: Explanation) -> list[str]:
    """The same of one level or criterion; nothing where nothing can be done."""
    potential = part.potential.value
    if not potential:
        return []
    found = [_share_of(part.done.value, potential, "réalisé")]
    if part.planned.value:
        found.append(_share_of(part.planned.value, potential, "programmé"))
    return found


def _share_of(some_points: Fraction, potential: Fraction, done: str) -> str:
    ratio = some_points / potential if potential else None
    many = done if some_points < 2 else f"{done}s"
    return (
        f"{whole_percent(ratio)}{NBSP}: {points(some_points)} {many} "
        f"sur {number(float(potential), 3)} que l’on peut atteindre ici."
    )


def missing_to(next_level: Ahead) -> str:
    """« Il en est à 40 %, et il est atteint à 50 % : il manque 0,75 point, 10 % du niveau. »"""
    rung, rule = next_level.rung, next_level.rule
    begin = (
        f"Il est atteint quand {in_percent(rule.threshold)} de ses points sont réalisés"
        f"{', et les niveaux précédents aussi' if rule.cumulative else ''}. "
        f"Il en est à {whole_percent(rung.share)}{NBSP}:"
    )
    lacking, share = points(next_level.missing), in_percent(next_level.missing_share)
    first = some(next_level.enough, "le premier critère ci-dessous", "premiers critères ci-dessous")
    if not next_level.bringing:
        brings = "les critères en dessous n’y ajoutent rien, le référentiel le plafonne"
    elif next_level.enough == 1:
        brings = f"{first} suffit"
    elif next_level.enough < len(next_level.bringing):
        brings = f"les {first} suffisent"
    else:
        brings = "il y faut tous les critères ci-dessous"
    return f"{begin} il manque {lacking}, soit {share} du niveau{THIN}; {brings}."


def brings(more: Fraction, of: Fraction) -> str:
    """« +1,5 point, 20 % du niveau »"""
    return f"+{points(more)}, {in_percent(more / of)} du niveau"


def expected(later: Outlook, standing: Standing) -> str:
    """« Si, d’ici le 31 décembre 2026, les 2 étapes prévues sont faites : niveau 3, … »"""
    if not later.gains:
        return (
            f"Rien de ce qui a une date d’ici le {plain_date(later.by)} ne fait avancer ce score."
        )
    promised = listing(_clauses(later.promises))
    level = f"niveau{NBSP}{later.level}, " if later.level is not None else ""
    now = f"niveau{NBSP}{standing.level}, " if standing.level is not None else ""
    return (
        f"Si, d’ici le {plain_date(later.by)}, {promised}{NBSP}: "
        f"{level}{whole_percent(later.score)} réalisé une fois tout confirmé{_with_ready(later)} "
        f"(aujourd’hui{NBSP}: {now}{whole_percent(standing.score)})."
    )


def _with_ready(later: Outlook) -> str:
    if not later.ready:
        return ""
    return f", y compris {some(len(later.ready), 'un critère', 'critères')} que le plan prouve déjà"


def _clauses(promises: Iterable[Promise]) -> list[str]:
    kinds = [one.kind for one in promises]
    numbers = [(kinds.count(kind), *words) for kind, words in _IF.items() if kind in kinds]
    return [one if n == 1 else f"les {n}{NBSP}{many}" for n, one, many in numbers]


def thanks_to(one: Gain) -> str:
    """« grâce à une étape et 2 rencontres », for who reads no names."""
    kinds = [promise.kind for promise in one.because]
    parts = [some(kinds.count(kind), *words) for kind, words in _THANKS.items() if kind in kinds]
    return f"grâce à {listing(parts)}" if parts else "prouvé déjà, à confirmer"


def gained(one: Gain) -> str:
    """« +1,25 point », or what it changes where a status of the whole decides of the score."""
    if one.level is None:
        return gain(one.points)
    level = f"fait avancer le niveau{NBSP}{one.level}"
    return f"{level}, sans changer le score, qu’un statut d’ensemble décide"


def promise_word(promise: Promise) -> str:
    """« Étape », « Rencontre », « Synergie » before its name."""
    return "Synergie" if promise.kind is EvidenceKind.PROJECT else label(promise.kind)


def promise_day(promise: Promise) -> str:
    """« pour le 24 novembre 2026 », « en service vers le 28 décembre 2026 »"""
    before = {EvidenceKind.MEETING: "le", EvidenceKind.PROJECT: "en service vers le"}
    return f"{before.get(promise.kind, 'pour le')} {plain_date(promise.on)}"


def unplanned(kinds: Iterable[Networking]) -> str:
    """« réunir les entreprises ou prendre part au réseau régional »: what a meeting would bring."""
    words = [_BY_LETTER if kind is Networking.INFORM else label(kind) for kind in kinds]
    return " ou ".join(words)
