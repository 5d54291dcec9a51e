"""What published states hold about people: who published them, and whoever a title names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.personal import Holding, PersonalData, Record, Section
from app.reports.models import Snapshot


def _published(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Territory.name.label("territory"), Snapshot.as_of, Snapshot.published_at)
        .join(Territory, Territory.id == Snapshot.territory_id)
        .where(Snapshot.published_by_id == person_id)
        .order_by(Snapshot.id)
    )
    yield from (row._asdict() for row in session.execute(query))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Snapshot,
            what="états publiés : qui les a publiés ou retirés, noms cités dans un titre",
            kept="aussi longtemps que le plan d’action, sans nom après effacement",
            text="content",
            pointers="published_by_id withdrawn_by_id",
            neutral="public_id",
        ),
    ),
    sections=(
        Section(
            "snapshots",
            "Les états du territoire que vous avez publiés",
            "snapshot",
            {"territory": "territoire", "as_of": "arrêté au", "published_at": "publié le"},
            _published,
        ),
    ),
)
