"""Kinds and states of plans, projects, partners, steps and flows (domain.md §2)."""

from __future__ import annotations

import enum


class PlanState(enum.StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ProjectKind(enum.StrEnum):
    SYNERGY = "synergy"
    ACTION = "action"


class SynergyType(enum.StrEnum):
    SUBSTITUTION = "substitution"
    SHARING = "sharing"


class Stage(enum.StrEnum):
    """How far a project is, in order."""

    DISCUSSION = "discussion"
    QUALIFIED = "qualified"
    FEASIBILITY = "feasibility"
    IMPLEMENTATION = "implementation"
    OPERATIONAL = "operational"
    LASTING = "lasting"


class ProjectState(enum.StrEnum):
    """Beside the stage: a draft mails nobody; an abandoned project keeps its stage and history."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ABANDONED = "abandoned"
    CLOSED = "closed"


class PartnerRole(enum.StrEnum):
    LEAD = "lead"
    CO_OWNER = "co_owner"
    CONTRIBUTOR = "contributor"
    FUNDER = "funder"
    OBSERVER = "observer"


class PartnerState(enum.StrEnum):
    APPROACHED = "approached"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    RETIRED = "retired"


class StepStatus(enum.StrEnum):
    """« En retard » is not here: it is derived from the due date, never stored."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    BLOCKED = "blocked"
    ABANDONED = "abandoned"


OPEN_STATUSES = (StepStatus.TODO, StepStatus.IN_PROGRESS, StepStatus.BLOCKED)


class BarrierKind(enum.StrEnum):
    ORGANISATION = "organisation"
    GOVERNANCE = "governance"
    FLOW_ADAPTATION = "flow_adaptation"
    REGULATORY = "regulatory"
    ECONOMIC = "economic"


class FlowDirection(enum.StrEnum):
    OUTPUT = "output"
    INPUT = "input"


class ResourceKind(enum.StrEnum):
    MATERIAL = "material"
    ENERGY = "energy"
    WATER = "water"
    WASTE = "waste"
    BY_PRODUCT = "by_product"
    LOGISTICS = "logistics"
    CAPACITY = "capacity"
    EXPERTISE = "expertise"
    EQUIPMENT = "equipment"
    SPACE = "space"
    SERVICE = "service"


class MeasureMethod(enum.StrEnum):
    """Never summed silently with each other."""

    DECLARED = "declared"
    ESTIMATED = "estimated"
    MEASURED = "measured"


class ElipseAxis(enum.StrEnum):
    """What ELIPSE sorts indicators by; the indicators themselves are the territories' own."""

    GOVERNANCE = "governance"
    ECONOMIC_MODEL = "economic_model"
    RESULTS = "results"


class Priority(enum.StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FundingState(enum.StrEnum):
    """How far a funder's word has come."""

    EXPECTED = "expected"
    ASKED = "asked"
    GRANTED = "granted"
    PAID = "paid"
    REFUSED = "refused"
