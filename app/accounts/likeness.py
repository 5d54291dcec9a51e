"""Which records are likely the same, and why. Pure."""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from app.core.folding import fold

MOST = 60
# a key that fits more records than this says nothing of any two of them
LARGEST_GROUP = 6
# legal forms and little words that two ways of writing one name differ by
_FORMS = frozenset(
    [
        "sa",
        "sas",
        "sasu",
        "sarl",
        "eurl",
        "sci",
        "snc",
        "scop",
        "scic",
        "gie",
        "ets",
        "etablissement",
        "etablissements",
        "societe",
        "ste",
        "cie",
        "entreprise",
        "groupe",
        "le",
        "la",
        "les",
        "l",
        "de",
        "du",
        "des",
        "d",
        "et",
    ]
)
# addresses that everybody may have say nothing of where somebody works
_FREE_MAIL = frozenset(
    [
        "gmail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "laposte.net",
        "bbox.fr",
        "numericable.fr",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.fr",
        "proton.me",
        "protonmail.com",
    ]
)


class Reason(enum.StrEnum):
    """In the order of how much they say."""

    SIREN_AND_CITY = "siren_and_city"
    NAME = "name"
    PHONE = "phone"
    DOMAIN = "domain"
    SIREN = "siren"


@dataclass(frozen=True)
class Firm:
    """What is compared of an organisation; `emails` are its present contacts'."""

    id: int
    name: str
    siren: str | None = None
    city: str | None = None
    phone: str | None = None
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Somebody:
    """What is compared of a person."""

    id: int
    name: str
    phone: str | None = None


@dataclass(frozen=True)
class Likeness:
    """Two ids, the lower one first, and every reason that was found."""

    ids: tuple[int, int]
    reasons: tuple[Reason, ...]


Record = TypeVar("Record", Firm, Somebody)
Keys = Callable[[Record], Iterable[Hashable]]


def like_firms(firms: Sequence[Firm]) -> list[Likeness]:
    """Pairs of organisations, those with the best reasons first."""
    return _pairs(
        firms,
        {
            Reason.SIREN_AND_CITY: lambda one: _both(one.siren, fold(one.city or "")),
            Reason.NAME: lambda one: _some(bare_name(one.name)),
            Reason.PHONE: lambda one: _some(digits(one.phone)),
            Reason.DOMAIN: lambda one: {domain(email) for email in one.emails} - {""},
            Reason.SIREN: lambda one: _some(one.siren),
        },
    )


def like_people(people: Sequence[Somebody]) -> list[Likeness]:
    """Pairs of people."""
    return _pairs(
        people,
        {
            Reason.NAME: lambda one: _some(" ".join(sorted(fold(one.name).split()))),
            Reason.PHONE: lambda one: _some(digits(one.phone)),
        },
    )


def bare_name(name: str) -> str:
    """« SARL Le Fournil d’Aubrive » → "aubrive fournil": what two writings of it share."""
    words = [word for word in re.findall(r"[a-z0-9]+", fold(name)) if word not in _FORMS]
    return " ".join(sorted(words))


def digits(phone: str | None) -> str:
    """« +33 3 89 00 00 00 » and « 03 89 00 00 00 » are one number."""
    bare = re.sub(r"\D", "", phone or "")
    return bare[-9:] if len(bare) >= 9 else ""


def domain(email: str) -> str:
    found = email.rpartition("@")[2].lower()
    return "" if found in _FREE_MAIL else found


def _some(key: str | None) -> set[str]:
    return {key} if key else set()


def _both(one: str | None, other: str) -> set[tuple[str, str]]:
    return {(one, other)} if one and other else set()


def _pairs(records: Sequence[Record], keys: dict[Reason, Keys[Record]]) -> list[Likeness]:
    reasons: dict[tuple[int, int], list[Reason]] = defaultdict(list)
    for reason, key in keys.items():
        groups: dict[Hashable, set[int]] = defaultdict(set)
        for record in records:
            for value in key(record):
                groups[value].add(record.id)
        for ids in groups.values():
            if len(ids) <= LARGEST_GROUP:
                for pair in combinations(sorted(ids), 2):
                    if reason not in reasons[pair]:
                        reasons[pair].append(reason)
    order = list(Reason)
    found = [Likeness(pair, _telling(found)) for pair, found in reasons.items()]
    found.sort(key=lambda one: (order.index(one.reasons[0]), -len(one.reasons), one.ids))
    return found[:MOST]


def _telling(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Without the SIREN where SIREN and commune are said."""
    hidden = {Reason.SIREN} if Reason.SIREN_AND_CITY in reasons else set()
    return tuple(reason for reason in reasons if reason not in hidden)
