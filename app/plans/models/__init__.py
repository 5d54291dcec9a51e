"""This room's tables."""

from app.plans.models.figures import Flow, FlowAccess
from app.plans.models.indicators import Indicator, Measurement, Target
from app.plans.models.patterns import SavedPattern, SavedRole, SavedStep
from app.plans.models.plan import ActionPlan, Theme
from app.plans.models.project import Partner, PersonRef, Project, ProjectId
from app.plans.models.reality import Barrier, Exchange
from app.plans.models.tracking import SHEET_TEXTS, Funding, TrackingSheet
from app.plans.models.work import CheckItem, Comment, Dependency, Mention, Step

__all__ = [
    "SHEET_TEXTS",
    "ActionPlan",
    "Barrier",
    "CheckItem",
    "Comment",
    "Dependency",
    "Exchange",
    "Flow",
    "FlowAccess",
    "Funding",
    "Indicator",
    "Measurement",
    "Mention",
    "Partner",
    "PersonRef",
    "Project",
    "ProjectId",
    "SavedPattern",
    "SavedRole",
    "SavedStep",
    "Step",
    "Target",
    "Theme",
    "TrackingSheet",
]
