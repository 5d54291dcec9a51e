"""What is held about somebody, before they decide."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.privacy.rooms import SECTIONS


class Count(NamedTuple):
    """How many records of one part there are."""

    title: str
    records: int


def counts_of(session: Session, person_id: int) -> list[Count]:
    """The parts of which there is something, in the order of the export."""
    counted = (
        Count(section.title, sum(1 for _ in section.read(session, person_id)))
        for section in SECTIONS
    )
    return [one for one in counted if one.records]
