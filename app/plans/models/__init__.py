"""This room's tables."""

from app.plans.models.figures import Flow, FlowAccess, Indicator, Measurement
from app.plans.models.patterns import SavedPattern, SavedRole, SavedStep
from app.plans.models.plan import ActionPlan, Theme
from app.plans.models.project import Partner, PersonRef, Project, ProjectId
from app.plans.models.work import Comment, Step

__all__ = [
    "ActionPlan",
    "Comment",
    "Flow",
    "FlowAccess",
    "Indicator",
    "Measurement",
    "Partner",
    "PersonRef",
    "Project",
    "ProjectId",
    "SavedPattern",
    "SavedRole",
    "SavedStep",
    "Step",
    "Theme",
]
