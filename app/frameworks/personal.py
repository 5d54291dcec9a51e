"""Référentiels are published texts: nothing in them is about anybody who uses Maillage."""

from __future__ import annotations

from app.core.personal import Holding, PersonalData
from app.frameworks.models import Framework, FrameworkVersion, Node

PERSONAL = PersonalData(
    holdings=(
        Holding(Framework, neutral="public_id key title"),
        Holding(FrameworkVersion, neutral="content_hash"),
        Holding(
            Node,
            neutral="parent_ref ref title points percentage category keys sections file",
        ),
    ),
)
