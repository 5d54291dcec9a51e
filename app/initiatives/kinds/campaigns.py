"""How far the first contact with a company of a zone is."""

from __future__ import annotations

import enum


class ContactState(enum.StrEnum):
    """In the order in which it goes well; a refusal stands apart."""

    TO_CONTACT = "to_contact"
    CALLED = "called"
    MET = "met"
    INTERESTED = "interested"
    AMBASSADOR = "ambassador"
    REFUSED = "refused"
