"""A preview's rows as its page shows them: where they stand, what they need, what they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.french import of
from app.imports.cells import Fault, Place
from app.imports.contacts import ContactRow
from app.imports.deciding import Decision, Taken
from app.imports.heading import fields_of
from app.imports.kinds import Field, Outcome, TableKind
from app.imports.labels import OVER, said_label, shown
from app.imports.models import Import
from app.imports.services.preparing import Prepared
from app.sheets.kinds import NoteCode, column_letter

# longer groups are shown a part at a time
MOST_SHOWN = 100
LONGEST_TOLD = 60
# rows of one sheet that are told by their number
MOST_LINES = 6
_ATTACHED = (
    "fiche d’un autre de vos territoires, reconnue à son SIRET et rattachée aussi à celui-ci"
)
_OF_CONTACT = ("function", "phone", "email")
ORDER = (Outcome.CHECK, Outcome.REFUSED, Outcome.CREATE, Outcome.UPDATE, Outcome.SKIPPED,
         Outcome.SAME)  # fmt: skip
_NOTES = {
    NoteCode.REPAIRED: "accents réparés",
    NoteCode.LOST: "une lettre est perdue dans le fichier",
    NoteCode.CUT: "texte trop long, coupé",
}


@dataclass(frozen=True)
class FaultView:
    """A cell to correct: `place` is « table:line » of its own, `where` tells it if it is not the
    row's."""

    place: str
    where: str
    column: int | None
    letter: str
    heading: str
    value: str
    wanted: str


@dataclass(frozen=True)
class ChangeView:
    label: str
    here: str
    said: str
    taken: Taken


@dataclass(frozen=True)
class RowView:
    """`places` are « table:line » for forms, `where` the same for people; `told` is what a new
    row says; `steps` how many are left out with their action."""

    places: str
    where: str
    title: str
    beside: str
    key: str
    outcome: Outcome
    faults: tuple[FaultView, ...] = ()
    changes: tuple[ChangeView, ...] = ()
    waits_for_names: bool = False
    note: str = ""
    told: str = ""
    steps: int = 0

    @property
    def is_asked(self) -> bool:
        return any(one.taken is Taken.ASKED for one in self.changes)


@dataclass(frozen=True)
class Group:
    outcome: Outcome
    rows: Sequence[RowView]
    total: int


def groups(found: Import, prepared: Prepared, *, whole: str | None) -> list[Group]:
    """The rows by what becomes of them; `whole` names the group that is shown to its end."""
    by_outcome: dict[Outcome, list[RowView]] = defaultdict(list)
    for row in _rows(found, prepared):
        by_outcome[row.outcome].append(row)
    return [
        Group(
            one,
            by_outcome[one] if whole == one.value else by_outcome[one][:MOST_SHOWN],
            len(by_outcome[one]),
        )
        for one in ORDER
        if by_outcome[one]
    ]


def _rows(found: Import, prepared: Prepared) -> Iterator[RowView]:
    for fault in prepared.refused:
        yield _view(found, Place(fault.table, fault.line), "Ligne sans titre", "", "",
                    Outcome.REFUSED, [fault])  # fmt: skip
    for decision in prepared.decisions:
        note = OVER[decision.target.here["status"]] if decision.is_over and decision.target else ""
        for one, beside in _with_steps(decision):
            row = _decided(found, one, beside)
            if note:
                row = replace(row, faults=(), waits_for_names=False, note=note)
            yield row
    for contact in prepared.contacts:
        yield _contact(found, contact)
    for zone in prepared.zones:
        yield _view(found, zone.place, zone.name or "Zone sans nom", "zone d’activités", "",
                    zone.outcome, zone.faults)  # fmt: skip


def _with_steps(decision: Decision) -> Iterator[tuple[Decision, str]]:
    yield decision, ""
    for one in decision.steps:
        yield one, decision.item.title


def _decided(found: Import, decision: Decision, beside: str) -> RowView:
    item = decision.item
    changes = () if decision.target is None else decision.changes
    views = tuple(
        ChangeView(said_label(one.name), shown(one.name, one.here), shown(one.name, one.said),
                   one.taken)
        for one in changes
    )  # fmt: skip
    row = _view(
        found, item.place, item.title, beside, decision.key, decision.outcome, item.faults, views
    )
    told = _told(item.said) if decision.target is None else ""
    return replace(row, waits_for_names=item.open_names, told=told, **_leaving(found, decision))


def _leaving(found: Import, decision: Decision) -> dict[str, Any]:
    """Which rows are left out with it: a new action's steps, and those that alone tell of it."""
    item, taken = decision.item, []
    if item.parent is None and (decision.target is None or not item.places):
        taken = [place for step in item.steps for place in step.places]
    places = [*item.places, *taken]
    return {
        "places": _spelled(places),
        "where": where(found, item.places or places),
        "steps": len(item.steps) if taken else 0,
    }


def _told(said: Mapping[str, str]) -> str:
    """« Structure pilote : CCI · Date de fin : 17/04/2027 »."""
    parts = (
        f"{said_label(name)}\u00a0: {_short(shown(name, value))}"
        for name, value in said.items()
        if name != "title"
    )
    return " · ".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else f"{text[: LONGEST_TOLD - 1]}…"


def _contact(found: Import, row: ContactRow) -> RowView:
    title = row.name or "Contact sans nom"
    view = _view(found, row.place, title, row.organisation, "", row.outcome, row.faults)
    parts = [
        _short(value) for name in _OF_CONTACT if (value := row.said.get(name)) and not row.target
    ]
    if row.bears:
        parts.append(f"SIRET {row.siret} inscrit sur la fiche {of(row.organisation)}")
    if row.attaches:
        parts.append(f"{row.organisation} : {_ATTACHED}")
    told = " · ".join(parts)
    waits = row.outcome is Outcome.CHECK and not row.faults
    return replace(view, told=told, waits_for_names=waits)


def _view(
    found: Import,
    place: Place,
    title: str,
    beside: str,
    key: str,
    outcome: Outcome,
    faults: Sequence[Fault] = (),
    changes: tuple[ChangeView, ...] = (),
) -> RowView:
    views = tuple(_fault(found.tables[fault.table], place, fault) for fault in faults)
    return RowView(
        _spelled([place]),
        where(found, [place]),
        title,
        beside,
        key,
        outcome,
        views,
        changes,
    )


def _spelled(places: Sequence[Place]) -> str:
    return " ".join(f"{one.table}:{one.line}" for one in places)


def where(found: Import, places: Sequence[Place]) -> str:
    """« Suivi, lignes 3, 4, 5 · Copie, ligne 2 »."""
    lines: dict[int, list[int]] = defaultdict(list)
    for one in places:
        lines[one.table].append(one.line)
    return " · ".join(_lines(found.tables[table], told) for table, told in lines.items())


def _lines(table: dict[str, Any], lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return _where(table, lines[0])
    told = ", ".join(str(line + 1) for line in lines[:MOST_LINES])
    more = len(lines) - MOST_LINES
    return f"{table['name']}, lignes {told}" + (f" et {more} autres" if more > 0 else "")


def _where(table: dict[str, Any], line: int) -> str:
    return f"{table['name']}, ligne {line + 1}"


def _fault(table: dict[str, Any], place: Place, fault: Fault) -> FaultView:
    at = fault.column
    letter = column_letter(at) if at is not None else ""
    heading = table["headings"][at] if at is not None else ""
    own = Place(fault.table, fault.line)
    told = "" if own == place else _where(table, fault.line)
    return FaultView(_spelled([own]), told, at, letter, heading, fault.value, fault.wanted)


@dataclass(frozen=True)
class NoteView:
    where: str
    what: str
    value: str


def notes(found: Import, most: int = 30) -> list[NoteView]:
    """What was done to cells while they were read, the first ones."""
    told = [
        NoteView(
            f"{_where(table, line)}, colonne {column_letter(column)}",
            _NOTES[NoteCode(code)],
            value,
        )
        for table in found.tables
        for code, line, column, value in table["notes"]
    ]
    return told[:most]


def left_out(found: Import) -> list[tuple[str, str, str]]:
    """(places, title, where) of what is not to be imported, each as it was chosen."""
    chosen = []
    for told in found.corrections.get("left_out", ()):
        places = [Place(*map(int, one.split(":"))) for one in told.split()]
        chosen.append((told, _title(found, places), where(found, places)))
    return chosen


# by what a row is called, the nearest first; several rows are an action
_TITLES = (Field.STEP, Field.ACTION, Field.NAME, Field.ZONE_NAME)


def _title(found: Import, places: Sequence[Place]) -> str:
    table, line = found.tables[places[0].table], places[0].line
    titles = _TITLES if len(places) == 1 else _TITLES[1:] + _TITLES[:1]
    told = (
        table["rows"][line][table["fields"].index(field)]
        for field in titles
        if field in table["fields"]
    )
    return _short(next(filter(None, told), ""))


@dataclass(frozen=True)
class ColumnView:
    number: int
    letter: str
    heading: str
    sample: str
    field: str | None


@dataclass(frozen=True)
class TableView:
    number: int
    name: str
    kind: TableKind
    columns: tuple[ColumnView, ...]
    may_be_headless: bool
    is_headless: bool


def tables(found: Import) -> list[TableView]:
    return [_table(number, table) for number, table in enumerate(found.tables)]


def _table(number: int, table: dict[str, Any]) -> TableView:
    below = table["rows"][table["bottom"] + 1 :]
    columns = tuple(
        ColumnView(at, column_letter(at), heading, _sample(below, at), table["fields"][at])
        for at, heading in enumerate(table["headings"])
        if heading or _sample(below, at)
    )
    is_headless = table["bottom"] < 0
    may_be = is_headless or bool(table.get("unknown"))
    return TableView(number, table["name"], TableKind(table["kind"]), columns, may_be, is_headless)


def _sample(rows: list[list[str]], at: int) -> str:
    """The first thing that stands in a column."""
    value = next((row[at] for row in rows if row[at]), "")
    return value if len(value) <= 40 else f"{value[:39]}…"


def suggestions(headings: Sequence[str], kind: TableKind) -> tuple[Field | None, ...]:
    """What these headings would tell in a table of this kind."""
    return fields_of(kind, [(one,) if one else () for one in headings])
