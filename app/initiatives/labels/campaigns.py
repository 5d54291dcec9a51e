"""The French words of a contact campaign."""

from __future__ import annotations

from collections.abc import Mapping

from app.initiatives.kinds.campaigns import ContactState

CONTACT_STATES: Mapping[ContactState, str] = {
    ContactState.TO_CONTACT: "À contacter",
    ContactState.CALLED: "Appelée",
    ContactState.MET: "Rencontrée",
    ContactState.INTERESTED: "Intéressée",
    ContactState.AMBASSADOR: "Ambassadrice",
    ContactState.REFUSED: "Refus",
}
# the pill that carries each word, and its part of a bar (docs/look.md)
CONTACT_PILLS: Mapping[ContactState, str] = {
    ContactState.TO_CONTACT: "todo",
    ContactState.CALLED: "in_progress",
    ContactState.MET: "in_progress",
    ContactState.INTERESTED: "active",
    ContactState.AMBASSADOR: "done",
    ContactState.REFUSED: "abandoned",
}
FILLS: Mapping[ContactState, str] = {
    ContactState.TO_CONTACT: "todo",
    ContactState.CALLED: "4",
    ContactState.MET: "3",
    ContactState.INTERESTED: "2",
    ContactState.AMBASSADOR: "done",
    ContactState.REFUSED: "abandoned",
}
