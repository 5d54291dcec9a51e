"""The rows of a list of contacts → people of organisations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.accounts.addresses import clean_email
from app.core.folding import fold
from app.core.identifiers import clean_siret
from app.imports.kinds import Field, Outcome
from app.imports.names import Names
from app.imports.rows import Fault, Place, Table

_LONGEST = {"name": 200, "phone": 30, "function": 120}


@dataclass(frozen=True)
class KnownContact:
    """Somebody's place in an organisation; `has_account`: they tell of themselves."""

    place_id: int
    organisation: str
    name: str
    email: str
    phone: str
    function: str
    has_account: bool


@dataclass(frozen=True)
class KnownContacts:
    """Contacts of a territory, organisations by SIRET, and addresses that are somebody's."""

    places: tuple[KnownContact, ...] = ()
    by_siret: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ContactRow:
    """One contact: `said` by the file, `target` whom it is here."""

    place: Place
    name: str
    organisation: str
    said: Mapping[str, str]
    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    target: KnownContact | None = None
    siret: str | None = None


def read_contacts(table: Table, names: Names, known: KnownContacts) -> Iterator[ContactRow]:
    seen: set[str] = set()
    for line in range(table.bottom + 1, len(table.rows)):
        if line not in table.left_out and any(table.cell(line, at) for at in _told(table)):
            row = _once(table, _contact(table, line, names, known), seen)
            seen.add(row.said.get("email", ""))
            yield row


def _once(table: Table, row: ContactRow, seen: set[str]) -> ContactRow:
    """An address stands for one person: a second one with it does not come in."""
    email = row.said.get("email", "")
    if not email or email not in seen:
        return row
    what = "une adresse par personne : celle-ci est déjà donnée plus haut"
    fault = Fault(table.number, row.place.line, _column(table, Field.EMAIL), email, what)
    return replace(row, outcome=Outcome.REFUSED, faults=(*row.faults, fault))


def addresses(table: Table) -> set[str]:
    """Every address that the table writes, in the spelling that is stored."""
    cells = (table.cell(line, at) for line in range(len(table.rows)) for at in _told(table))
    return {email for cell in cells if "@" in cell and (email := clean_email(cell))}


def _told(table: Table) -> list[int]:
    return [at for at, field_ in enumerate(table.fields) if field_]


def _contact(table: Table, line: int, names: Names, known: KnownContacts) -> ContactRow:
    faults: list[Fault] = []
    said = _said(table, line, faults)
    siret = _siret(table, line, faults)
    named = names.read(table.text(line, Field.ORGANISATION))
    organisation = known.by_siret.get(siret or "") or next(iter(named.organisations), "")
    target = _same_person(said, organisation, known)
    if not said.get("name") or not organisation:
        wanted = "le nom du contact" if not said.get("name") else "l’organisation du contact"
        at = Field.NAME if not said.get("name") else Field.ORGANISATION
        faults.append(Fault(table.number, line, _column(table, at), "", wanted))
        outcome = Outcome.REFUSED
    elif target is None and said.get("email") in known.taken and "email" in said:
        what = "une adresse qui n’est à personne d’autre : cette personne est à inviter"
        faults.append(Fault(table.number, line, _column(table, Field.EMAIL), said["email"], what))
        outcome = Outcome.REFUSED
    else:
        outcome = _outcome(said, target)
        if faults or (named.open and siret not in known.by_siret):
            outcome = Outcome.CHECK
    place = Place(table.number, line)
    name = said.get("name", "")
    return ContactRow(place, name, organisation, said, outcome, tuple(faults), target, siret)


def _column(table: Table, wanted: Field) -> int | None:
    return next(iter(table.columns(wanted)), None)


def _said(table: Table, line: int, faults: list[Fault]) -> dict[str, str]:
    first, last = (table.text(line, one) for one in (Field.FIRST_NAME, Field.NAME))
    said = {
        "name": " ".join(f"{first} {last}".split()),
        "phone": table.text(line, Field.PHONE),
        "function": table.text(line, Field.FUNCTION),
    }
    said = {name: value[: _LONGEST[name]] for name, value in said.items() if value}
    if typed := table.text(line, Field.EMAIL):
        email = clean_email(typed.removeprefix("mailto:"))
        if email:
            said["email"] = email
        else:
            at = _column(table, Field.EMAIL)
            what = "une adresse électronique, par exemple nom@exemple.fr"
            faults.append(Fault(table.number, line, at, typed, what))
    return said


def _siret(table: Table, line: int, faults: list[Fault]) -> str | None:
    typed = table.text(line, Field.SIRET)
    siret = clean_siret(typed) if typed else None
    if typed and siret is None:
        at = _column(table, Field.SIRET)
        faults.append(Fault(table.number, line, at, typed, "un SIRET de 14 chiffres à clé juste"))
    return siret


def _same_person(
    said: Mapping[str, str], organisation: str, known: KnownContacts
) -> KnownContact | None:
    """By address, else by name, among those of the organisation."""
    own = [one for one in known.places if fold(one.organisation) == fold(organisation)]
    for one in own:
        if one.email and one.email == said.get("email"):
            return one
    return next((one for one in own if fold(one.name) == fold(said.get("name", ""))), None)


def _outcome(said: Mapping[str, str], target: KnownContact | None) -> Outcome:
    if target is None:
        return Outcome.CREATE
    # whoever has an account tells of themselves
    changed = any(getattr(target, name) != value for name, value in said.items() if name != "name")
    return Outcome.UPDATE if changed and not target.has_account else Outcome.SAME
