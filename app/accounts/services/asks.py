"""One mechanism for everything that waits for an answer.

A kind's handler runs the verb that was asked for; rooms above register theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models import Ask, Grant


class NoLongerStandsError(Exception):
    """What was asked is over: withdrawn, expired, or its asker may no longer ask it."""


@dataclass(frozen=True)
class Handler:
    """`stands(session, ask)` checks rights again at each use; `run(session, ask, now)` acts.

    `refuse` is for a no that changes something. Both find on the ask who answered, with what words.
    """

    stands: Callable[[Session, Ask], bool]
    run: Callable[[Session, Ask, datetime], None]
    refuse: Callable[[Session, Ask, datetime], None] | None = None


_handlers: dict[AskKind, Handler] = {}


def register(kind: AskKind, handler: Handler) -> None:
    """Make a kind answerable in this process; registering it again replaces it."""
    _handlers[kind] = handler


def open_ask(
    session: Session,
    *,
    kind: AskKind,
    subject: tuple[str, int],
    asker_id: int,
    payload: dict[str, Any],
    text_version: str,
    now: datetime,
    expires_at: datetime,
    asked_person_id: int | None = None,
    asked_organisation_id: int | None = None,
    place: tuple[int | None, int | None] = (None, None),
) -> Ask:
    """Ask a person or an organisation something about a subject (kind, id).

    `place` is the territory and the project it belongs to. Flushed so that it has its id.
    """
    ask = Ask(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        asker_id=asker_id,
        asked_person_id=asked_person_id,
        asked_organisation_id=asked_organisation_id,
        territory_id=place[0],
        project_id=place[1],
        payload=payload,
        text_version=text_version,
        asked_at=now,
        expires_at=expires_at,
        state=AskState.OPEN,
    )
    session.add(ask)
    session.flush()
    return ask


def grant_answer(
    session: Session,
    ask: Ask,
    purpose: GrantPurpose,
    now: datetime,
    *,
    person_id: int | None = None,
) -> Grant:
    """The link by which the asked person answers; it lives as long as the question.

    For an asked organisation `person_id` says to whom the link goes.
    """
    receiver = person_id or ask.asked_person_id
    assert receiver is not None  # only a person gets a link
    return issue_grant(
        session,
        person_id=receiver,
        purpose=purpose,
        subject_kind="ask",
        subject_id=ask.id,
        now=now,
        expires_at=ask.expires_at,
    )


def move_end(session: Session, ask: Ask, expires_at: datetime) -> None:
    """It may be answered until another moment, also by the links that were mailed before."""
    ask.expires_at = expires_at
    session.execute(
        update(Grant)
        .where(
            Grant.purpose == GrantPurpose.ANSWER,
            Grant.subject_kind == "ask",
            Grant.subject_id == ask.id,
        )
        .values(expires_at=expires_at)
    )
    session.flush()


def locked(session: Session, ask_id: int) -> Ask:
    """The ask as it stands now, which nobody else answers until this transaction ends."""
    query = select(Ask).where(Ask.id == ask_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def stands(session: Session, ask: Ask, now: datetime) -> bool:
    """Whether it may be answered now."""
    if ask.state is not AskState.OPEN or ask.expires_at <= now:
        return False
    return _handlers[ask.kind].stands(session, ask)


def accept(
    session: Session, ask: Ask, *, person_id: int, now: datetime, words: str | None = None
) -> bool:
    """Run what was asked for. False when it was accepted before: then nothing changes.

    Raises NoLongerStandsError, or RefusedError where the verb refuses: then nothing may be kept.
    """
    if ask.state is AskState.ACCEPTED:
        return False
    if not stands(session, ask, now):
        raise NoLongerStandsError
    _answer(ask, AskState.ACCEPTED, person_id, now, words)
    _handlers[ask.kind].run(session, ask, now)
    return True


def decline(
    session: Session, ask: Ask, *, person_id: int, now: datetime, words: str | None = None
) -> None:
    """Note a no; saying it again changes nothing. Raises NoLongerStandsError."""
    if ask.state is AskState.DECLINED:
        return
    if ask.state is not AskState.OPEN or ask.expires_at <= now:
        raise NoLongerStandsError
    _answer(ask, AskState.DECLINED, person_id, now, words)
    refuse = _handlers[ask.kind].refuse
    if refuse is not None:
        refuse(session, ask, now)


def withdraw(ask: Ask) -> None:
    """The asker takes it back; what was answered stays as it is."""
    if ask.state is AskState.OPEN:
        ask.state = AskState.WITHDRAWN


def shown_state(ask: Ask, now: datetime) -> AskState:
    """The state as people read it: an ask that ran out is expired without anybody's doing."""
    if ask.state is AskState.OPEN and ask.expires_at <= now:
        return AskState.EXPIRED
    return ask.state


def _answer(ask: Ask, state: AskState, person_id: int, now: datetime, words: str | None) -> None:
    ask.state = state
    ask.words = words
    ask.answered_by_id = person_id
    ask.answered_at = now
