"""What the change log says about people. It keeps ids; names only where a person's own changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.personal import Holding, PersonalData, Record, Section
from app.core.redaction import Traces, traces
from app.journal.models import Change

# a room below accounts knows the word, not the table
PERSON = "Person"
_IN_ORDER = ("name", "email", "phone")
_KNOWN_BY = frozenset(_IN_ORDER)
_STANDING = timedelta(days=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _known_as(session: Session, person_id: int) -> Traces:
    """Names and addresses that were theirs before, as the log of their record tells.

    For a day at least: what stood for an hour was a slip, or somebody who tries something out.
    """
    since: dict[tuple[str, Any], datetime] = {}
    stood = set()
    lines = session.execute(_own_record(Change.at, Change.fields, person_id=person_id)).all()
    for at, fields in lines:
        for name in _KNOWN_BY & fields.keys():
            before, after = fields[name]
            if at - since.pop((name, before), _LONG_AGO) >= _STANDING:
                stood.add((name, before))
            since.setdefault((name, after), at)
    found = stood | since.keys()
    return traces(*([value for key, value in found if key == name] for name in _IN_ORDER))


def _own_record(*columns: Any, person_id: int) -> Select[Any]:
    about = (Change.entity == PERSON, Change.entity_id == person_id)
    return select(*columns).where(*about).order_by(Change.id)


def _made(session: Session, person_id: int) -> Iterator[Record]:
    """What they did: which fields, not their values, which may be secrets of others by now."""
    columns = (Change.at, Change.via, Change.entity, Change.entity_id, Change.action, Change.fields)
    query = select(*columns).where(Change.actor_id == person_id).order_by(Change.id)
    for row in session.execute(query, execution_options={"yield_per": 500}):
        yield {**row._asdict(), "fields": sorted(row.fields)}


def _suffered(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Change.at, Change.via, Change.action, Change.fields)
    for row in session.execute(_own_record(*columns, person_id=person_id)):
        yield row._asdict()


def _seen_since(moment: datetime) -> Select[int | None]:
    return select(Change.actor_id).where(Change.at >= moment, Change.actor_id.is_not(None))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Change,
            what="journal : qui a fait quoi et quand, par numéros et non par noms",
            kept="aussi longtemps que le projet, sans nom après effacement",
            text="fields",
            pointers="actor_id",
            neutral="territory_id project_id entity entity_id batch undoes",
        ),
    ),
    sections=(
        Section(
            "changes_made",
            "Ce que vous avez fait dans Maillage",
            "change",
            {
                "at": "quand",
                "via": "comment (page, mail_link : lien d’un message, command, job, import)",
                "entity": "sorte de fiche",
                "entity_id": "son numéro",
                "action": "action (created : créée, updated : modifiée, removed : supprimée)",
                "fields": "champs concernés",
            },
            _made,
        ),
        Section(
            "changes_of_record",
            "Ce qui a changé sur votre fiche",
            "change",
            {
                "at": "quand",
                "via": "comment",
                "action": "action (created : créée, updated : modifiée)",
                "fields": "champ : [avant, après]",
            },
            _suffered,
        ),
    ),
    known_as=_known_as,
    seen_since=_seen_since,
)
