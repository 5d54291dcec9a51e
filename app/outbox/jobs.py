"""Delivery: what is due leaves once, whatever crashes and however many deliver at a time.

claim, commit → each mail's way to the relay and its mark (`postman`). A repeat can only follow a
lost answer: a crash or a cut connection between the relay's yes and the mark. It has the same
bytes and Message-ID.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import getpid
from socket import gethostname
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.core import clock
from app.outbox import registry, services
from app.outbox.answers import Transport
from app.outbox.kinds import Outcome
from app.outbox.pace import PATIENCE_SECONDS
from app.outbox.postman import Ended, Postman
from app.outbox.schedule import BATCH, DEADLINE
from app.outbox.services import Claim
from app.outbox.transports import transport_for
from config import Settings


@dataclass(frozen=True)
class DeliveryReport:
    """How many mails left, were put back for later, failed for good, or were no longer true.

    `trouble` is why the run ended early, None when everything due was tried, or when `is_paced`:
    the ceiling a minute leaves the rest to a later run.
    """

    sent: int
    retry: int
    failed: int
    skipped: int
    trouble: str | None = None
    is_paced: bool = False


def new_holder() -> str:
    """A name that no other run of any process bears."""
    return f"{gethostname()[:40]}:{getpid()}:{secrets.token_hex(6)}"


def deliver(settings: Settings, engine: Engine, stopping: Event) -> DeliveryReport:
    """Deliver what is due now by the transport of the settings, until `stopping` is set."""
    return deliver_due(
        sessionmaker(engine),
        transport_for(settings),
        sender=settings.mail_from,
        inbox=settings.inbox_address,
        holder=new_holder(),
        now=clock.now,
        stopping=stopping,
        # the mailbox of the house takes what comes
        per_minute=settings.mail_per_minute if settings.smtp else None,
    )


def deliver_due(
    make_session: Callable[[], Session],
    transport: Transport,
    *,
    sender: str,
    holder: str,
    now: Callable[[], datetime],
    inbox: str | None = None,
    batch: int = BATCH,
    deadline: timedelta = DEADLINE,
    stopping: Event | None = None,
    per_minute: int | None = None,
) -> DeliveryReport:
    """Deliver until nothing is due that was due when this began, or `stopping` is set.

    `holder` must be this run's alone (see `new_holder`). Ends early when the transport is out of
    reach: what is due stays due, and no attempt is spent; and when `per_minute` mails leave
    already. `deadline` is for one mail's conversation and must stay well below half the lease.
    `inbox` is the mailbox that is read, if any.
    """
    counts: Counter[Outcome] = Counter()
    stopping = stopping or Event()
    if per_minute is not None:
        # what claims nobody can wait for: an urgent mail passes between two batches
        batch = max(1, min(batch, int(per_minute * PATIENCE_SECONDS / 60)))
    due_by, ended = now(), Ended()
    # the road ends before what it leads to is closed
    with closing(transport), ThreadPoolExecutor(1, "relay") as road:
        postman = Postman(
            make_session, transport, road, sender, now, deadline, stopping, per_minute, inbox
        )
        while not ended.early and not stopping.is_set():
            claims = _claim(make_session, holder, due_by, now(), batch)
            if not claims:
                break
            outcomes, ended = postman.deliver(claims)
            counts.update(outcomes)
    return DeliveryReport(
        sent=counts[Outcome.SENT],
        retry=counts[Outcome.RETRY],
        failed=counts[Outcome.FAILED],
        skipped=counts[Outcome.SKIPPED],
        trouble=ended.trouble,
        is_paced=ended.is_paced,
    )


def _claim(
    make_session: Callable[[], Session], holder: str, due_by: datetime, now: datetime, limit: int
) -> list[Claim]:
    with make_session() as session, session.begin():
        return services.claim(
            session,
            holder=holder,
            due_by=due_by,
            now=now,
            limit=limit,
            urgent=registry.urgent(),
        )
