"""The rows of a tracker → actions and their steps, as the file says them. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.folding import fold
from app.imports.cells import Fault, Place, Table
from app.imports.kinds import Field, Status
from app.imports.layout import PRIORITY_WORDS, STATUS_WORDS, read_priority, read_status
from app.imports.names import Found, Names, is_titled
from app.sheets.values import NOTHING, read_money, read_when

LONGEST_TITLE = 200
# told of a vague date, before the words
VAGUE = "~"
_COPIED: Mapping[Field, str] = {
    Field.SUB_AXIS: "sub_axis",
    Field.SUB_SUB_AXIS: "sub_sub_axis",
    Field.DESCRIPTION: "description",
    Field.GOVERNANCE: "governance",
    Field.OBJECTIVES: "objectives",
    Field.INDICATORS: "indicators",
    Field.MEANS: "means",
    Field.DEPARTMENT: "department",
    Field.PERSON: "person",
    Field.ELECTED: "elected",
    Field.PARTICIPATION: "participation",
    Field.FINANCING: "financing",
}
# what a step's row says of the whole action, unless the action has said something else
OF_THE_ACTION = (
    "sub_axis",
    "sub_sub_axis",
    "governance",
    "objectives",
    "indicators",
    "means",
    "elected",
    "participation",
    "financing",
    "priority",
)


@dataclass
class Item:
    """An action or one of its steps. `said` has what the file says, by the name of each field.

    `places` are its own rows: an action may stand in two sheets, or in the rows of its steps alone.
    """

    key: str
    title: str
    place: Place
    said: dict[str, str]
    parent: Item | None = None
    reference: str = ""
    faults: list[Fault] = field(default_factory=list)
    people: tuple[tuple[str, str], ...] = ()
    asked: set[str] = field(default_factory=set)
    spare: set[str] = field(default_factory=set)
    steps: list[Item] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def open_names(self) -> bool:
        return bool(self.asked)

    @property
    def has_own_row(self) -> bool:
        return bool(self.places)


@dataclass
class Reading:
    """All actions of a table in their order, and the rows that are none.

    `latest` has the last one of an axis and a title: the steps below it are its own. `times`
    counts the steps of one title.
    """

    actions: dict[str, Item] = field(default_factory=dict)
    latest: dict[str, Item] = field(default_factory=dict)
    refused: list[Fault] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)


def read(table: Table, names: Names, reading: Reading) -> None:
    """Add a table's actions to what was read before."""
    heading = [fold(text) for text in table.headings]
    action = theme = ""
    for line in range(table.bottom + 1, len(table.rows)):
        cells = [table.cell(line, at) for at in range(len(table.fields))]
        if not any(cells) or [fold(one) for one in cells] == heading:
            continue
        step = table.text(line, Field.STEP)
        own = table.text(line, Field.ACTION)
        theme = table.text(line, Field.THEME) or theme
        action = own or action
        if line in table.left_out:
            # what stands below it is still its own
            continue
        if not own and not step:
            if not _is_section(table, cells):
                reading.refused.append(_untitled(table, line))
            continue
        if not action:
            # a list of steps alone: each is an action
            action, step = step, ""
        _add(reading, _Row(table, line, theme, action, step), names)


def _is_section(table: Table, cells: Sequence[str]) -> bool:
    """A line that only names the axis, a banner over the whole width, or a sum at the end."""
    told = [at for at, value in enumerate(cells) if value]
    one_saying = len({cells[at] for at in told}) == 1
    sums = any(fold(cells[at]).startswith(("total", "sous total")) for at in told)
    return one_saying or sums or all(table.fields[at] in (Field.THEME, None) for at in told)


def _untitled(table: Table, line: int) -> Fault:
    at = next(iter(table.columns(Field.ACTION)), None)
    return Fault(table.number, line, at, "", "le titre de l’action ou de la sous-action")


@dataclass(frozen=True)
class _Row:
    table: Table
    line: int
    theme: str
    action: str
    step: str

    @property
    def place(self) -> Place:
        return Place(self.table.number, self.line)


def _add(reading: Reading, row: _Row, names: Names) -> None:
    reference = row.table.text(row.line, Field.REFERENCE)
    key = f"{fold(row.theme)}\n{fold(row.action)}"
    action = reading.latest.get(key)
    another = action and not row.step and reference and action.reference not in ("", reference)
    if action is None or another:
        action = Item(f"{key}\n{reference}" if another else key, _cut(row.action), row.place, {})
        _title(action, row.action, row.theme)
        reading.actions[action.key] = reading.latest[key] = action
    said, faults, found = _said(row, names, needed=not _is_over(action, row))
    if row.step:
        target = _step(reading, action, row, said, found)
    else:
        target = action
        _fill(action, said, found)
    target.places.append(row.place)
    target.reference = target.reference or reference
    _funds(action, row, faults)
    target.faults += faults


_OVER = frozenset({Status.DONE, Status.ABANDONED})


def _is_over(action: Item, row: _Row) -> bool:
    """Whether the file says that the whole action has ended: nobody is asked about it then."""
    if row.step:
        return action.has_own_row and action.said.get("status") in _OVER
    return read_status(row.table.text(row.line, Field.STATUS)) in _OVER


def _title(item: Item, title: str, theme: str = "") -> None:
    item.said["title"] = item.title
    if theme:
        item.said["theme"] = _cut(theme)
    if item.title != title:
        item.said["description"] = title


def _cut(title: str) -> str:
    """On one line, and no longer than a title may be; the whole then stands in the description."""
    text = " ".join(title.split())
    if len(text) <= LONGEST_TITLE:
        return text
    return f"{text[: LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"


def _fill(item: Item, said: Mapping[str, str], found: Found) -> None:
    """What was said first stays; the description follows a title that was cut."""
    for name, value in said.items():
        if name == "description" and name in item.said and value != item.said[name]:
            item.said[name] = f"{item.said[name]}\n\n{value}"
        item.said.setdefault(name, value)
    item.people += found.people
    item.asked.update(found.asked)
    item.spare.update(found.spare)


def _step(reading: Reading, action: Item, row: _Row, said: Mapping[str, str], found: Found) -> Item:
    """A step of the action; whoever stands beside its lead is a partner of the action."""
    if not action.has_own_row:
        for name in (*OF_THE_ACTION, "lead", "owners"):
            if name in said:
                action.said.setdefault(name, said[name])
    own = {
        name: value
        for name, value in said.items()
        if name not in ("owners", "priority")
        and not (name in OF_THE_ACTION and action.said.get(name) == value)
    }
    beside = _joined(said.get("owners", ""), said.get("partners", ""))
    if beside:
        own["partners"] = beside
        action.said["partners"] = _joined(action.said.get("partners", ""), beside)
    title = _cut(row.step)
    key = f"{action.key}\n{fold(row.step)}"
    times = reading.times[key]
    reading.times[key] += 1
    step = Item(f"{key}\n#{times + 1}" if times else key, title, row.place, {}, action)
    _title(step, row.step)
    _fill(step, own, found)
    action.steps.append(step)
    return step


def _joined(*lists: str) -> str:
    """Names, one a line, each once."""
    return "\n".join(dict.fromkeys(name for one in lists for name in one.split("\n") if name))


def _said(row: _Row, names: Names, *, needed: bool) -> tuple[dict[str, str], list[Fault], Found]:
    table, line = row.table, row.line
    faults: list[Fault] = []
    said = {name: value for one, name in _COPIED.items() if (value := table.text(line, one))}
    said.update(_dates(table, line, faults))
    said.update(_words(table, line, faults))
    lead, partners = (
        names.read(table.text(line, one), needed=needed) for one in (Field.LEAD, Field.PARTNERS)
    )
    if lead.organisations:
        said["lead"] = lead.organisations[0]
    others = lead.organisations[1:]
    if others:
        said["owners"] = "\n".join(others)
    if not lead.organisations and is_titled(who := table.text(line, Field.LEAD)):
        # a person of no organisation known leads nothing, and is not forgotten either
        said.setdefault("person", who)
    if partners.organisations:
        said["partners"] = "\n".join(partners.organisations)
    notes = "\n".join([*_notes(table, line), *_unread(table, line, lead, partners)])
    if notes:
        said["notes"] = notes
    people, asked = lead.people + partners.people, lead.asked + partners.asked
    return said, faults, Found((), people, asked, lead.spare + partners.spare)


def _unread(table: Table, line: int, lead: Found, partners: Found) -> Iterator[str]:
    """Names that nobody confirmed, as they stand in the file."""
    for wanted, found in ((Field.LEAD, lead), (Field.PARTNERS, partners)):
        if found.spare:
            at = table.columns(wanted)[0]
            yield f"{table.headings[at]} : {table.cell(line, at)}"


def _notes(table: Table, line: int) -> Iterator[str]:
    several = len(table.columns(Field.NOTES)) > 1
    for at in table.columns(Field.NOTES):
        if value := table.cell(line, at):
            yield f"{table.headings[at]} : {value}" if several else value


def _dates(table: Table, line: int, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    for wanted, name in ((Field.START, "start"), (Field.END, "end")):
        when = read_when(table.text(line, wanted))
        if when.fault:
            faults.append(_fault(table, line, wanted, "une date, par exemple 17/04/2027"))
        if when.day:
            yield name, when.day.isoformat()
        elif when.text:
            yield name, f"{VAGUE}{when.text}"


def _words(table: Table, line: int, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    if typed := table.text(line, Field.STATUS):
        status = read_status(typed)
        if status is None:
            wanted = ", ".join(STATUS_WORDS.values())
            faults.append(_fault(table, line, Field.STATUS, wanted))
        yield "status", status.value if status else f"{VAGUE}{typed}"
    if typed := table.text(line, Field.PRIORITY):
        priority = read_priority(typed)
        if priority is None:
            wanted = ", ".join(PRIORITY_WORDS.values())
            faults.append(_fault(table, line, Field.PRIORITY, wanted))
        else:
            yield "priority", priority.value


def _funds(action: Item, row: _Row, faults: list[Fault]) -> None:
    """Funders with the amount at their right; a merged cell says its amount once."""
    table, line = row.table, row.line
    known: list[list[str | int | None]] = json.loads(action.said.get("fundings", "[]"))
    funders = table.columns(Field.FUNDER)
    for at in funders:
        following = min((one for one in funders if one > at), default=len(table.fields))
        amounts = [one for one in table.columns(Field.AMOUNT) if at < one < following]
        cents = _money(table, line, amounts[0], faults) if amounts else None
        funder = "" if (line, at) in table.filled else table.cell(line, at)
        if funder.casefold() in NOTHING:
            funder = "Financeur non précisé" if cents else ""
        if funder:
            known.append([_cut(funder), cents])
    if known:
        action.said["fundings"] = json.dumps(known, ensure_ascii=False)
    # an amount of nobody is what the action costs
    for at in table.columns(Field.BUDGET) or ([] if funders else table.columns(Field.AMOUNT)):
        budget = _money(table, line, at, faults)
        if budget is not None:
            _budget(action, row, budget, at, faults)


def _budget(action: Item, row: _Row, cents: int, at: int, faults: list[Fault]) -> None:
    """The first one stands; another one of the same action is told, never lost in silence."""
    first = action.said.setdefault("budget", str(cents))
    if first != str(cents):
        value = row.table.cell(row.line, at)
        wanted = "le même budget sur toutes les lignes de l’action (le premier est gardé)"
        faults.append(Fault(row.table.number, row.line, at, value, wanted))


def _money(table: Table, line: int, at: int, faults: list[Fault]) -> int | None:
    typed = table.cell(line, at)
    if (line, at) in table.filled or typed.casefold() in NOTHING:
        return None
    cents = read_money(typed)
    if cents is None:
        faults.append(Fault(table.number, line, at, typed, "un montant, par exemple 12 000,50 €"))
    return cents


def _fault(table: Table, line: int, wanted: Field, what: str) -> Fault:
    at = next(iter(table.columns(wanted)), None)
    return Fault(table.number, line, at, table.text(line, wanted), what)
