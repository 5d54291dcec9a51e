"""What leads say about people: who brought one, names in its words."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import Holding, Record, Section
from app.initiatives.models import Opportunity


def _brought(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Opportunity.title, Opportunity.captured_at, Opportunity.state, Opportunity.reason)
    query = select(*columns).where(Opportunity.brought_by_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(Opportunity.id)))


HOLDINGS = (
    Holding(
        Opportunity,
        what="pistes : qui les a apportées, noms cités dans leurs mots, un motif, une suite",
        kept="aussi longtemps que le territoire, sans nom après effacement",
        text="title reason passed_to search_key",
        pointers="brought_by_id",
        neutral="public_id",
    ),
)
SECTIONS = (
    Section(
        "leads_brought",
        "Les pistes que vous avez apportées",
        "opportunity",
        {
            "title": "piste",
            "captured_at": "notée le",
            "state": "état (open : à étudier, kept : gardée, project : devenue projet, refused : "
            "refusée, passed_on : transmise)",
            "reason": "motif",
        },
        _brought,
    ),
)
