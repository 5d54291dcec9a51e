"""French wording of this room's kinds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.accounts.kinds import (
    MailRhythm,
    MembershipRole,
    NafEdition,
    OrganisationKind,
    SignInWay,
    SizeBand,
    TerritoryRoleKind,
)
from app.accounts.likeness import Reason
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

NAF_EDITIONS: dict[NafEdition, Any] = {
    NafEdition.REV2: _("NAF rév. 2"),
    NafEdition.NAF2025: _("NAF 2025"),
}

SIZE_BANDS: dict[SizeBand, Any] = {
    SizeBand.NONE: _("Aucun salarié"),
    SizeBand.FROM_1: _("1 ou 2 salariés"),
    SizeBand.FROM_3: _("3 à 5 salariés"),
    SizeBand.FROM_6: _("6 à 9 salariés"),
    SizeBand.FROM_10: _("10 à 19 salariés"),
    SizeBand.FROM_20: _("20 à 49 salariés"),
    SizeBand.FROM_50: _("50 à 99 salariés"),
    SizeBand.FROM_100: _("100 à 199 salariés"),
    SizeBand.FROM_200: _("200 à 249 salariés"),
    SizeBand.FROM_250: _("250 à 499 salariés"),
    SizeBand.FROM_500: _("500 à 999 salariés"),
    SizeBand.FROM_1000: _("1 000 à 1 999 salariés"),
    SizeBand.FROM_2000: _("2 000 à 4 999 salariés"),
    SizeBand.FROM_5000: _("5 000 à 9 999 salariés"),
    SizeBand.FROM_10000: _("10 000 salariés et plus"),
}

REASONS: dict[Reason, Any] = {
    Reason.SIREN_AND_CITY: _("même SIREN, même commune"),
    Reason.NAME: _("même nom"),
    Reason.PHONE: _("même téléphone"),
    Reason.DOMAIN: _("même domaine d’adresses e-mail"),
    Reason.SIREN: _("même SIREN : peut-être deux établissements"),
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
    MailRhythm.AT_ONCE: _(
        "Chaque rappel part le jour où il est utile, au plus un courriel par jour. Ce qu’on vous "
        "confie et les messages qui vous nomment partent en quelques minutes, réunis."
    ),
    MailRhythm.DAILY: _(
        "Les mêmes rappels, au plus un courriel par jour. Ce qu’on vous confie, les messages qui "
        "vous nomment et les comptes rendus attendent le prochain matin ouvré."
    ),
    MailRhythm.WEEKLY: _(
        "Rappels, étapes confiées, messages qui vous nomment et comptes rendus attendent le "
        "lundi : une échéance en milieu de semaine peut être annoncée plusieurs jours avant."
    ),
    MailRhythm.OFF: _(
        "Ni rappel, ni relance, ni étape confiée, ni message qui vous nomme, ni compte rendu. Vos "
        "étapes restent à faire, et l’animatrice ou l’animateur voit qu’il faut vous appeler."
    ),
}

SIGN_IN_WAYS: dict[SignInWay, Any] = {
    SignInWay.PASSWORD: _("par mot de passe"),
    SignInWay.LINK: _("par un lien reçu"),
    SignInWay.PROVIDER: _("par un fournisseur d’identité"),
    SignInWay.DEMO: _("par la démonstration"),
}

_CHARACTERS: dict[CharacterKind, Any] = {
    CharacterKind.LOWER: _("une minuscule"),
    CharacterKind.UPPER: _("une majuscule"),
    CharacterKind.DIGIT: _("un chiffre"),
    CharacterKind.SIGN: _("un signe"),
}

# what zxcvbn says, and nothing else: a test holds them to its source
ZXCVBN: dict[str, Any] = {
    "Use a few words, avoid common phrases.": _(
        "Prenez quelques mots, mais pas une expression connue."
    ),
    "No need for symbols, digits, or uppercase letters.": _(
        "Une longue phrase vaut mieux que des signes rares."
    ),
    "Add another word or two. Uncommon words are better.": _(
        "Ajoutez un mot ou deux, peu courants."
    ),
    "Straight rows of keys are easy to guess.": _("Une rangée du clavier se devine."),
    "Short keyboard patterns are easy to guess.": _("Un dessin court sur le clavier se devine."),
    "Use a longer keyboard pattern with more turns.": _(
        "Un dessin sur le clavier doit être long et changer souvent de direction."
    ),
    'Repeats like "aaa" are easy to guess.': _("Une répétition comme « aaa » se devine."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _(
        "Une répétition comme « abcabcabc » se devine presque aussi vite que « abc »."
    ),
    "Avoid repeated words and characters.": _("Évitez de répéter mots et caractères."),
    'Sequences like "abc" or "6543" are easy to guess.': _(
        "Une suite comme « abc » ou « 6543 » se devine."
    ),
    "Avoid sequences.": _("Évitez les suites."),
    "Recent years are easy to guess.": _("Une année récente se devine."),
    "Avoid recent years.": _("Évitez les années récentes."),
    "Avoid years that are associated with you.": _("Évitez les années qui vous touchent de près."),
    "Dates are often easy to guess.": _("Une date se devine souvent."),
    "Avoid dates and years that are associated with you.": _(
        "Évitez les dates et les années qui vous touchent de près."
    ),
    "This is a top-10 common password.": _("C’est l’un des dix mots de passe les plus courants."),
    "This is a top-100 common password.": _("C’est l’un des cent mots de passe les plus courants."),
    "This is a very common password.": _("C’est un mot de passe très courant."),
    "This is similar to a commonly used password.": _(
        "Il ressemble à un mot de passe très courant."
    ),
    "A word by itself is easy to guess.": _("Un mot seul se devine."),
    "Names and surnames by themselves are easy to guess.": _("Un nom ou un prénom seul se devine."),
    "Common names and surnames are easy to guess.": _("Les noms et prénoms courants se devinent."),
    "Capitalization doesn't help very much.": _("Une majuscule au début n’aide guère."),
    "All-uppercase is almost as easy to guess as all-lowercase.": _(
        "Tout en majuscules se devine presque aussi vite que tout en minuscules."
    ),
    "Reversed words aren't much harder to guess.": _(
        "Un mot à l’envers ne se devine guère plus lentement."
    ),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _(
        "Un « @ » à la place d’un « a » n’aide guère."
    ),
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
        hints = [str(ZXCVBN[hint]) for hint in refusal.hints if hint in ZXCVBN]
        return " ".join([_banal(), *hints])
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


def _banal() -> str:
    return str(
        gettext(
            "Ce mot de passe se devine trop vite : évitez votre nom, les mots courants, "
            "les suites et les répétitions."
        )
    )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(names: list[str]) -> str:
    return str(gettext(" ou ")).join(names)
