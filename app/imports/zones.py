"""The rows of a CNIG file « Sites économiques » → activity zones, its faults told by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from app.core.folding import fold
from app.imports.cells import Fault, Place, Table
from app.imports.kinds import Field, Outcome

_NUMBERS = {
    Field.ZONE_AREA: ("gross_area", Decimal(10) ** 11, "un nombre, par exemple 12,5"),
    Field.ZONE_FIRMS: ("establishments", Decimal(10) ** 6, "un nombre d’établissements"),
    Field.ZONE_VACANCY: ("vacancy_rate", Decimal(100), "un taux de 0 à 100, par exemple 12,5"),
}
_TEXTS = {Field.ZONE_USE: ("dominant_use", 80), Field.ZONE_ID: ("cnig_id", 40)}
_POINT = re.compile(r"(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)")
_DEGREES = "des degrés (longitude, latitude) : ces coordonnées sont en mètres (Lambert-93)"
_UNREADABLE = "un point en degrés, par exemple POINT(4.85 45.75)"
_SPLIT = "autant de cellules que l’en-tête : une virgule a coupé une valeur en deux"


@dataclass(frozen=True)
class KnownZone:
    id: int
    name: str
    cnig_id: str
    here: Mapping[str, str]


@dataclass(frozen=True)
class ZoneRow:
    """`said` has the zone's columns as text; empty cells say nothing."""

    place: Place
    name: str
    said: Mapping[str, str]
    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    target: KnownZone | None = None


def read_zones(tables: Iterable[Table], known: Sequence[KnownZone]) -> Iterator[ZoneRow]:
    """The zones of all tables: each name and each number stands once in them, and here."""
    told: dict[str, int] = {}
    by_name = {fold(one.name): one for one in known}
    for table in tables:
        width = max((at + 1 for at, text in enumerate(table.headings) if text), default=0)
        for line in range(table.bottom + 1, len(table.rows)):
            cells = [table.cell(line, at) for at in range(len(table.rows[line]))]
            if line not in table.left_out and any(cells):
                yield _once(table, _zone(table, line, cells, width, known), told, by_name)


def _once(
    table: Table, row: ZoneRow, told: dict[str, int], by_name: Mapping[str, KnownZone]
) -> ZoneRow:
    """A zone comes in once; its name is no other zone's."""
    if row.outcome is Outcome.REFUSED:
        return row
    name, number, own = fold(row.name), row.said.get("cnig_id"), row.target
    keys = {f"name {name}": Field.ZONE_NAME, f"number {number}": Field.ZONE_ID}
    if number is None:
        del keys[f"number {number}"]
    if own:
        keys.setdefault(f"here {own.id}", Field.ZONE_NAME)
    twice = next((key for key in keys if key in told), None)
    bearer = by_name.get(name)
    if twice:
        wanted = f"un site par ligne : celui-ci est déjà donné ligne {told[twice] + 1}"
    elif own and bearer and bearer.id != own.id:
        wanted = "un autre nom : une autre zone d’ici porte déjà celui-ci"
    else:
        told.update(dict.fromkeys(keys, row.place.line))
        return row
    at = keys[twice] if twice else Field.ZONE_NAME
    typed = (number if at is Field.ZONE_ID else row.name) or ""
    fault = _fault(table, row.place.line, at, typed, wanted)
    return replace(row, outcome=Outcome.REFUSED, faults=(*row.faults, fault))


def _zone(
    table: Table, line: int, cells: list[str], width: int, known: Sequence[KnownZone]
) -> ZoneRow:
    faults: list[Fault] = []
    place = Place(table.number, line)
    if any(cells[width:]):
        joined = _joined(table, cells, width)
        # without one certain way, the first cell that stands beyond the headings
        at = joined[0] if joined else width
        faults.append(Fault(table.number, line, at, cells[at], _SPLIT))
        if joined is None:
            return ZoneRow(place, _first(table, cells, Field.ZONE_NAME), {}, Outcome.REFUSED,
                           tuple(faults))  # fmt: skip
        cells = joined[1]
    said = _said(table, line, cells, faults)
    name = said.get("name", "")
    if not name:
        faults.append(_fault(table, line, Field.ZONE_NAME, "", "le nom du site"))
        return ZoneRow(place, "", said, Outcome.REFUSED, tuple(faults))
    target = _same(said, known)
    return ZoneRow(place, name, said, _outcome(said, target, faults), tuple(faults), target)


def _joined(table: Table, cells: list[str], width: int) -> tuple[int, list[str]] | None:
    """The one way to put two neighbours together again after which every column can be read."""
    ways = []
    for at in range(width):
        whole = [*cells[:at], f"{cells[at]},{cells[at + 1]}", *cells[at + 2 :], ""]
        wrong: list[Fault] = []
        _said(table, 0, whole, wrong)
        if not any(whole[width:]) and not wrong and cells[at] and cells[at + 1]:
            ways.append((at, whole))
    return ways[0] if len(ways) == 1 else None


def _first(table: Table, cells: Sequence[str], wanted: Field) -> str:
    at = next(iter(table.columns(wanted)), None)
    return cells[at] if at is not None else ""


def _said(table: Table, line: int, cells: Sequence[str], faults: list[Fault]) -> dict[str, str]:
    name = " ".join(_first(table, cells, Field.ZONE_NAME).split())[:200]
    said = {"name": name} if name else {}
    for field, (column, longest) in _TEXTS.items():
        if value := _first(table, cells, field):
            said[column] = value[:longest]
    for field, (column, most, wanted) in _NUMBERS.items():
        typed = _first(table, cells, field)
        number = _number(typed, most)
        fractional = field is Field.ZONE_FIRMS and number is not None and number % 1
        if typed and (number is None or fractional):
            faults.append(_fault(table, line, field, typed, wanted))
        elif number is not None:
            said[column] = f"{number:f}"
    if typed := _first(table, cells, Field.ZONE_POINT):
        _locate(table, line, typed, said, faults)
    return said


def _number(typed: str, most: Decimal) -> Decimal | None:
    plain = "".join(typed.split()).removesuffix("%").replace(",", ".")
    try:
        number = Decimal(plain).quantize(Decimal("0.01")).normalize()
    except InvalidOperation:
        return None
    return number + 0 if number.is_finite() and 0 <= number <= most else None


def _locate(table: Table, line: int, typed: str, said: dict[str, str], faults: list[Fault]) -> None:
    """« POINT(lon lat) », else « lat, lon » as portals write it."""
    found = _POINT.search(typed)
    if found is None:
        faults.append(_fault(table, line, Field.ZONE_POINT, typed, _UNREADABLE))
        return
    first, second = Decimal(found[1]), Decimal(found[2])
    longitude, latitude = (first, second) if "point" in typed.lower() else (second, first)
    if abs(longitude) > 180 or abs(latitude) > 90:
        faults.append(_fault(table, line, Field.ZONE_POINT, typed, _DEGREES))
        return
    six = Decimal("0.000001")
    said["latitude"] = str(latitude.quantize(six).normalize())
    said["longitude"] = str(longitude.quantize(six).normalize())


def _fault(table: Table, line: int, field: Field, typed: str, wanted: str) -> Fault:
    return Fault(table.number, line, next(iter(table.columns(field)), None), typed, wanted)


def _same(said: Mapping[str, str], known: Sequence[KnownZone]) -> KnownZone | None:
    """By its number, else by its name."""
    for one in known:
        if one.cnig_id and one.cnig_id == said.get("cnig_id"):
            return one
    return next((one for one in known if fold(one.name) == fold(said["name"])), None)


def _outcome(said: Mapping[str, str], target: KnownZone | None, faults: list[Fault]) -> Outcome:
    if faults:
        return Outcome.CHECK
    if target is None:
        return Outcome.CREATE
    changed = any(not _equal(value, target.here.get(name, "")) for name, value in said.items())
    return Outcome.UPDATE if changed else Outcome.SAME


def _equal(said: str, here: str) -> bool:
    try:
        return Decimal(said) == Decimal(here)
    except InvalidOperation:
        return said == here
