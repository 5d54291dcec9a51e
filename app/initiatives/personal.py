"""What the démarche says about people."""

from __future__ import annotations

from app.core.personal import PersonalData

PERSONAL = PersonalData(holdings=())
