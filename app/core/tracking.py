"""What the change log records of a row, declared by the model, read by the journal."""

from __future__ import annotations

import enum
from typing import Any, ClassVar


class Confidentiality(enum.StrEnum):
    """Who may read a field's before and after in the journal."""

    OPEN = "open"
    PARTNERS = "partners"
    SECRET = "secret"
    PERSONAL = "personal"


class Tracked:
    """A model whose every insert, update and delete is journalled.

    `__tracked__` names the recorded columns with their confidentiality; `journal_place`
    says to which territory and project the change belongs.
    """

    __tracked__: ClassVar[dict[str, Confidentiality]]

    def journal_place(self) -> tuple[int | None, int | None]:
        """(territory_id, project_id), None where the row belongs to neither."""
        return getattr(self, "territory_id", None), getattr(self, "project_id", None)


def tracked(**classes: Any) -> dict[str, Confidentiality]:
    """`tracked(open="title stage", partners="note")` → {"title": OPEN, …}."""
    return {
        field: Confidentiality(name) for name, fields in classes.items() for field in fields.split()
    }
