"""This room's tables."""

from app.initiatives.models.groups import GroupMember, WorkingGroup, group_theme
from app.initiatives.models.meetings import AgendaItem, Attendee, Meeting, meeting_project
from app.initiatives.models.minutes import Decision, Minutes, Results

__all__ = [
    "AgendaItem",
    "Attendee",
    "Decision",
    "GroupMember",
    "Meeting",
    "Minutes",
    "Results",
    "WorkingGroup",
    "group_theme",
    "meeting_project",
]
