"""French words of what comes in, and of why something waits."""

from __future__ import annotations

from collections.abc import Mapping

from app.inbox.kinds import Fate, Trouble
from app.reminders.kinds import Answer

FATES: Mapping[Fate, str] = {
    Fate.COMMENT: "dans les échanges du projet",
    Fate.BOUNCED: "message revenu : adresse en erreur",
    Fate.RETRIED: "message revenu pour l’instant",
    Fate.AUTOMATIC: "réponse automatique, rien à faire",
    Fate.WAITING: "à placer",
    Fate.UNREADABLE: "illisible",
}
TROUBLES: Mapping[Trouble, str] = {
    Trouble.NO_REFERENCE: "ne répond à aucun de nos messages",
    Trouble.OTHER_SENDER: "vient d’une autre adresse que celle à qui nous avions écrit",
    Trouble.SEVERAL_PROJECTS: "répond à un message qui parlait de plusieurs projets",
    Trouble.NO_PROJECT: "ne concerne aucun projet, ou parle des données de la personne",
    Trouble.NO_RIGHT: "la personne ne suit plus ce projet",
    Trouble.TOO_LONG: "trop long pour un message du projet",
    Trouble.TOO_MANY: "trop de messages en une heure, une machine peut-être",
    Trouble.NO_TEXT: "aucun texte, une pièce jointe peut-être",
    Trouble.STRANGE_NOTICE: "avis de non-remise qui ne nomme aucun de nos envois",
    Trouble.TOO_LARGE: "plus grand que ce qui peut être lu",
    Trouble.INTRICATE: "fait de trop de morceaux pour être lu",
    Trouble.BROKEN: "endommagé",
}
# what a territory writes to people: its pilot is told where it reached nobody
OF_THE_TERRITORY: Mapping[str, str] = {
    "relance": "rappel ou relance",
    "for_you": "ce qui lui est confié, ou dit",
    "mention": "un message où il est question d’elle ou de lui",
    "question": "question",
    "answered": "réponse à ce qu’elle ou il a demandé",
    "convocation": "convocation",
    "cancelled_meeting": "annulation d’une rencontre",
    "results": "résultats d’une rencontre",
    "superior": "courriel écrit à la main",
    "proposal": "réponse à confirmer",
    "invitation": "invitation",
}
MAILS: Mapping[str, str] = {
    **OF_THE_TERRITORY,
    "claim": "demande de rattachement d’une organisation",
    "sign_in_link": "lien de connexion",
    "address": "changement d’adresse",
    "security": "alerte de sécurité",
    "personal_data": "données personnelles",
    "information": "information sur les données personnelles",
    "idle": "compte sans usage",
    "no_pilot": "territoire que personne n’anime",
}
# what a person wrote, as the mail that asks for one tap says it back
PROPOSED: Mapping[Answer, str] = {
    Answer.DONE: "C’est fait",
    Answer.AGREED: "C’est d’accord",
    Answer.STUCK: "Ça coince",
    Answer.NEW_DATE: "Nouvelle date",
    Answer.NOT_ME: "Ce n’est pas moi",
}
