"""The fate of each column of this room's tables."""

from __future__ import annotations

from app.accounts.models import (
    Absence,
    ActivityZone,
    Ask,
    Claim,
    Closure,
    Departure,
    DirectoryUse,
    ExternalIdentity,
    Grant,
    HalfSignIn,
    MailPreference,
    Membership,
    Merge,
    Organisation,
    Person,
    ProviderVisit,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInFailure,
    Territory,
    TerritoryRole,
    TerritoryText,
)
from app.core.personal import Holding
from app.core.redaction import ERASED_NAME

_LIKE_THE_ORGANISATION = "aussi longtemps que l’organisation, sans nom après effacement"
_UNTIL_ERASED = "jusqu’à l’effacement"

_PLACES = (
    Holding(Territory, neutral="public_id name siren holiday_zone time_zone"),
    Holding(
        ActivityZone,
        text="specialisation figures_source note",
        neutral="public_id name dominant_use cnig_id",
    ),
    # a firm's name, number and town are the firm's, also where it bears its owner's name
    Holding(
        Organisation,
        what="organisations : qui a dit si elle peut être nommée en public, et quand",
        kept=_LIKE_THE_ORGANISATION,
        pointers="naming_decided_by_id",
        neutral="public_id name siret sole_siret siren naf phone address postcode commune_code "
        "city search_key",
    ),
    Holding(
        TerritoryText,
        what="chartes publiées : par qui, noms cités dans le texte",
        kept="aussi longtemps que le territoire, telles que publiées",
        published="body",
        pointers="published_by_id",
    ),
    Holding(
        Claim,
        what="fiches que deux territoires ont d’une organisation : qui a demandé, qui a répondu",
        kept=_LIKE_THE_ORGANISATION,
        pointers="asked_by_id answered_by_id",
        neutral="public_id",
    ),
    Holding(
        Departure,
        what="organisations retirées d’un territoire : par qui",
        kept=_LIKE_THE_ORGANISATION,
        pointers="left_by_id",
        neutral="public_id",
    ),
    # what a merge changed is words of the records, for a day; then ids alone
    Holding(
        Merge,
        what="fiches réunies : par qui ; un jour durant, ce que disaient les deux fiches",
        kept=_LIKE_THE_ORGANISATION,
        text="moves",
        pointers="merged_by_id undone_by_id",
        neutral="public_id kept_id gone_id gone_public_id",
    ),
    Holding(DirectoryUse, neutral="name"),
)

_PEOPLE = (
    Holding(
        Person,
        what="fiche : nom, adresse e-mail, téléphone, empreinte du mot de passe",
        kept="jusqu’à l’effacement ; à défaut, deux ans sans visite, puis un message d’un mois",
        whose="id",
        blank={
            "name": ERASED_NAME,
            "email": None,
            "phone": None,
            "password_hash": None,
            "is_operator": False,
            "time_zone": None,
            "work_days": None,
            "search_key": "",
        },
        neutral="public_id",
    ),
    Holding(
        Membership,
        what="places dans les organisations : fonction, dates",
        kept="dates aussi longtemps que le projet ; fonction jusqu’à l’effacement",
        whose="person_id",
        blank={"function": None},
    ),
    Holding(
        TerritoryRole,
        what="rôles dans les territoires : lequel, en quelle qualité, dates",
        kept="dates aussi longtemps que le territoire ; qualité jusqu’à l’effacement",
        whose="person_id",
        blank={"function": None},
    ),
    Holding(
        Absence,
        what="absences : de quand à quand, qui répond à la place",
        kept="un an après leur fin, au plus tard jusqu’à l’effacement",
        whose="person_id",
        removed=True,
        pointers="substitute_id",
        neutral="public_id",
    ),
    Holding(Closure, neutral="public_id"),
    Holding(
        MailPreference,
        what="préférences : rythme des rappels, celui d’avant leur arrêt, pause",
        kept=_UNTIL_ERASED,
        whose="person_id",
        removed=True,
        neutral="former",
    ),
    Holding(
        Ask,
        what="demandes et réponses : invitation, adresse à confirmer, accord, passage de relais ; "
        "nom et fonction proposés, mots de la réponse",
        kept="le texte d’une invitation : un an après sa fin ; la réponse, comme le projet",
        text="payload words",
        pointers="asker_id asked_person_id answered_by_id",
        neutral="public_id subject_kind subject_id text_version territory_id project_id",
    ),
)

_WAYS_IN = (
    Holding(
        Grant,
        what="liens envoyés par message : lequel, jusqu’à quand",
        kept="un an après leur fin",
        whose="person_id",
        removed=True,
        neutral="public_id subject_kind subject_id",
    ),
    Holding(
        SignIn,
        what="connexions : date, moyen et navigateur",
        kept="un an ; la date de la dernière jusqu’à l’effacement",
        whose="person_id",
        removed=True,
        neutral="key_hash browser sealed_id_token",
    ),
    Holding(
        SignInFailure,
        what="connexions refusées : adresse réseau, adresse e-mail hachée",
        kept="un jour",
        neutral="subject",
    ),
    Holding(
        SecondFactor,
        what="double authentification : secret scellé, date de mise en place",
        kept=_UNTIL_ERASED,
        whose="person_id",
        removed=True,
        neutral="sealed_secret",
    ),
    Holding(
        RecoveryCode,
        what="codes de secours : leur empreinte",
        kept="jusqu’à leur usage ou l’effacement",
        whose="person_id",
        removed=True,
        neutral="code_hash",
    ),
    Holding(
        ExternalIdentity,
        what="compte associé chez un fournisseur d’identité : lequel, numéro qu’il donne, dates",
        kept=_UNTIL_ERASED,
        whose="person_id",
        removed=True,
        neutral="issuer subject",
    ),
    Holding(
        HalfSignIn,
        what="connexion qui attend le second code : moyen, fournisseur d’identité",
        kept="dix minutes, un jour au plus",
        whose="person_id",
        removed=True,
        neutral="key_hash issuer subject sealed_id_token",
        unexported="dure dix minutes ; la connexion qui suit est exportée",
    ),
    Holding(
        ProviderVisit,
        what="passage chez le fournisseur d’identité : d’où, vers où",
        kept="dix minutes, un jour au plus",
        whose="person_id",
        removed=True,
        neutral="key_hash state_hash nonce verifier way_on",
        unexported="dure dix minutes ; la connexion qui suit est exportée",
    ),
)

HOLDINGS = (*_PLACES, *_PEOPLE, *_WAYS_IN)
