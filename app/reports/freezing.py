"""A state that is published: the sheet's values as plain JSON, and back. Pure.

What was published reads the same for ever, so a field that is added later needs a default, and
`tests/reports/snapshot-1.json` keeps the first form readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from app.reports.figures import Advance, Levels, Plenary, Success
from app.reports.naming import names_one_of


@dataclass(frozen=True)
class Frozen:
    """The annual meeting's sheet with the référentiels' levels, as they stood on a day."""

    sheet: Plenary
    levels: tuple[Levels, ...]


@dataclass(frozen=True)
class Consents:
    """A project's partners today: the names of those who agree to be named, and of the others."""

    named: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


def freeze(frozen: Frozen) -> dict[str, Any]:
    """Plain values as JSON gives them back, so that two states can be compared."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(frozen))
    return plain


def thaw(content: Mapping[str, Any]) -> Frozen:
    """Raises msgspec.ValidationError where the content is none of ours."""
    return msgspec.convert(content, Frozen)


def veiled(sheet: Plenary, consents: Mapping[str, Consents]) -> Plenary:
    """The sheet without the firms that take back their consent to be named.

    Figures stay as they were published; a name is opened only as long as its firm says so
    (domain.md §6). `consents` by the project's public id; a firm that goes by another name since
    is no longer named.
    """

    def of(one: Success | Advance) -> Consents:
        return consents.get(one.public_id, Consents())

    return replace(
        sheet,
        advances=tuple(
            replace(one, title=_title(one.title, of(one).silent)) for one in sheet.advances
        ),
        successes=tuple(_success(one, of(one)) for one in sheet.successes),
    )


def _success(one: Success, consents: Consents) -> Success:
    kept = tuple(name for name in one.named if name in consents.named)
    lost = set(one.named) - set(kept)
    return replace(
        one,
        title=_title(one.title, consents.silent | lost),
        named=kept,
        unnamed=one.unnamed + len(lost),
    )


def _title(title: str | None, silent: frozenset[str]) -> str | None:
    return None if title is None or names_one_of(title, silent) else title
