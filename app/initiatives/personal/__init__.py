"""What the démarche says about people, topic by topic."""

from __future__ import annotations

from app.core.personal import PersonalData
from app.initiatives.personal import campaigns, leads, notes

PERSONAL = PersonalData(
    holdings=(*notes.HOLDINGS, *leads.HOLDINGS, *campaigns.HOLDINGS),
    sections=(*notes.SECTIONS, *leads.SECTIONS, *campaigns.SECTIONS),
    let_go=notes.let_go,
)
