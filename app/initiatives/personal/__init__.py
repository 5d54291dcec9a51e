"""What the démarche says about people."""

from __future__ import annotations

from app.core.personal import PersonalData
from app.initiatives.personal import meetings

PERSONAL = PersonalData(
    holdings=meetings.HOLDINGS, sections=meetings.SECTIONS, let_go=meetings.let_go
)
