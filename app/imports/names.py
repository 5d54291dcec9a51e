"""Cells that name organisations and people: « CCI + Vallon (M. X) ». Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.accounts.kinds import OrganisationKind
from app.core.folding import fold
from app.imports.kinds import NameChoice

LONGEST_NAME = 200
# stands for a comma that parts nothing; no cell holds it
_COMMA = "\x00"
# « Martin & Fils » is one firm
_KIN = r"(?!\s*(?:fils|filles?|fr[èe]res|s[œo]e?urs?|associ[ée]s|cie|co)\b)"
_PARTS = re.compile(rf"\n|;|\+{_KIN}|,| / |\s&\s{_KIN}", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_TITLED = re.compile(r"^(?:m|mr|mme|mlle|dr|monsieur|madame)\b\.?\s", re.IGNORECASE)
_TITLE_FOLDED = re.compile(r"^(?:m|mr|mme|mlle|dr|monsieur|madame) ")
_WORDS: tuple[tuple[OrganisationKind, str], ...] = (
    (OrganisationKind.CHAMBER, "cci cma chambre"),
    (OrganisationKind.FUNDER, "ademe region oec feder"),
    (
        OrganisationKind.COLLECTIVITE,
        "cc ca cu communaute commune ville mairie metropole epci syndicat departement",
    ),
    (OrganisationKind.ASSOCIATION, "association asso club collectif"),
    (OrganisationKind.RESEARCH, "universite ecole lycee iut cnrs inrae"),
)


@dataclass(frozen=True)
class Piece:
    """One name of a cell; of a person, `of` is the organisation named beside them."""

    name: str
    of: str | None = None

    @property
    def key(self) -> str:
        return name_key(f"{self.name} @ {self.of}" if self.of else self.name)


@dataclass(frozen=True)
class Choice:
    """What a name stands for. `name`: the organisation's, or for a person whose they are."""

    choice: NameChoice
    name: str = ""
    kind: OrganisationKind = OrganisationKind.COMPANY


@dataclass(frozen=True)
class Found:
    """What a cell names: `asked` are keys of names to be confirmed, until then as they are
    suggested; `spare` of names that may be confirmed, until then the cell stays a text."""

    organisations: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return bool(self.asked)


@dataclass(frozen=True)
class Question:
    """A name to be confirmed: where it stands, and what it probably is."""

    key: str
    cell: str
    piece: Piece
    splits: bool
    suggested: Choice


@dataclass
class Names:
    """Reads cells by what is known and what was said; collects what is to be asked.

    `known`: {folded name: the organisation's name}; `said`: {key: Choice}, of this import or
    remembered; `whole`: keys of cells that are one name; `people`: {folded name of an
    organisation: its contacts, bare}.
    """

    known: Mapping[str, str]
    said: Mapping[str, Choice]
    whole: frozenset[str] = frozenset()
    people: Mapping[str, Collection[str]] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    new: dict[str, Choice] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        return fold(name) in self.known

    def read(self, cell: str, *, needed: bool = True) -> Found:
        """`needed`: whether something is written that hangs on these names."""
        if not cell:
            return Found()
        if same := self.known.get(fold(cell)):
            return Found((same,))
        pieces = self._pieces(cell)
        organisations: dict[str, None] = {}
        people: list[tuple[str, str]] = []
        asked: list[str] = []
        for piece in pieces:
            choice, is_open = self._choice(piece, cell, splits=len(pieces) > 1)
            asked += [piece.key] * is_open
            if is_open and not needed:
                continue
            if choice.choice is NameChoice.PERSON:
                people.append((self._place_of(piece, choice.name), piece.name))
            elif choice.choice is not NameChoice.IGNORED:
                organisations[choice.name] = None
            if choice.choice is NameChoice.NEW:
                self.new[fold(choice.name)] = choice
        keys = tuple(asked)
        return Found(
            tuple(organisations), tuple(people), keys if needed else (), () if needed else keys
        )

    def _pieces(self, cell: str) -> list[Piece]:
        if name_key(cell) in self.whole:
            return [Piece(cell[:LONGEST_NAME])]
        # a name that is known as a whole is not parted: « Dupont + Fils »
        return [
            piece
            for part in re.split("[\n;]", cell)
            for piece in ([Piece(part.strip())] if fold(part) in self.known else pieces(part))
        ]

    def _choice(self, piece: Piece, cell: str, *, splits: bool) -> tuple[Choice, bool]:
        """What it is, and whether that is only supposed."""
        said = self.said.get(piece.key)
        # an organisation that bears another name by now is asked for again
        if said and (said.choice is not NameChoice.KNOWN or fold(said.name) in self.known):
            return said, False
        if piece.of is None and (name := self.known.get(fold(piece.name))):
            return Choice(NameChoice.KNOWN, name), False
        suggested = self._suggest(piece)
        if suggested.choice is NameChoice.PERSON and self._is_there(suggested.name, piece.name):
            return suggested, False
        self.questions.setdefault(piece.key, Question(piece.key, cell, piece, splits, suggested))
        return suggested, True

    def _is_there(self, organisation: str, name: str) -> bool:
        """« M. Keller » where Marc Keller is a contact already."""
        wanted = bare_name(name)
        there = self.people.get(fold(organisation), ())
        return bool(wanted) and any(f" {one}".endswith(f" {wanted}") for one in there)

    def _place_of(self, piece: Piece, suggested: str) -> str:
        """The organisation of a person, as its own name was answered."""
        said = self.said.get(Piece(piece.of).key) if piece.of else None
        return said.name if said and said.name else suggested

    def _suggest(self, piece: Piece) -> Choice:
        if piece.of is not None:
            of = self.said.get(Piece(piece.of).key)
            name = of.name if of and of.name else self.known.get(fold(piece.of), piece.of)
            return Choice(NameChoice.PERSON, name)
        if is_titled(piece.name):
            return Choice(NameChoice.IGNORED)
        near = _near(fold(piece.name), self.known)
        if near:
            return Choice(NameChoice.KNOWN, near)
        return Choice(NameChoice.NEW, piece.name, guessed_kind(piece.name))


def name_key(text: str) -> str:
    return fold(text)[:LONGEST_NAME]


def bare_name(name: str) -> str:
    """« Mme Roy » → « roy »: what a person is found by."""
    return _TITLE_FOLDED.sub("", fold(name))


def pieces(cell: str) -> Iterator[Piece]:
    """« CCI + Vallon (M. X) » → CCI, Vallon, M. X of Vallon. Each once."""
    told = set()
    for part in _PARTS.split(_protected(cell)):
        people = [name for inside in _BRACKETS.findall(part) for name in _people(inside)]
        bare = _BRACKETS.sub(lambda found: "" if _people(found[1]) else found[0], part)
        name = " ".join(bare.replace(_COMMA, ",").split()).strip(" -–:")[:LONGEST_NAME]
        candidates = [Piece(name)] if fold(name) else []
        candidates += [Piece(person, name or None) for person in people]
        for piece in candidates:
            if piece.key not in told:
                told.add(piece.key)
                yield piece


def _protected(cell: str) -> str:
    """A comma inside brackets parts no organisations."""
    return _BRACKETS.sub(lambda found: found[0].replace(",", _COMMA), cell)


def _people(inside: str) -> list[str]:
    """The people between brackets; none where one of the words is something else."""
    names = [" ".join(one.split()) for one in inside.split(_COMMA)]
    return names if all(map(is_person, names)) else []


def is_titled(text: str) -> bool:
    """« Mme Roy »: a person for certain."""
    return bool(_TITLED.match(text.strip()))


def is_person(text: str) -> bool:
    """« M. X », « Lucie Perrin »; « CCI », « 35 t », « pilote » are none."""
    words = text.split()
    if is_titled(text):
        return True
    return 2 <= len(words) <= 4 and all(
        (word[:1].isupper() and not word.isupper()) or (at and word.isupper() and len(word) > 3)
        for at, word in enumerate(words)
    )


def guessed_kind(name: str) -> OrganisationKind:
    words = set(fold(name).split())
    for kind, signs in _WORDS:
        if words & set(signs.split()):
            return kind
    return OrganisationKind.COMPANY


def _near(key: str, known: Mapping[str, str]) -> str | None:
    """An organisation whose name holds all these words, or the other way round; if only one."""
    words = set(key.split())
    found = [
        name
        for other, name in known.items()
        if len(words & set(other.split())) >= min(len(words), len(other.split())) > 0
        and any(len(word) > 2 for word in words & set(other.split()))
    ]
    return found[0] if len(found) == 1 else None
