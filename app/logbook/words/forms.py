"""How the change of one field is told, by the kind of its values: « Le titre passe de … à … »."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.logbook import reading
from app.logbook.entries import HIDDEN
from app.logbook.reading import Names

Say: TypeAlias = "Callable[[Any, Names], str]"


@dataclass(frozen=True)
class Field:
    """The words of one tracked column.

    `the` is its name with its article; `say` a value inside a sentence, `alone` after a colon where
    it differs; `refers` names the rows that its ids stand for; `is_long`
    for texts that are shown as a difference; `bare` where that it changed says enough; `silent` for
    what no reader needs to hear.
    """

    the: str
    say: Say
    feminine: bool = False
    joints: tuple[str, str] = ("de ", "à ")
    alone: Say | None = None
    refers: str | None = None
    is_long: bool = False
    silent: bool = False
    bare: bool = False
    yes_no: tuple[str, str] | None = None

    @property
    def noun(self) -> str:
        """« Échéance » of « l’échéance »."""
        for article in ("l’", "le ", "la ", "les "):
            if self.the.startswith(article):
                return capital(self.the.removeprefix(article))
        return capital(self.the)

    def told(self, before: Any, after: Any, names: Names) -> str | None:
        """A whole sentence about the change; None where there is nothing to say."""
        if self.silent:
            return None
        if self.yes_no:
            return self.yes_no[0] if after else (self.yes_no[1] if before is not None else None)
        if self.bare or after is HIDDEN:
            e = "e" if self.feminine else ""
            done = f"est renseigné{e}" if before is None and not self.bare else "a changé"
            return f"{capital(self.the)} {done}."
        if self.is_long:
            return self._rewritten(_shown(before), _shown(after))
        return self._passed(_shown(before), _shown(after), names)

    def _rewritten(self, before: Any, after: Any) -> str | None:
        e = "e" if self.feminine else ""
        if after is None:
            return f"{capital(self.the)} est retiré{e}." if before else None
        return f"{capital(self.the)} est {'récrit' if before else 'ajouté'}{e}."

    def _passed(self, before: Any, after: Any, names: Names) -> str | None:
        e = "e" if self.feminine else ""
        if after is None and before is None:
            return None
        if after is None:
            return f"{capital(self.the)} est retiré{e} (c’était {self.say(before, names)})."
        if before is None:
            return f"{self.noun} : {(self.alone or self.say)(after, names)}."
        away, to = self.joints
        moved = f"{away}{self.say(before, names)} {to}{self.say(after, names)}"
        return f"{capital(self.the)} passe {moved}."


def _shown(value: Any) -> Any:
    """None for what is empty, or not to be read."""
    return None if value is HIDDEN or value == "" else value


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def text(the: str, *, feminine: bool = False) -> Field:
    return Field(the, lambda value, _names: reading.quoted(value), feminine)


def long_text(the: str, *, feminine: bool = False) -> Field:
    return Field(the, lambda value, _names: reading.quoted(value), feminine, is_long=True)


def day(the: str, *, feminine: bool = False) -> Field:
    return Field(the, reading.day, feminine, joints=("du ", "au "))


def instant(the: str, *, feminine: bool = False) -> Field:
    return Field(the, reading.instant, feminine, joints=("du ", "au "))


def chosen(the: str, kind: type[enum.StrEnum], *, feminine: bool = False) -> Field:
    return Field(
        the,
        lambda value, _names: reading.quoted(reading.word(kind, value)),
        feminine,
        alone=lambda value, _names: reading.small(kind, value),
    )


def named(the: str, entity: str, *, feminine: bool = False) -> Field:
    return Field(
        the,
        lambda value, names: reading.quoted(names.of(entity, value)),
        feminine,
        alone=lambda value, names: names.of(entity, value),
        refers=entity,
    )


def figure(the: str, *, feminine: bool = False) -> Field:
    return Field(the, lambda value, _names: reading.figure(value), feminine)


def plain_number(the: str, *, feminine: bool = False, unit: str = "") -> Field:
    """A year or an hour: no space between its thousands."""
    return Field(
        the,
        lambda value, _names: f"{value}{unit}" if isinstance(value, int) else "une valeur",
        feminine,
    )


def either(yes: str, no: str) -> Field:
    return Field("", lambda _value, _names: "", yes_no=(yes, no))


def silent(the: str) -> Field:
    return Field(the, lambda _value, _names: "", silent=True)


def noted(the: str, *, feminine: bool = False) -> Field:
    """That it changed is told, not to what."""
    return Field(the, lambda _value, _names: "", feminine, bare=True)
