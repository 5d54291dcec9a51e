"""The fate of each column of this room's tables."""

from __future__ import annotations

from app.accounts.models import (
    ActivityZone,
    Ask,
    Grant,
    MailPreference,
    Membership,
    Organisation,
    Person,
    SignIn,
    SignInFailure,
    Territory,
    TerritoryRole,
)
from app.core.personal import Holding
from app.core.redaction import ERASED_NAME

HOLDINGS = (
    Holding(Territory, neutral="public_id name siren holiday_zone time_zone"),
    Holding(ActivityZone, neutral="public_id name dominant_use cnig_id"),
    # a firm's name, number and town are the firm's, also where it bears its owner's name
    Holding(Organisation, neutral="public_id name siret naf phone city search_key"),
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
        what="rôles dans les territoires : lequel, dates",
        kept="aussi longtemps que le territoire, sans nom après effacement",
        whose="person_id",
    ),
    Holding(
        MailPreference,
        what="préférences : rythme des rappels, pause",
        kept="jusqu’à l’effacement",
        whose="person_id",
        removed=True,
    ),
    Holding(
        Ask,
        what="demandes et réponses : invitation, adresse à confirmer ; nom et fonction proposés",
        kept="le texte d’une invitation : un an après sa fin ; la réponse, comme le projet",
        text="payload",
        pointers="asker_id asked_person_id answered_by_id",
        neutral="public_id subject_kind subject_id text_version",
    ),
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
        what="connexions : date et navigateur",
        kept="un an ; la date de la dernière jusqu’à l’effacement",
        whose="person_id",
        removed=True,
        neutral="key_hash browser",
    ),
    Holding(
        SignInFailure,
        what="connexions refusées : adresse réseau, adresse e-mail hachée",
        kept="un jour",
        neutral="subject",
    ),
)
