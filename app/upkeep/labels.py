"""French wording of what the doctor finds, and of the states of mails."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.outbox.kinds import MailState
from app.upkeep.doctor import Finding, Verdict

VERDICTS: dict[Verdict, Any] = {
    Verdict.OK: _("Bon"),
    Verdict.NOTE: _("À savoir"),
    Verdict.PROBLEM: _("À régler"),
}

# what each is shown as: the pill of a step that is done, waits, or is stuck
VERDICT_PILLS = {Verdict.OK: "done", Verdict.NOTE: "todo", Verdict.PROBLEM: "blocked"}

NAMES: dict[str, Any] = {
    "settings": _("Réglages"),
    "sender": _("Expéditeur"),
    "database": _("Base de données"),
    "clock": _("Horloge"),
    "mails": _("Courriels en attente"),
    "scheduler": _("Tâches régulières"),
    "relay": _("Relais de courriel"),
    "inbox": _("Boîte de réception"),
    "data": _("Dossier de données"),
    "people": _("Personnes"),
    "disk": _("Place sur le disque"),
}

FINDINGS: dict[str, Any] = {
    "demonstration": _("C’est la démonstration : chacun peut y entrer."),
    "in_clear": _("L’adresse %(address)s est sans https : les mots de passe circulent en clair."),
    "no_proxy": _(
        "L’adresse est en https et MAILLAGE_PROXIES vaut 0 : tous les visiteurs semblent venir du "
        "serveur mandataire, et leurs connexions sont limitées ensemble."
    ),
    "settings_fine": _("On entre par %(address)s."),
    "default_sender": _(
        "L’expéditeur est encore %(address)s : les réponses n’arrivent nulle part."
    ),
    "sender_fine": _("Les courriels partent de %(address)s."),
    "database_fine": _("%(engine)s, migration %(migration)s."),
    "database_broken": _("Elle ne peut pas servir : voir « flask doctor »."),
    "one_clock": _("Celle de cette machine."),
    "clocks": _("%(seconds)s s entre cette machine et la base."),
    "mails": _(
        "%(late)s en retard, %(hard)s remis sans cesse à plus tard, %(lost)s perdus depuis un jour."
    ),
    "never_ticked": _("Rien n’a encore tourné ici."),
    "stands_still": _(
        "Rien n’a tourné depuis le %(instant)s : le serveur, ou « flask work », est-il en marche ?"
    ),
    "ticks": _("Elles tournent."),
    "no_relay": _("Aucun relais n’est réglé : les courriels restent dans la boîte aux lettres."),
    "relay_broken": _("%(where)s ne répond pas comme il faut : voir « flask doctor »."),
    "relay_fine": _("%(where)s répond."),
    "no_inbox": _(
        "Aucune n’est branchée : les réponses arrivent chez qui anime, et les messages qui "
        "reviennent à %(address)s, que quelqu’un doit lire."
    ),
    "inbox_pipe": _("Ce qui arrive à %(address)s est transmis par le serveur de courriel."),
    "inbox_broken": _("Celle de %(address)s ne se lit pas : voir « flask doctor »."),
    "inbox_fine": _("Celle de %(address)s se lit."),
    "folder_closed": _("On ne peut pas écrire dans %(folder)s."),
    "folder_fine": _("On peut écrire dans %(folder)s."),
    "erasures_late": _(
        "%(late)s effacements auraient dû être faits : le serveur, ou « flask work », est-il en "
        "marche ?"
    ),
    "unpiloted": _("Plus personne n’anime : %(places)s."),
    "people_fine": _("Chaque territoire est animé, aucun effacement n’attend."),
    "disk": _("%(free)s Mo libres dans %(folder)s."),
}

MAIL_STATES: dict[MailState, Any] = {
    MailState.WAITING: _("En attente"),
    MailState.SENDING: _("En cours d’envoi"),
    MailState.SENT: _("Partis"),
    MailState.FAILED: _("En échec"),
    MailState.SKIPPED: _("Devenus sans objet"),
    MailState.BOUNCED: _("Revenus"),
}


def told(finding: Finding) -> str:
    """A finding in French; one that has no wording yet as the terminal says it."""
    words = FINDINGS.get(finding.code)
    return str(words) % finding.values if words else finding.what


def name_of(finding: Finding) -> str:
    return str(NAMES.get(finding.name, finding.name))
