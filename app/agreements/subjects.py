"""What an ask of this room is about, as `Ask.subject_kind` says it."""

from __future__ import annotations

PARTNER = "partner"
CHARTER = "charter"
STEP = "step"
THEME = "theme"
TERRITORY = "territory"
