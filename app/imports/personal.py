"""What imports say about people: who brought a file, and whoever its cells name."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import Holding, PersonalData, Record, Section
from app.imports.models import Import, ImportedRow, RememberedColumns, RememberedName


def _brought(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Import.file_name, Import.brought_at, Import.state)
        .where(Import.brought_by_id == person_id)
        .order_by(Import.id)
    )
    yield from (row._asdict() for row in session.execute(query))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Import,
            what="imports : qui a apporté un tableau, et les personnes que ses cellules nomment",
            kept="lignes lues 90 jours ; ce que l’import a changé, avec le plan d’action, sans nom "
            "après effacement",
            text="file_name tables corrections names ledger",
            pointers="brought_by_id",
            neutral="public_id counts",
        ),
        Holding(ImportedRow, text="said", neutral="key"),
        Holding(RememberedColumns, neutral="signature fields"),
        Holding(RememberedName, text="key"),
    ),
    sections=(
        Section(
            "imports",
            "Les tableaux que vous avez importés",
            "import",
            {"file_name": "fichier", "brought_at": "apporté le", "state": "état"},
            _brought,
        ),
    ),
)
