"""Whom a name stands for: accents, case, plurals and legal forms forgiven, never guessed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.accounts.likeness import bare_name
from app.core.folding import fold, stem

_CIVILITIES = frozenset(["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "dr"])
# « CCI (Mme Keller) », « CCI – Marc Keller »
_INSIDE = re.compile(r"(?P<one>[^()]+)\((?P<other>[^()]+)\)\s*")
_BESIDE = re.compile(r"(?P<one>.+?)\s+[–—-]\s+(?P<other>.+)")


@dataclass(frozen=True)
class Known:
    """An organisation that can lead a step, or one of its people; `is_here`: in this project."""

    organisation_id: int
    name: str
    person_id: int | None = None
    organisation: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class Who:
    """A name as it was typed, and whom it may stand for."""

    typed: str
    found: tuple[Known, ...] = ()

    @property
    def known(self) -> Known | None:
        """The one whom it stands for, None where nobody or several answer to it."""
        return self.found[0] if len(self.found) == 1 else None

    @property
    def key(self) -> str:
        """The same for every way of writing this name."""
        return " ".join(sorted(_words(self.typed))) or fold(self.typed) or self.typed

    @property
    def is_somebody(self) -> bool:
        """« Mme Keller »: a person, whoever it is."""
        return is_civil(self.typed)


def is_civil(name: str) -> bool:
    """Whether a name begins as that of a person does."""
    return not _CIVILITIES.isdisjoint(fold(name).split()[:1])


@functools.lru_cache(4096)
def _words(name: str) -> frozenset[str]:
    """What two ways of writing one name share: « les Fournils » and « SARL Le Fournil »."""
    plain = [word for word in fold(name).split() if word not in _CIVILITIES]
    bare = bare_name(" ".join(plain)).split()
    return frozenset(stem(word) for word in bare or plain)


class Book:
    """The organisations of a territory and their people; `projects` that a line may choose."""

    def __init__(
        self, known: Iterable[Known], projects: Iterable[tuple[int, str]] | None = None
    ) -> None:
        self.chooses_projects = projects is not None
        self._projects = [(_words(title), id_) for id_, title in projects or ()]
        self._known = [(_words(one.name), one) for one in known]
        self._asked: dict[frozenset[str], list[Known]] = {}

    def who(self, typed: str) -> Who:
        """Whom a name stands for; those of the project before their namesakes."""
        for pattern in (_INSIDE, _BESIDE):
            if (both := pattern.fullmatch(typed.strip())) and (found := self._both(**_two(both))):
                return Who(typed.strip(), found)
        return Who(typed.strip(), self._find(typed))

    def _both(self, one: str, other: str) -> tuple[Known, ...]:
        """A person of an organisation, in whichever order."""
        for place, person in ((one, other), (other, one)):
            places = {k.organisation_id for k in self._find(place) if k.person_id is None}
            found = [
                known
                for known in self._find(person, narrow=False)
                if known.person_id is not None and known.organisation_id in places
            ]
            if found:
                return _narrowed(found)
        return ()

    def _find(self, typed: str, *, narrow: bool = True) -> tuple[Known, ...]:
        asked = _words(typed)
        if not asked:
            return ()
        if asked not in self._asked:
            whole = [known for words, known in self._known if words == asked]
            some = whole or [known for words, known in self._known if asked < words]
            self._asked[asked] = some
        some = self._asked[asked]
        return _narrowed(some) if narrow else tuple(some)

    def projects(self, typed: str) -> list[int]:
        """The projects whose titles hold these words; one with no other words before the rest."""
        asked = _words(typed)
        whole = [id_ for words, id_ in self._projects if words == asked]
        return whole or [id_ for words, id_ in self._projects if asked and asked < words]

    def alike(self, typed: str, most: int = 5) -> list[Known]:
        """Organisations and people that share a word with a name, those that share most first."""
        asked = _words(typed)
        scored = [(len(asked & words), known) for words, known in self._known]
        near = [(score, known) for score, known in scored if score]
        near.sort(key=lambda pair: (-pair[0], not pair[1].is_here, pair[1].name))
        return [known for _score, known in near[:most]]


def _two(found: re.Match[str]) -> dict[str, str]:
    return {name: value.strip() for name, value in found.groupdict().items()}


def _narrowed(found: list[Known]) -> tuple[Known, ...]:
    """An organisation before people of its name; of several the one that carries the project."""
    firms = [known for known in found if known.person_id is None]
    chosen = firms or found
    here = [known for known in chosen if known.is_here]
    return tuple(here if len(here) == 1 else chosen)
