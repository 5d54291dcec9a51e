"""This room's tables."""

from app.initiatives.models.campaigns import Campaign, CampaignContact
from app.initiatives.models.leads import LONGEST_LEAD, Opportunity, opportunity_organisation
from app.initiatives.models.notes import ContactNote, contact_note_step

__all__ = [
    "LONGEST_LEAD",
    "Campaign",
    "CampaignContact",
    "ContactNote",
    "Opportunity",
    "contact_note_step",
    "opportunity_organisation",
]
