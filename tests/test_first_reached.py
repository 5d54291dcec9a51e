"""Companies that a campaign had moved on keep the earliest day that is known of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData, create_engine, text

from tests.test_figures_move import insert
from tests.test_migrations import bare_url, migrate

__all__ = ["bare_url"]
SAID = "2026-03-02 09:00:00+00:00"
CALLED = "2025-06-03 09:00:00+00:00"


def test_a_call_noted_since_the_campaign_opened_is_earlier_than_what_was_said_last(
    bare_url: str, tmp_path: Path
) -> None:
    migrate(bare_url, tmp_path, "0024")
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        insert(connection, tables, "territory")
        insert(connection, tables, "person")
        insert(connection, tables, "campaign", opened_on="2025-01-10")
        for number, state in enumerate(("called", "met", "to_contact", "refused"), start=1):
            firm = {"id": number, "public_id": f"o{number}", "kind": "company"}
            insert(connection, tables, "organisation", **firm)
            row = {"id": number, "organisation_id": number, "state": state, "changed_at": SAID}
            insert(connection, tables, "campaign_contact", **row)
        for number, (firm, kind, on, visibility) in enumerate(_NOTES, start=1):
            note = {"id": number, "public_id": f"n{number}", "organisation_id": firm, "kind": kind}
            dated = {"noted_on": on[:10], "noted_at": on, "visibility": visibility}
            insert(connection, tables, "contact_note", **note, **dated)
    migrate(bare_url, tmp_path)
    with engine.begin() as connection:
        reached = text("SELECT first_reached_at FROM campaign_contact ORDER BY id")
        found = [str(row[0])[:10] for row in connection.execute(reached)]
    engine.dispose()
    assert found == ["2025-06-03", "2026-03-02", "None", "2026-03-02"]


_NOTES = (
    (1, "call", CALLED, "partners"),
    (1, "visit", SAID, "partners"),
    # before the campaign; afterwards; of its author alone; no contact: none of them tells
    (2, "call", "2024-12-01 09:00:00+00:00", "partners"),
    (2, "visit", "2026-03-05 09:00:00+00:00", "partners"),
    (3, "call", CALLED, "partners"),
    (4, "call", CALLED, "author"),
    (4, "note", CALLED, "partners"),
)
