"""Asks the State's open directory of companies: seldom, briefly, and only what somebody typed.

Nothing here may stand in the way of typing a record by hand: whatever goes wrong is one sentence.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from sqlalchemy import and_, case, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.directory_answers import Proposal, UnreadableError, read_answer
from app.accounts.models import DirectoryUse
from app.core.identifiers import NAF_2025_FROM
from app.core.outgoing import TIMEOUT, client_for

log = logging.getLogger(__name__)

# the service takes seven a second from one address: three in each second of the clock are never
# more than six in any second
MOST_A_SECOND = 3
SHORTEST, LONGEST = 3, 100
# when a refusal does not say for how long, and the longest that we believe
SILENCE, LONGEST_SILENCE = timedelta(minutes=1), timedelta(days=1)
NAME = "recherche-entreprises"

FAILED = "La recherche ne répond pas ; saisissez la fiche à la main."
BUSY = "Beaucoup de recherches en ce moment : réessayez dans un instant, ou saisissez la fiche."
TOO_SHORT = "Tapez au moins trois lettres du nom, ou le SIRET."


@dataclass(frozen=True)
class Directory:
    """Where it is, and by which proxy; `open_session` answers a session of its own."""

    address: str
    open_session: Callable[[], Session]
    proxy: str | None = None
    timeout: float = TIMEOUT


@dataclass(frozen=True)
class Found:
    """What came back; `said` is a sentence where it is not simply the proposals."""

    proposals: tuple[Proposal, ...] = ()
    said: str | None = None


def look_up(directory: Directory, typed: str, now: datetime) -> Found:
    """Ask for what was typed, and nothing else. Never raises for what the service does."""
    words = " ".join(typed.split())[:LONGEST]
    if len(words) < SHORTEST:
        return Found(said=TOO_SHORT if words else None)
    with directory.open_session() as session:
        allowed = _spend(session, now)
        session.commit()
    if not allowed:
        return Found(said=BUSY)
    try:
        answer = _ask(directory, words)
        if answer.status_code in (429, 503):
            _fall_silent(directory, answer.headers.get("Retry-After"), now)
        answer.raise_for_status()
        naf_2025 = now.date() >= NAF_2025_FROM
        return Found(tuple(read_answer(_json(answer), naf_2025=naf_2025)))
    except (httpx.HTTPError, httpx.InvalidURL, UnreadableError) as fault:
        log.warning("the directory of companies: %s", type(fault).__name__)
        return Found(said=FAILED)


def _ask(directory: Directory, words: str) -> httpx.Response:
    asked = {
        "q": words,
        "per_page": "5",
        # neither directors nor accounts: what is not asked for is not held
        "minimal": "true",
        "include": "siege,matching_etablissements",
    }
    with client_for(
        [directory.address], proxy=directory.proxy, timeout=directory.timeout
    ) as client:
        return client.get(f"{directory.address}/search", params=asked)


def _json(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as fault:
        raise UnreadableError("no JSON") from fault


def _spend(session: Session, now: datetime) -> bool:
    """Take one of this second's requests; False when they are spent or we were told to wait.

    One atomic statement on one row, so that it holds for all processes.
    """
    _begin(session)
    second = int(now.timestamp())
    same = DirectoryUse.second == second
    taken = session.connection().execute(
        update(DirectoryUse)
        .where(
            DirectoryUse.name == NAME,
            or_(DirectoryUse.silent_until.is_(None), DirectoryUse.silent_until <= now),
            or_(DirectoryUse.second < second, and_(same, DirectoryUse.spent < MOST_A_SECOND)),
        )
        .values(second=second, spent=case((same, DirectoryUse.spent + 1), else_=1))
    )
    return taken.rowcount == 1


def _begin(session: Session) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(DirectoryUse).values(name=NAME, second=0, spent=0)
    session.execute(row.on_conflict_do_nothing(index_elements=[DirectoryUse.name]))


def _fall_silent(directory: Directory, retry_after: str | None, now: datetime) -> None:
    """Nobody asks before the time that the service said; a later word does not shorten it."""
    until = now + _wait(retry_after, now)
    with directory.open_session() as session:
        session.connection().execute(
            update(DirectoryUse)
            .where(
                DirectoryUse.name == NAME,
                or_(DirectoryUse.silent_until.is_(None), DirectoryUse.silent_until < until),
            )
            .values(silent_until=until)
        )
        session.commit()


def _wait(retry_after: str | None, now: datetime) -> timedelta:
    """How long « Retry-After » wants us to wait: seconds, or a date (RFC 9110)."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), LONGEST_SILENCE.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return SILENCE
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_SILENCE)
