"""The French words of the table's filters, headings and acts."""

from __future__ import annotations

from app.overview.kinds import Bulk, Order, When

WHEN = {
    When.PAST: "Échéance passée",
    When.WEEK: "Cette semaine",
    When.MONTH: "Ce mois-ci",
    When.NONE: "Sans date",
}
HEADINGS = {
    Order.STEP: "Étape",
    Order.PROJECT: "Projet",
    Order.ORGANISATION: "Responsable",
    Order.DUE: "Échéance",
    Order.STATUS: "Statut",
}
# (one, many) of what was done to steps
DONE = {
    Bulk.HAND: ("1 étape confiée", "%(count)s étapes confiées"),
    Bulk.DUE: ("1 étape déplacée", "%(count)s étapes déplacées"),
    Bulk.SHIFT: ("1 étape déplacée", "%(count)s étapes déplacées"),
    Bulk.DONE: ("1 étape notée « fait »", "%(count)s étapes notées « fait »"),
    Bulk.STARTED: ("1 étape notée « en cours »", "%(count)s étapes notées « en cours »"),
    Bulk.ABANDONED: ("1 étape abandonnée", "%(count)s étapes abandonnées"),
    Bulk.MILESTONE: ("1 étape devenue jalon", "%(count)s étapes devenues jalons"),
    Bulk.NO_MILESTONE: ("1 jalon devenu simple étape", "%(count)s jalons devenus simples étapes"),
}
