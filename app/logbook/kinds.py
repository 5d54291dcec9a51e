"""What a line of the journal is about, and who may read such lines at all."""

from __future__ import annotations

import enum


class Topic(enum.StrEnum):
    """Kinds of things to filter by; the values stand in addresses."""

    PROJECT = "projet"
    STEPS = "etapes"
    DATES = "dates"
    PARTNERS = "partenaires"
    FLOWS = "flux"
    RESULTS = "resultats"
    COMMENTS = "echanges"
    MATURITY = "maturite"
    RELANCES = "relances"
    TERRITORY = "territoire"
    PEOPLE = "personnes"


class Audience(enum.StrEnum):
    """Who may read that a row of a kind changed; its fields are judged one by one after that."""

    PROJECT = "project"  # who sees the project
    STEP = "step"  # who reads the step
    INVOLVED = "involved"  # who reads the project's steps, all of them
    COMMITTED = "committed"  # in a project as INVOLVED, outside of one as TERRITORY
    TERRITORY = "territory"  # who sees the territory
    FOLLOWERS = "followers"  # who has a role of the territory
    ANIMATORS = "animators"  # who drives its démarche
    PERSON = "person"  # on that person's own journal
    MEMBERSHIP = "membership"  # who sees the organisation, on that person's own journal
    ORGANISATION = "organisation"  # who sees the organisation
