"""The rows of a list of contacts → people of organisations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.accounts.addresses import clean_email
from app.core.folding import fold
from app.core.identifiers import clean_siret
from app.imports.cells import Fault, Place, Table
from app.imports.kinds import Field, Outcome
from app.imports.names import Found, Names, bare_name

_BETWEEN_NUMBERS = re.compile(r"[/;,\n]| ou | et ")
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
    """Contacts of a territory, organisations by SIRET, and addresses that are somebody's.

    `closed`: folded names of organisations that nobody may be let into from here. `attachable`:
    organisations of other territories by SIRET, where whoever imports keeps both sides; `foreign`:
    SIRETs that stand elsewhere, known to the operator's command alone.
    """

    places: Sequence[KnownContact] = ()
    by_siret: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    attachable: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ContactRow:
    """One contact: `said` by the file, `target` whom it is here.

    `bears`: its SIRET is new on the organisation's record; `attaches`: the organisation is another
    territory's so far.
    """

    place: Place
    name: str
    organisation: str
    said: Mapping[str, str]
    outcome: Outcome
    faults: tuple[Fault, ...] = ()
    target: KnownContact | None = None
    siret: str | None = None
    asked: tuple[str, ...] = ()
    bears: bool = False
    attaches: bool = False


class Reader:
    """Reads lists of contacts one after the other: an address, a SIRET stand once in all of them.

    Whoever is known is found by an index, so that a list of thousands is read in one walk.
    """

    def __init__(self, names: Names, known: KnownContacts) -> None:
        self._names, self._known = names, known
        self._by_email: dict[tuple[str, str], KnownContact] = {}
        self._by_name: dict[tuple[str, str], KnownContact] = {}
        for one in known.places:
            where = fold(one.organisation)
            self._by_name.setdefault((where, bare_name(one.name)), one)
            if one.email:
                self._by_email.setdefault((where, one.email), one)
        self._sirets = {fold(name): siret for siret, name in known.by_siret.items()}
        self._bearers = {**known.by_siret, **known.attachable}
        self._emails: dict[str, str] = {}

    def read(self, table: Table) -> Iterator[ContactRow]:
        told = _told(table)
        for line in range(table.bottom + 1, len(table.rows)):
            if line not in table.left_out and any(table.cell(line, at) for at in told):
                yield self._contact(_Line(table, line))

    def _contact(self, row: _Line) -> ContactRow:
        said = _said(row)
        name = said.get("name", "")
        siret = _siret(row)
        # a SIRET that is known says who it is: the name is not asked
        borne = self._bearer(row, siret)
        attaches = borne is not None and siret in self._known.attachable
        named = Found((borne,)) if borne else self._names.read(row.text(Field.ORGANISATION))
        organisation = next(iter(named.organisations), "")
        target = self._same_person(said, organisation)
        refused = self._refused(row, said, organisation, target)
        bears = False
        if not refused:
            bears = fold(organisation) not in self._sirets and not attaches
            siret = siret and self._own_siret(row, siret, organisation)
            self._address(row, said, organisation, target)
        outcome = Outcome.REFUSED if refused else _outcome(said, target)
        if outcome is Outcome.SAME and ((bears and siret) or attaches):
            outcome = Outcome.UPDATE
        if not refused and (row.faults or named.open):
            outcome = Outcome.CHECK
        faults, asked = tuple(row.faults), () if refused else named.asked
        return ContactRow(
            row.place,
            name,
            organisation,
            said,
            outcome,
            faults,
            target,
            siret,
            asked,
            bears=bears and siret is not None,
            attaches=attaches and not refused,
        )

    def _bearer(self, row: _Line, siret: str | None) -> str | None:
        """Whose SIRET it is, here or in a territory that whoever imports keeps, too."""
        if siret is None or siret not in self._known.attachable:
            return self._known.by_siret.get(siret or "")
        elsewhere = self._known.attachable[siret]
        # a record of that name is here already: two that may be joined, as on its page
        taken = self._names.knows(elsewhere) or self._names.knows(row.text(Field.ORGANISATION))
        return None if taken else elsewhere

    def _same_person(self, said: Mapping[str, str], organisation: str) -> KnownContact | None:
        """By address, else by name, among those of the organisation."""
        where = fold(organisation)
        return self._by_email.get((where, said.get("email", ""))) or self._by_name.get(
            (where, bare_name(said.get("name", "")))
        )

    def _refused(
        self, row: _Line, said: Mapping[str, str], organisation: str, target: KnownContact | None
    ) -> bool:
        """Whether the row cannot come in at all; its fault says why."""
        name, email = said.get("name"), said.get("email")
        if not name:
            row.wants(Field.NAME, "", "le nom du contact")
        elif not organisation:
            row.wants(Field.ORGANISATION, "", "l’organisation du contact")
        elif email and (first := self._emails.get(email)):
            wanted = f"une adresse par personne : celle-ci est déjà donnée plus haut ({first})"
            row.wants(Field.EMAIL, email, wanted)
        elif email in self._known.taken and target is None:
            row.wants(Field.EMAIL, email or "", f"{_NOBODYS} : cette personne est à inviter")
        else:
            if email:
                self._emails[email] = name
            return False
        return True

    def _own_siret(self, row: _Line, siret: str, organisation: str) -> str | None:
        """The organisation's own number; one that is somebody else's is told, and left out."""
        if siret in self._known.foreign:
            row.wants(Field.SIRET, siret, _FOREIGN)
            return None
        bearer = self._bearers.setdefault(siret, organisation)
        if fold(bearer) != fold(organisation):
            wanted = f"un SIRET par organisation : celui-ci est déjà celui de {bearer}"
            row.wants(Field.SIRET, siret, wanted)
            return None
        own = self._sirets.setdefault(fold(organisation), siret)
        if own != siret:
            wanted = f"un SIRET par organisation : {own} est connu pour {organisation}, il reste"
            row.wants(Field.SIRET, siret, wanted)
            return None
        return siret

    def _address(
        self, row: _Line, said: dict[str, str], organisation: str, target: KnownContact | None
    ) -> None:
        """An address that may not be written is told, and left out: the contact comes in."""
        email = said.get("email")
        if not email or (target and (target.has_account or target.email == email)):
            return
        if target and target.email:
            row.wants(Field.EMAIL, email, f"l’adresse connue ici, {target.email} : elle reste")
        elif email in self._known.taken:
            row.wants(Field.EMAIL, email, _NOBODYS)
        elif fold(organisation) in self._known.closed:
            row.wants(Field.EMAIL, email, _ELSEWHERE.format(organisation))
        else:
            return
        del said["email"]


_FOREIGN = "un SIRET libre : celui-ci est d’une organisation d’un autre territoire"
_NOBODYS = "une adresse qui n’est à personne d’autre"
_ELSEWHERE = (
    "une cellule vide : {} appartient aussi à un autre territoire, ses responsables y donnent "
    "les adresses"
)


@dataclass
class _Line:
    """A row of a table, and what is wrong with its cells."""

    table: Table
    line: int
    faults: list[Fault] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.table.number, self.line)

    def text(self, wanted: Field) -> str:
        return self.table.text(self.line, wanted)

    def wants(self, column: Field, value: str, wanted: str) -> None:
        at = next(iter(self.table.columns(column)), None)
        self.faults.append(Fault(self.table.number, self.line, at, value, wanted))


def addresses(table: Table) -> set[str]:
    """Every address that the table writes, in the spelling that is stored."""
    cells = (table.cell(line, at) for line in range(len(table.rows)) for at in _told(table))
    return {email for cell in cells if "@" in cell and (email := clean_email(cell))}


def sirets(table: Table) -> set[str]:
    """Every SIRET that the table writes, in the spelling that is stored."""
    cells = (table.text(line, Field.SIRET) for line in range(len(table.rows)))
    return {siret for cell in cells if cell and (siret := clean_siret(cell))}


def _told(table: Table) -> list[int]:
    return [at for at, field_ in enumerate(table.fields) if field_]


def _said(row: _Line) -> dict[str, str]:
    first, last = row.text(Field.FIRST_NAME), row.text(Field.NAME)
    said = {
        "name": " ".join(f"{first} {last}".split()),
        "phone": _phone(row),
        "function": row.text(Field.FUNCTION),
    }
    said = {name: value[: _LONGEST[name]] for name, value in said.items() if value}
    if typed := row.text(Field.EMAIL):
        email = clean_email(typed.removeprefix("mailto:"))
        if email:
            said["email"] = email
        else:
            row.wants(Field.EMAIL, typed, "une adresse électronique, par exemple nom@exemple.fr")
    return said


def _phone(row: _Line) -> str:
    """As it is typed; of several numbers that do not fit the first one, which is told."""
    typed = row.text(Field.PHONE)
    if len(typed) <= _LONGEST["phone"]:
        return typed
    row.wants(Field.PHONE, typed, "un seul numéro : sans cela le premier est gardé")
    first = _BETWEEN_NUMBERS.split(typed)[0].strip()
    return first if len(first) <= _LONGEST["phone"] else ""


def _siret(row: _Line) -> str | None:
    typed = row.text(Field.SIRET)
    siret = clean_siret(typed) if typed else None
    if typed and siret is None:
        row.wants(Field.SIRET, typed, "un SIRET de 14 chiffres à clé juste")
    return siret


def _outcome(said: Mapping[str, str], target: KnownContact | None) -> Outcome:
    if target is None:
        return Outcome.CREATE
    # whoever has an account tells of themselves
    changed = any(getattr(target, name) != value for name, value in said.items() if name != "name")
    return Outcome.UPDATE if changed and not target.has_account else Outcome.SAME
