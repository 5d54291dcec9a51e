"""Where two rows may not stand side by side once their records are one: which says what.

A table with such a rule has a resolver here, or its room registers one; a test asks for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, MailRhythm, MembershipRole
from app.accounts.services.merging.ledger import Ledger, Row, rows_of
from app.accounts.services.merging.references import Reference, UniqueKey, unique_keys
from app.core.refusals import RefusedError


@dataclass(frozen=True)
class Resolution:
    """What becomes of the two rows: new values of the kept record's row, and of the other's.

    `gone` None: that row is taken away, since the kept one says all of it.
    """

    kept: dict[str, Any] = field(default_factory=dict)
    gone: dict[str, Any] | None = None


# (the row of the record that goes, the row of the one that stays, today)
Resolver: TypeAlias = Callable[[Row, Row, date], Resolution]
_resolvers: dict[str, Resolver] = {}


def register(table: str, resolver: Resolver) -> None:
    """Say what to do in a table; registering it again replaces it."""
    _resolvers[table] = resolver


def resolver_of(table: str) -> Resolver | None:
    return _resolvers.get(table)


def bring(
    session: Session,
    ledger: Ledger,
    reference: Reference,
    *,
    gone_id: int,
    kept_id: int,
    today: date,
) -> None:
    """Let one reference's rows follow, each clash resolved before."""
    for key in unique_keys(reference):
        for gone, kept in _pairs(session, reference, key, gone_id, kept_id):
            _resolve(ledger, reference, gone, kept, today)
    ledger.repoint(reference, gone_id, kept_id)


def _pairs(
    session: Session, reference: Reference, key: UniqueKey, gone_id: int, kept_id: int
) -> list[tuple[Row, Row]]:
    column = reference.column
    among: list[Any] = [text(key.where)] if key.where else []
    if reference.by is not None:
        among.append(reference.by == reference.value)
    theirs = rows_of(session, reference.table, column == gone_id, *among)
    ours = rows_of(session, reference.table, column == kept_id, *among)
    by_key = {tuple(row[name] for name in key.others): row for row in ours}
    pairs = []
    for row in theirs:
        others = tuple(row[name] for name in key.others)
        if None not in others and others in by_key:
            pairs.append((row, by_key[others]))
    return pairs


def _resolve(ledger: Ledger, reference: Reference, gone: Row, kept: Row, today: date) -> None:
    resolver = resolver_of(reference.table.name)
    if resolver is None:
        raise RefusedError(
            "Ces deux fiches ont chacune une donnée qui ne peut exister qu’une fois."
        )
    found = resolver(gone, kept, today)
    if found.gone is None:
        ledger.remove(reference.table, gone)
    else:
        ledger.change(reference.table, gone, found.gone)
    ledger.change(reference.table, kept, found.kept)


def same_thing(_gone: Row, _kept: Row, _today: date) -> Resolution:
    """The kept record says it already."""
    return Resolution()


def two_places(gone: Row, kept: Row, today: date) -> Resolution:
    """Two first contacts: the kept one stays it. Two places of one person: one of them ends."""
    one_person = gone["person_id"] == kept["person_id"]
    one_organisation = gone["organisation_id"] == kept["organisation_id"]
    if not (one_person or one_organisation):
        return Resolution(gone={"is_default": False})
    manages = MembershipRole.MANAGER in (gone["role"], kept["role"])
    return Resolution(
        kept={
            "role": MembershipRole.MANAGER if manages else MembershipRole.MEMBER,
            "function": kept["function"] or gone["function"],
            "is_default": gone["is_default"] or kept["is_default"],
        },
        gone={"ended_on": today, "is_default": False},
    )


def two_roles(_gone: Row, _kept: Row, today: date) -> Resolution:
    """Of two roles in a territory the kept person's holds."""
    return Resolution(gone={"ended_on": today})


_QUIETER = (MailRhythm.AT_ONCE, MailRhythm.DAILY, MailRhythm.WEEKLY, MailRhythm.OFF)


def quieter(gone: Row, kept: Row, _today: date) -> Resolution:
    """Of two wishes about mail the quieter one: whoever said no is not written to again."""
    pauses = [row["paused_until"] for row in (gone, kept) if row["paused_until"]]
    return Resolution(
        kept={
            "rhythm": max(gone["rhythm"], kept["rhythm"], key=_QUIETER.index),
            "paused_until": max(pauses, default=None),
        }
    )


def one_question(_gone: Row, _kept: Row, _today: date) -> Resolution:
    """Asked twice the same: one question waits, the other is taken back."""
    return Resolution(gone={"state": AskState.WITHDRAWN})


for _table, _resolver in (
    ("ask", one_question),
    # of people with an account: who has one is merged by nobody
    ("external_identity", same_thing),
    ("recovery_code", same_thing),
    ("second_factor", same_thing),
    ("organisation_territory", same_thing),
    ("claim", same_thing),
    ("access_grant", same_thing),
    ("membership", two_places),
    ("territory_role", two_roles),
    ("mail_preference", quieter),
):
    register(_table, _resolver)
