"""What the table of steps can be asked for, beside the kinds of plans."""

from __future__ import annotations

import enum


class When(enum.StrEnum):
    """Which due dates; the values stand in addresses."""

    PAST = "passees"
    WEEK = "semaine"
    MONTH = "mois"
    NONE = "sans"


class Order(enum.StrEnum):
    """By which column the table is sorted; the values stand in addresses."""

    DUE = "echeance"
    PROJECT = "projet"
    STEP = "etape"
    ORGANISATION = "organisation"
    STATUS = "statut"


class Bulk(enum.StrEnum):
    """What can be done to many steps at once."""

    HAND = "responsable"
    DUE = "date"
    SHIFT = "decaler"
    DONE = "fait"
    STARTED = "en-cours"
    ABANDONED = "abandonner"
    MILESTONE = "jalon"
    NO_MILESTONE = "sans-jalon"
