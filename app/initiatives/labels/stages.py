"""The French words of the démarche's stages and of what its conditions count."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.french import count, number, plain_date
from app.initiatives.conditions import Standing, outline
from app.initiatives.kinds.stages import InitiativeStage, Known

STAGES: Mapping[InitiativeStage, str] = {one.stage: one.title for one in outline()}
# how « passer à … » names each
TOWARDS: Mapping[InitiativeStage, str] = {
    InitiativeStage.PREPARATION: "à la préparation",
    InitiativeStage.GATHERINGS: "aux rencontres",
    InitiativeStage.WORKSHOPS: "aux ateliers",
    InitiativeStage.FOLLOW_UP: "au suivi",
}
# (one, many) of what is counted up to some number
_COUNTED = {
    Known.STEERING: ("organisation membre", "organisations membres"),
    Known.GATHERINGS: ("rencontre tenue", "rencontres tenues"),
    Known.LEADS: ("piste ou besoin noté", "pistes et besoins notés"),
    Known.WORKSHOPS: ("atelier tenu", "ateliers tenus"),
    Known.GROUPS: ("groupe avec thème et rapporteur", "groupes avec thème et rapporteur"),
    Known.OPERATIONAL: ("projet opérationnel", "projets opérationnels"),
    Known.HANDED_OVER: ("axe ou piste confié", "axes et pistes confiés"),
}
# (one, many, done by one, done by many, where there is none) of what is counted among all
_AMONG = {
    Known.ZONE_RECORD: (
        *("rubrique", "rubriques", "remplie", "remplies"),
        "choisissez d’abord la zone pilote",
    ),
    Known.CONTACTED: (
        *("entreprise", "entreprises", "contactée", "contactées"),
        "aucune entreprise connue dans la zone pilote",
    ),
    Known.PLANNED: (
        *("projet", "projets", "avec une étape datée", "avec une étape datée"),
        "aucun projet lancé",
    ),
    Known.COMMITMENTS: (
        *("organisation", "organisations", "confirmée", "confirmées"),
        "aucun projet lancé",
    ),
    Known.GROUPS_MET: (
        *("groupe", "groupes", "réuni", "réunis"),
        "aucun groupe de travail",
    ),
}
_LAST = {
    Known.RESULTS: ("derniers résultats envoyés le", "aucun résultat envoyé"),
    Known.PLENARY: ("dernière rencontre annuelle le", "aucune encore"),
}


def told(one: Standing) -> str:
    """The figure of a condition, or the word that was said by hand."""
    known, figure = one.need.known, one.figure
    if one.tick is not None:
        day = f"le {plain_date(one.tick.done_on)}"
        return f"{day} : {one.tick.words}" if one.tick.words else day
    if figure is None:
        return "à cocher quand c’est fait"
    if known in _AMONG:
        return _among(known, figure.have, figure.of or 0)
    if known in _LAST:
        day_words, never = _LAST[known]
        return f"{day_words} {plain_date(figure.day)}" if figure.day else never
    if known in _COUNTED:
        said = count(figure.have, *_COUNTED[known])
        return said if one.met else f"{said}, il en faut {one.need.wanted}"
    return "choisie" if figure.have else "à choisir"


def _among(known: Known, have: int, of: int) -> str:
    one, many, by_one, by_many, none = _AMONG[known]
    if not of:
        return none
    return f"{count(have, one, many)} sur {number(of)} {by_one if have < 2 else by_many}"
