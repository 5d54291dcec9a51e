"""Which passwords are strong enough (CNIL 2022-100, domain.md §5). Pure: knows no account."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

from zxcvbn import zxcvbn

LONGEST = 200
SHORT_LENGTH, SHORT_KINDS = 12, 4
LONG_LENGTH, LONG_KINDS = 14, 3
PHRASE_WORDS = 7
# 3 of zxcvbn's 0 to 4: at least 10^8 guesses
LEAST_SCORE = 3
# « Lucie-Perrin-2026 » has six characters of its own
LEAST_OWN_CHARACTERS = 8
LEAST_DISTINCT_CHARACTERS = 6
# zxcvbn reads English, and not our keyboards
COMMON = (
    "maillage",
    "motdepasse",
    "mot2passe",
    "azerty",
    "azertyuiop",
    "qsdfgh",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "bienvenue",
    "soleil",
    "doudou",
    "loulou",
    "chouchou",
    "marseille",
    "france",
    "printemps",
    "automne",
    "hiver",
    "administrateur",
    "collectivite",
    "entreprise",
    "jetaime",
    "camille",
    "nicolas",
    "juillet",
    "janvier",
    "decembre",
    "bretagne",
    "123456789",
    "password",
    "qwerty",
    "admin",
)
# zxcvbn's effort grows with the square of the length; what makes a password banal stands early
EXAMINED_LENGTH = 72


class CharacterKind(enum.StrEnum):
    LOWER = "lower"
    UPPER = "upper"
    DIGIT = "digit"
    SIGN = "sign"


class Weakness(enum.StrEnum):
    """Why a password is refused; `FEW_KINDS` means long enough for one rule, too uniform."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    FEW_KINDS = "few_kinds"
    BANAL = "banal"


@dataclass(frozen=True)
class Refusal:
    """What is missing: kinds not yet used.

    `hints`: what zxcvbn says of a banal one, in its English.
    """

    weakness: Weakness
    unused_kinds: tuple[CharacterKind, ...] = ()
    hints: tuple[str, ...] = ()


def examine(password: str, about: tuple[str, ...] = ()) -> Refusal | None:
    """None when the password is strong enough. `about` is what others know: name, address…"""
    if len(password) > LONGEST:
        return Refusal(Weakness.TOO_LONG)
    unused = tuple(kind for kind in CharacterKind if kind not in kinds_in(password))
    if not _is_complex(password, unused) and not is_phrase(password):
        weakness = Weakness.TOO_SHORT if len(password) < SHORT_LENGTH else Weakness.FEW_KINDS
        return Refusal(weakness, unused)
    known = [*COMMON, *(word for text in about for word in re.findall(r"\w{3,}", text))]
    judged = zxcvbn(password[:EXAMINED_LENGTH], user_inputs=known)
    if _is_banal(password, known) or int(judged["score"]) < LEAST_SCORE:
        return Refusal(Weakness.BANAL, hints=_hints(judged["feedback"]))
    return None


def kinds_in(password: str) -> frozenset[CharacterKind]:
    """The kinds of characters used; a letter without case counts as lower case."""
    return frozenset(_kind(character) for character in password)


def is_phrase(password: str) -> bool:
    """Seven words or more of at least two letters, whatever stands between them."""
    return len(re.findall(r"[^\W\d_]{2,}", password)) >= PHRASE_WORDS


def _kind(character: str) -> CharacterKind:
    if character.isdigit():
        return CharacterKind.DIGIT
    if character.isupper():
        return CharacterKind.UPPER
    return CharacterKind.LOWER if character.isalpha() else CharacterKind.SIGN


def _is_complex(password: str, unused: tuple[CharacterKind, ...]) -> bool:
    kinds = len(CharacterKind) - len(unused)
    length = len(password)
    return (length >= SHORT_LENGTH and kinds >= SHORT_KINDS) or (
        length >= LONG_LENGTH and kinds >= LONG_KINDS
    )


def _is_banal(password: str, known: list[str]) -> bool:
    """What zxcvbn does not see: words of ours, and few different characters."""
    return (
        len(_without(password, known)) < LEAST_OWN_CHARACTERS
        or len(set(password.casefold())) < LEAST_DISTINCT_CHARACTERS
    )


def _hints(feedback: dict[str, Any]) -> tuple[str, ...]:
    return tuple(text for text in (feedback["warning"], *feedback["suggestions"]) if text)


def _without(password: str, known: list[str]) -> str:
    """What is left of a password once what others know is taken out."""
    rest = password.casefold()
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word.casefold(), "")
    return rest
