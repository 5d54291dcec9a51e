"""French wording of this room's kinds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.accounts.kinds import (
    AskState,
    MailRhythm,
    MembershipRole,
    OrganisationKind,
    TerritoryRoleKind,
)
from app.accounts.passwords import CharacterKind, Refusal, Weakness

ORGANISATION_KINDS: dict[OrganisationKind, Any] = {
    OrganisationKind.COLLECTIVITE: _("Collectivité"),
    OrganisationKind.CHAMBER: _("Chambre consulaire"),
    OrganisationKind.COMPANY: _("Entreprise"),
    OrganisationKind.ASSOCIATION: _("Association"),
    OrganisationKind.FUNDER: _("Financeur"),
    OrganisationKind.RESEARCH: _("Enseignement et recherche"),
    OrganisationKind.OTHER: _("Autre"),
}

MEMBERSHIP_ROLES: dict[MembershipRole, Any] = {
    MembershipRole.MEMBER: _("Membre"),
    MembershipRole.MANAGER: _("Gère l’organisation"),
}

TERRITORY_ROLES: dict[TerritoryRoleKind, Any] = {
    TerritoryRoleKind.PILOT: _("Animatrice ou animateur"),
    TerritoryRoleKind.FACILITATOR: _("Co-animatrice ou co-animateur"),
    TerritoryRoleKind.OBSERVER: _("Observatrice ou observateur"),
}

# what somebody does, beside their name
TERRITORY_ROLE_DEEDS: dict[TerritoryRoleKind, Any] = {
    TerritoryRoleKind.PILOT: _("Anime"),
    TerritoryRoleKind.FACILITATOR: _("Co-anime"),
    TerritoryRoleKind.OBSERVER: _("Observe"),
}

TERRITORY_ROLE_RIGHTS: dict[TerritoryRoleKind, Any] = {
    TerritoryRoleKind.PILOT: _(
        "Fait avancer tous les projets du territoire, règle ses relances, et tient l’équipe, "
        "les réglages et la charte."
    ),
    TerritoryRoleKind.FACILITATOR: _(
        "La même chose, sauf nommer qui anime, changer les réglages et publier la charte."
    ),
    TerritoryRoleKind.OBSERVER: _(
        "Lit où en est la démarche : projets, chiffres, maturité. Ne voit pas les étapes une à "
        "une ni les quantités des entreprises, et ne change rien."
    ),
}

TIME_ZONES: dict[str, Any] = {
    "Europe/Paris": _("Hexagone et Corse"),
    "America/Guadeloupe": _("Guadeloupe"),
    "America/Martinique": _("Martinique"),
    "America/Cayenne": _("Guyane"),
    "Indian/Reunion": _("La Réunion"),
    "Indian/Mayotte": _("Mayotte"),
    "America/St_Barthelemy": _("Saint-Barthélemy"),
    "America/Marigot": _("Saint-Martin"),
    "America/Miquelon": _("Saint-Pierre-et-Miquelon"),
    "Pacific/Tahiti": _("Tahiti et îles de la Société"),
    "Pacific/Marquesas": _("Îles Marquises"),
    "Pacific/Gambier": _("Îles Gambier"),
    "Pacific/Wallis": _("Wallis-et-Futuna"),
    "Pacific/Noumea": _("Nouvelle-Calédonie"),
}

HOLIDAY_ZONES: dict[str, Any] = {
    "metropole": _("Les onze jours nationaux"),
    "alsace-moselle": _("Alsace-Moselle"),
    "guadeloupe": _("Guadeloupe"),
    "martinique": _("Martinique"),
    "guyane": _("Guyane"),
    "reunion": _("La Réunion"),
    "mayotte": _("Mayotte"),
    "saint-barthelemy": _("Saint-Barthélemy"),
    "saint-martin": _("Saint-Martin"),
    "saint-pierre-et-miquelon": _("Saint-Pierre-et-Miquelon"),
    "polynesie-francaise": _("Polynésie française"),
    "wallis-et-futuna": _("Wallis-et-Futuna"),
    "nouvelle-caledonie": _("Nouvelle-Calédonie"),
}

RHYTHMS: dict[MailRhythm, Any] = {
    MailRhythm.AT_ONCE: _("Au fil de l’eau"),
    MailRhythm.DAILY: _("Un courriel par jour"),
    MailRhythm.WEEKLY: _("Un courriel par semaine"),
    MailRhythm.OFF: _("Aucun courriel"),
}

RHYTHM_CONSEQUENCES: dict[MailRhythm, Any] = {
    MailRhythm.AT_ONCE: _("Chaque rappel part le jour où il est utile."),
    MailRhythm.DAILY: _("Tous les rappels d’une journée sont réunis en un seul courriel."),
    MailRhythm.WEEKLY: _(
        "Les rappels attendent le lundi : une échéance en milieu de semaine peut être "
        "annoncée plusieurs jours avant."
    ),
    MailRhythm.OFF: _(
        "Ni rappel ni relance. Vos étapes restent à faire, et l’animatrice ou l’animateur "
        "voit qu’il faut vous appeler."
    ),
}

ASK_STATES: dict[AskState, Any] = {
    AskState.OPEN: _("en attente"),
    AskState.ACCEPTED: _("acceptée"),
    AskState.DECLINED: _("déclinée"),
    AskState.WITHDRAWN: _("retirée"),
    AskState.EXPIRED: _("expirée"),
}

_CHARACTERS: dict[CharacterKind, Any] = {
    CharacterKind.LOWER: _("une minuscule"),
    CharacterKind.UPPER: _("une majuscule"),
    CharacterKind.DIGIT: _("un chiffre"),
    CharacterKind.SIGN: _("un signe"),
}

PASSWORD_RULE = _(
    "12 caractères avec minuscule, majuscule, chiffre et signe ; ou 14 avec trois de ces sortes ; "
    "ou une phrase d’au moins 7 mots."
)


def password_advice(refusal: Refusal) -> str:
    """What to do about a password that is not strong enough."""
    if refusal.weakness is Weakness.TOO_LONG:
        return str(gettext("Ce mot de passe est trop long : 200 caractères au plus."))
    if refusal.weakness is Weakness.BANAL:
        return str(
            gettext(
                "Ce mot de passe se devine trop vite : évitez votre nom, les mots courants, "
                "les suites et les répétitions."
            )
        )
    if refusal.weakness is Weakness.TOO_SHORT:
        return str(
            gettext(
                "Ce mot de passe est trop court : il faut %(rule)s",
                rule=_lower_first(str(PASSWORD_RULE)),
            )
        )
    return str(
        gettext(
            "Ce mot de passe est trop uniforme : ajoutez %(kinds)s, ou écrivez une phrase "
            "d’au moins 7 mots.",
            kinds=_listed([str(_CHARACTERS[kind]) for kind in refusal.unused_kinds]),
        )
    )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(names: list[str]) -> str:
    return str(gettext(" ou ")).join(names)
