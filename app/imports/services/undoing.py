"""Takes an import back: what it made goes, what it changed is as before, unless touched since.

The caller checked rights and commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, null, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Person, organisation_territory
from app.accounts.services.belonging import needed_in
from app.accounts.services.claims import withdraw
from app.accounts.services.merging.ledger import unpacked
from app.accounts.services.merging.references import references_to
from app.core.refusals import RefusedError
from app.imports.kinds import ImportState
from app.imports.models import Import, RememberedName
from app.imports.services.ledger import MODELS, TABLES, Picture, fingerprint, picture

_ROWS_AT_ONCE = 500
# what points to a row without needing it
_LOOSE = frozenset({"organisation_territory", "change", RememberedName.__tablename__})


@dataclass(frozen=True)
class Stays:
    """A row that is not taken back: what it is, its name where it has one, and why."""

    table: str
    title: str
    why: str


TOUCHED = "modifié depuis l’import"
NEEDED = "d’autres choses y tiennent depuis l’import"
SHARED = "un autre territoire la suit aussi : ôtée de celui-ci seulement"


def undo(session: Session, found: Import, *, now: datetime) -> list[Stays]:
    """Take an applied import back; answers what stays. Raises RefusedError for another one."""
    session.refresh(found, with_for_update={"of": Import})
    if found.state is not ImportState.APPLIED:
        raise RefusedError("Cet import n’est pas appliqué : il n’y a rien à annuler.")
    current = picture(session, found)
    _ask_no_longer(session, found, current)
    stays = _change_back(session, found, current)
    goes, kept = _what_goes(session, found, current)
    shared = _shared(session, found, goes[Organisation.__tablename__])
    _keep(goes, shared, current)
    for model in TABLES:
        _remove(session, model, goes[model.__tablename__])
        session.flush()
    kept += _let_go(session, found, shared)
    kept += _detach(session, found)
    found.state, found.undone_at = ImportState.UNDONE, now
    found.ledger = []
    session.flush()
    return stays + kept


# what says one thing in several columns goes back whole, or not at all
TOGETHER = (
    {"status", "done_on", "blocked_on", "barrier", "barrier_note"},
    {"due_on", "due_text", "scheduled_at", "news_on"},
    {"lead_organisation_id", "lead_person_id"},
    {"state", "active_since", "ended_reason"},
    {"kind", "synergy_type"},
)


def _change_back(session: Session, found: Import, current: Picture) -> list[Stays]:
    stays: dict[tuple[str, int], Stays] = {}
    for entry in found.ledger:
        if "before" not in entry:
            continue
        name, row_id = entry["table"], entry["id"]
        row = current[name].get(row_id)
        if row is None:
            continue
        model = MODELS[name]
        touched = {column for column in entry["before"] if row[column] != entry["after"][column]}
        touched = touched.union(*(group for group in TOGETHER if group & touched))
        untouched = {
            column: value for column, value in entry["before"].items() if column not in touched
        }
        if len(untouched) < len(entry["before"]):
            stays[name, row_id] = Stays(name, _title(row), TOUCHED)
        item = session.get_one(model, row_id)
        for column, value in unpacked(model.metadata.tables[name], untouched).items():
            setattr(item, column, value)
    session.flush()
    return [one for one in stays.values() if one.title]


def _what_goes(
    session: Session, found: Import, current: Picture
) -> tuple[Mapping[str, set[int]], list[Stays]]:
    """Rows that were made and are as they were made, and that nothing which stays refers to."""
    goes: dict[str, set[int]] = defaultdict(set)
    why: dict[tuple[str, int], str] = {}
    made: dict[str, dict[int, str]] = defaultdict(dict)
    for entry in found.ledger:
        if "made" in entry and entry["id"] in current[entry["table"]]:
            made[entry["table"]][entry["id"]] = entry["made"]
    for name, rows in made.items():
        for row_id, print_ in rows.items():
            if fingerprint(current[name][row_id]) == print_:
                goes[name].add(row_id)
            else:
                why[name, row_id] = TOUCHED
    while held := set(_held(session, goes)):
        for name, row_id in held:
            goes[name].discard(row_id)
            why[name, row_id] = NEEDED
    stays = [
        Stays(name, _title(current[name][row_id]), reason)
        for (name, row_id), reason in why.items()
        if _title(current[name][row_id])
    ]
    return goes, stays


def _shared(session: Session, found: Import, ids: Collection[int]) -> set[int]:
    """Those of these organisations that another territory has taken in meanwhile."""
    of = organisation_territory.c
    elsewhere = select(of.organisation_id).where(
        of.organisation_id.in_(ids), of.territory_id != found.territory_id
    )
    return set(session.scalars(elsewhere))


def _keep(goes: Mapping[str, set[int]], shared: Collection[int], current: Picture) -> None:
    """What is another territory's by now stays there, with the contacts that it has."""
    goes[Organisation.__tablename__].difference_update(shared)
    places = current[Membership.__tablename__]
    own = {one for one, place in places.items() if place["organisation_id"] in shared}
    goes[Membership.__tablename__].difference_update(own)
    people = {places[one]["person_id"] for one in own}
    goes[Person.__tablename__].difference_update(people)


def _let_go(session: Session, found: Import, shared: Collection[int]) -> Iterator[Stays]:
    """Take them off this territory, unless something that stays here needs them."""
    of = organisation_territory.c
    for row_id in sorted(shared):
        name = session.get_one(Organisation, row_id).name
        if needed_in(session, row_id, found.territory_id):
            yield Stays(Organisation.__tablename__, name, NEEDED)
            continue
        here = (of.organisation_id == row_id) & (of.territory_id == found.territory_id)
        session.execute(delete(organisation_territory).where(here))
        yield Stays(Organisation.__tablename__, name, SHARED)


def _detach(session: Session, found: Import) -> Iterator[Stays]:
    """What the import brought into this territory is another one's alone again."""
    of = organisation_territory.c
    for row_id in [entry["id"] for entry in found.ledger if "attached" in entry]:
        if needed_in(session, row_id, found.territory_id):
            organisation = session.get(Organisation, row_id)
            if organisation is not None:
                yield Stays(Organisation.__tablename__, organisation.name, NEEDED)
            continue
        here = (of.organisation_id == row_id) & (of.territory_id == found.territory_id)
        session.execute(delete(organisation_territory).where(here))


def _ask_no_longer(session: Session, found: Import, current: Picture) -> None:
    """Claims to SIRETs that go with the import."""
    for entry in found.ledger:
        row = current[entry["table"]].get(entry["id"])
        if entry["table"] != Organisation.__tablename__ or row is None:
            continue
        wrote = entry.get("after", {}).get("siret")
        same = wrote is not None and row["siret"] == wrote
        if same or ("made" in entry and fingerprint(row) == entry["made"]):
            withdraw(session, entry["id"])


def _held(session: Session, goes: Mapping[str, set[int]]) -> Iterator[tuple[str, int]]:
    """Rows to go that a row refers to which stays."""
    for name, ids in goes.items():
        if not ids:
            continue
        for reference in references_to(name):
            table = reference.table
            if table.name in _LOOSE:
                continue
            own_id = table.c.id if "id" in table.c else null()
            query = select(reference.column, own_id).where(reference.column.in_(ids))
            if reference.by is not None:
                query = query.where(reference.by == reference.value)
            for target, row_id in session.execute(query):
                if row_id not in goes.get(table.name, ()):
                    yield name, target


def _remove(session: Session, model: Any, row_ids: Collection[int]) -> None:
    """The newest first; read together, since a table has thousands of rows."""
    ids = sorted(row_ids, reverse=True)
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        some = ids[start : start + _ROWS_AT_ONCE]
        if model is Organisation:
            for table in (organisation_territory, RememberedName.__table__):
                gone = table.c.organisation_id.in_(some)
                session.execute(delete(table).where(gone))  # type: ignore[arg-type]  # a table each
        query = select(model).where(model.id.in_(some)).order_by(model.id.desc())
        for item in session.scalars(query):
            session.delete(item)


def _title(row: Mapping[str, Any]) -> str:
    return str(row.get("title") or row.get("name") or row.get("funder") or "")
