"""Takes a person's name, address and telephone out of text that others wrote. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.core.folding import fold

# what stands where a person's name stood
ERASED_NAME = "Personne effacée"
# no mail reaches it, on any network (RFC 2606)
ERASED_ADDRESS = "personne-effacee@maillage.invalid"

_CIVILITIES = frozenset({"m", "mr", "mme", "mlle", "dr", "me", "monsieur", "madame"})
# fewer letters, or a single word, are said of too many things to be anybody's name
_FEWEST_WORDS, _FEWEST_LETTERS, _FEWEST_DIGITS = 2, 5, 6
# what stands without a capital between the words of a name
_PARTICLES = frozenset(
    (
        *("al", "ben", "bin", "d", "da", "de", "del", "della", "den", "der", "des", "di", "dos"),
        *("du", "e", "el", "et", "ibn", "l", "la", "las", "le", "les", "los", "ten", "van"),
        *("von", "y", "zu"),
    )
)
# letters that French never writes with an accent: a search of the database can rely on them
_PLAIN = frozenset("bdfghjklmpqrstvwxz0123456789")
_BETWEEN_DIGITS = r"[\s.()/\u2011-]*"


@dataclass(frozen=True)
class Traces:
    """All that a person is or was known by: names, addresses, telephones, as they were typed."""

    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    def __or__(self, other: Traces) -> Traces:
        return Traces(
            self.names | other.names, self.emails | other.emails, self.phones | other.phones
        )


def traces(
    names: Iterable[str | None] = (),
    emails: Iterable[str | None] = (),
    phones: Iterable[str | None] = (),
) -> Traces:
    """Traces of what is there, whatever is missing or erased already."""
    return Traces(*(frozenset(_present(values)) for values in (names, emails, phones)))


def _present(values: Iterable[str | None]) -> Iterator[str]:
    return (value for value in values if value and value not in (ERASED_NAME, ERASED_ADDRESS))


class Redactor:
    """Replaces every trace of one person by the neutral label, and leaves all else as it was.

    A name is found in any case, with or without its accents, first or last name first; a French
    telephone in any grouping, national or international. What does not look like a name is only
    taken for one where it is all that a text says.
    """

    def __init__(self, known: Traces) -> None:
        names = [(name, words) for name in sorted(known.names) if (words := _words_of(name))]
        self._emails = sorted(email.casefold() for email in known.emails)
        self._phones = [digits for phone in sorted(known.phones) if (digits := _digits_of(phone))]
        self._searched = [[word.like for word in words] for _name, words in names]
        self._orders = [
            re.compile(rf"(?<![^\W_]){' +'.join(order)}(?![^\W_])")
            for name, words in names
            if _looks_like_one(name)
            for order in _orders([word.folded for word in words])
        ]
        self._whole = {
            " ".join(word.folded for word in words)
            for name, words in names
            if not _looks_like_one(name)
        }
        self._exact = [
            *map(_address_pattern, self._emails),
            *map(_phone_pattern, self._phones),
        ]

    def text(self, text: str) -> str:
        """The text without this person."""
        for pattern in self._exact:
            text = pattern.sub(ERASED_NAME, text)
        return self._without_names(text)

    def value(self, value: Any) -> Any:
        """The same for what JSON holds, however deep; its keys are the code's own."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        return value

    def likes(self) -> list[list[str]]:
        """Patterns of LIKE for lower-case text: any of these lists, each with all its patterns.

        They find at least every text that this would change, also as escaped JSON.
        """
        return [
            *self._searched,
            *([f"%{email}%"] for email in self._emails),
            *([f"%{'%'.join(digits)}%"] for digits in self._phones),
        ]

    def _without_names(self, text: str) -> str:
        if not self._searched:
            return text
        folded, places = _folded(text)
        if " ".join(folded.split()) in self._whole:
            return ERASED_NAME
        spans = [
            (places[found.start()], places[found.end() - 1] + 1)
            for order in self._orders
            for found in order.finditer(folded)
        ]
        # of two names that begin as one, the longer
        spans.sort(key=lambda span: (span[0], -span[1]))
        kept, done = [], 0
        for start, end in spans:
            if start >= done:
                kept += [text[done:start], ERASED_NAME]
                done = _past_marks(text, end)
        return "".join([*kept, text[done:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded sign by sign, and where each of its signs stood."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        bare = fold(sign) if sign.isalnum() else ("" if _is_mark(sign) else " ")
        signs += bare
        places += [place] * len(bare)
    return "".join(signs), places


def _is_mark(sign: str) -> bool:
    """An accent that is a sign of its own, after its letter."""
    return "\u0300" <= sign <= "\u036f"


def _past_marks(text: str, end: int) -> int:
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return end


class _Word(NamedTuple):
    """A word of a name: folded, and as the database is asked for it."""

    folded: str
    like: str


def _words_of(name: str) -> list[_Word]:
    folded, places = _folded(name)
    words = [
        _Word(found[0], _like(folded, name, places, found.span()))
        for found in re.finditer(r"[^ ]+", folded)
        if found[0] not in _CIVILITIES
    ]
    letters = sum(len(one.folded) for one in words)
    return words if len(words) >= _FEWEST_WORDS and letters >= _FEWEST_LETTERS else []


def _looks_like_one(name: str) -> bool:
    """Two words at least that begin with a capital, and beside them only « de », « van »…

    A script without capitals has none to ask for.
    """
    words = [word for word in re.split(r"[\s'’]+", name) if word[:1].isalpha()]
    small = [word for word in words if word[0].islower() and fold(word) not in _PARTICLES]
    parts = [part for word in words for part in re.split(r"[-\u2010-\u2015]", word)]
    great = [part for part in parts if part[:1].isalpha() and not part[0].islower()]
    named = [part for part in great if fold(part) not in _CIVILITIES]
    return not small and len(named) >= _FEWEST_WORDS


def _like(folded: str, name: str, places: list[int], span: tuple[int, int]) -> str:
    """What may be written with an accent, or escaped, is left open."""
    signs = (
        folded[at] if name[places[at]].isascii() and folded[at] in _PLAIN else "%"
        for at in range(*span)
    )
    return re.sub("%+", "%", f"%{''.join(signs)}%")


def _orders(words: list[str]) -> Iterator[list[str]]:
    """« Jean Paul Roy », and with the last words first, as lists write it."""
    return (words[turn:] + words[:turn] for turn in range(len(words)))


def _address_pattern(email: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)", re.IGNORECASE)


def _digits_of(phone: str) -> str:
    """The digits that stay in every way to write it: a French number without its 0 or +33."""
    digits = re.sub(r"\D", "", phone)
    french = re.fullmatch(r"(?:0033|33|0)0?([1-9]\d{8})", digits)
    if french:
        return french[1]
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _phone_pattern(digits: str) -> re.Pattern[str]:
    before = rf"(?:(?:\+?33|0033){_BETWEEN_DIGITS}0?|0){_BETWEEN_DIGITS}"
    return re.compile(rf"(?<!\d)(?:{before})?{_BETWEEN_DIGITS.join(digits)}(?!\d)")
