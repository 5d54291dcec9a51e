"""French words of this room."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.privacy.kinds import Cause

CAUSES: dict[Cause, Any] = {
    Cause.OWN: _("demandé par la personne"),
    Cause.PILOT: _("demandé par l’animation"),
    Cause.OPERATOR: _("demandé par l’exploitant"),
    Cause.IDLE: _("sans visite ni réponse : un message l’a prévenue"),
}

# what goes and what stays, on each page where somebody is about to be erased
GOES = (
    _("nom, adresse e-mail, téléphone, fonction, mot de passe"),
    _("connexions, second facteur, comptes associés, liens reçus, préférences, absences"),
    _("le nom partout où il est écrit : échanges, descriptions, messages, journal"),
)
STAYS = (
    _("l’histoire des projets, avec « Personne effacée » à la place du nom"),
    _("les étapes en cours et les questions sans réponse, confiées à l’organisation"),
    _("les accords donnés et les documents déposés pour l’organisation, sans le nom"),
    _("ce que l’organisation dit d’elle-même : son nom, son numéro, ses quantités"),
)
