"""This room's tables."""

from app.initiatives.models.campaigns import Campaign, CampaignContact
from app.initiatives.models.groups import GroupMember, WorkingGroup, group_theme
from app.initiatives.models.initiative import ConditionTick, Initiative, StagePassage
from app.initiatives.models.leads import LONGEST_LEAD, Opportunity, opportunity_organisation
from app.initiatives.models.meetings import AgendaItem, Attendee, Meeting, meeting_project
from app.initiatives.models.minutes import Decision, Minutes, Results
from app.initiatives.models.notes import ContactNote, contact_note_step

__all__ = [
    "LONGEST_LEAD",
    "AgendaItem",
    "Attendee",
    "Campaign",
    "CampaignContact",
    "ConditionTick",
    "ContactNote",
    "Decision",
    "GroupMember",
    "Initiative",
    "Meeting",
    "Minutes",
    "Opportunity",
    "Results",
    "StagePassage",
    "WorkingGroup",
    "contact_note_step",
    "group_theme",
    "meeting_project",
    "opportunity_organisation",
]
