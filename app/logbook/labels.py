"""French words of topics and of the ways in which a change came about."""

from __future__ import annotations

from collections.abc import Mapping

from app.journal.kinds import Via
from app.logbook.kinds import Topic

TOPICS: Mapping[Topic, str] = {
    Topic.PROJECT: "Projets et stades",
    Topic.STEPS: "Étapes",
    Topic.DATES: "Échéances",
    Topic.PARTNERS: "Partenaires",
    Topic.FLOWS: "Flux",
    Topic.RESULTS: "Résultats",
    Topic.COMMENTS: "Échanges",
    Topic.MATURITY: "Maturité",
    Topic.RELANCES: "Relances",
    Topic.TERRITORY: "Territoire et plan",
    Topic.PEOPLE: "Personnes et organisations",
}

VIAS: Mapping[Via, str] = {
    Via.PAGE: "sur le site",
    Via.MAIL_LINK: "par courriel",
    Via.IMPORT: "par un import",
    Via.JOB: "automatiquement",
    Via.COMMAND: "en ligne de commande",
}
