"""Published states that the access matrix speaks of."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy.orm import Session

from app.reports.models import Snapshot
from tests.cast import BEGINNING, Cast

FIRST_FORM = Path(__file__).parent.parent / "reports" / "snapshot-1.json"


def publish_states(session: Session, cast: Cast) -> dict[str, str]:
    """{name in braces: what stands there}: one state that stands, one that was withdrawn."""
    anne = cast.person("Anne").id
    states = [
        Snapshot(
            territory_id=cast.territory().id,
            as_of=BEGINNING.date(),
            content=json.loads(FIRST_FORM.read_text(encoding="utf-8")),
            published_at=BEGINNING,
            published_by_id=anne,
            withdrawn_at=BEGINNING if is_withdrawn else None,
            withdrawn_by_id=anne if is_withdrawn else None,
        )
        for is_withdrawn in (False, True)
    ]
    session.add_all(states)
    session.flush()
    stands, withdrawn = (state.public_id for state in states)
    return {"state": stands, "withdrawn_state": withdrawn}
