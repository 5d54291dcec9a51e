"""Kinds of what comes in as a table, and of what becomes of it."""

from __future__ import annotations

import enum


class ImportState(enum.StrEnum):
    DRAFT = "draft"
    APPLIED = "applied"
    UNDONE = "undone"


class TableKind(enum.StrEnum):
    """What a sheet tells of; one that tells of nothing known is left out."""

    TRACKER = "tracker"
    CONTACTS = "contacts"
    ZONES = "zones"
    NONE = "none"


class Outcome(enum.StrEnum):
    """What becomes of a row, those that want an eye first."""

    CHECK = "check"
    REFUSED = "refused"
    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    SKIPPED = "skipped"


class NameChoice(enum.StrEnum):
    """What a name in a cell stands for."""

    KNOWN = "known"
    NEW = "new"
    PERSON = "person"
    IGNORED = "ignored"


class Status(enum.StrEnum):
    """The words of the tracker; « en retard » is no state here, the date says it."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    DONE = "done"
    PAUSED = "paused"
    ABANDONED = "abandoned"
    BLOCKED = "blocked"
    LATE = "late"
    TO_DISCUSS = "to_discuss"


class Field(enum.StrEnum):
    """What a column may tell: of an action, of a contact, of a zone."""

    THEME = "theme"
    SUB_AXIS = "sub_axis"
    SUB_SUB_AXIS = "sub_sub_axis"
    ACTION = "action"
    STEP = "step"
    DESCRIPTION = "description"
    GOVERNANCE = "governance"
    OBJECTIVES = "objectives"
    INDICATORS = "indicators"
    LEAD = "lead"
    MEANS = "means"
    PARTNERS = "partners"
    DEPARTMENT = "department"
    PERSON = "person"
    ELECTED = "elected"
    PARTICIPATION = "participation"
    FINANCING = "financing"
    FUNDER = "funder"
    AMOUNT = "amount"
    BUDGET = "budget"
    STATUS = "status"
    PRIORITY = "priority"
    START = "start"
    END = "end"
    NOTES = "notes"
    REFERENCE = "reference"

    NAME = "name"
    FIRST_NAME = "first_name"
    FUNCTION = "function"
    PHONE = "phone"
    EMAIL = "email"
    ORGANISATION = "organisation"
    SIRET = "siret"

    ZONE_ID = "zone_id"
    ZONE_NAME = "zone_name"
    ZONE_USE = "zone_use"
    ZONE_AREA = "zone_area"
    ZONE_FIRMS = "zone_firms"
    ZONE_VACANCY = "zone_vacancy"
    ZONE_POINT = "zone_point"
