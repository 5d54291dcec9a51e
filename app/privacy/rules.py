"""Who may erase whom."""

from __future__ import annotations

from app.accounts.models import Person
from app.accounts.rules import may_edit_person
from app.core.viewer import Viewer


def may_erase(viewer: Viewer, person: Person, *, keeps_own: bool) -> bool:
    """For somebody else: the operator, and whoever may edit a contact's record."""
    if person.anonymised_at is not None or person.id == viewer.person_id:
        return False
    return viewer.is_operator or may_edit_person(viewer, person, keeps_own=keeps_own)
