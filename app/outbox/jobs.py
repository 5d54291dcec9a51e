"""Delivery: what is due leaves once, whatever crashes and however many deliver at a time.

claim, commit → renew, render and store the bytes, commit → the relay, with no transaction open →
mark where the lease is still ours, commit. A repeat can only follow a lost answer: a crash or a
cut connection between the relay's yes and the mark. It has the same bytes and Message-ID.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, repeat
from os import getpid
from socket import gethostname
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core import clock
from app.outbox import bounces, message, pace, registry, services
from app.outbox.answers import Accepted, Answer, Later, Outgoing, Refused, Transport, Unreachable
from app.outbox.kinds import Outcome
from app.outbox.message import Skip, Wait
from app.outbox.models import Mail
from app.outbox.pace import PATIENCE_SECONDS
from app.outbox.schedule import BATCH, DEADLINE, MAX_ATTEMPTS
from app.outbox.services import Claim
from app.outbox.transports import transport_for
from config import Settings

log = logging.getLogger(__name__)

# The mark after a yes is worth insisting on, the last pause again and again until the lease ends:
# what it fails to write is mailed again.
INSIST_SECONDS = (0.5, 1, 2, 4, 8, 16)


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
    already. `deadline` is for one mail's conversation and must stay well below the lease. `inbox`
    is the mailbox that is read, if any.
    """
    counts: Counter[Outcome] = Counter()
    stopping = stopping or Event()
    postman = _Postman(make_session, transport, sender, now, deadline, stopping, per_minute, inbox)
    if per_minute is not None:
        # what claims nobody can wait for: an urgent mail passes between two batches
        batch = max(1, min(batch, int(per_minute * PATIENCE_SECONDS / 60)))
    due_by, ended = now(), _Ended()
    try:
        while not ended.early and not stopping.is_set():
            claims = _claim(make_session, holder, due_by, now(), batch)
            if not claims:
                break
            outcomes, ended = postman.deliver(claims)
            counts.update(outcomes)
    finally:
        transport.close()
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


@dataclass(frozen=True)
class _Ready:
    """A mail whose bytes are committed; `is_fresh` when they were made for this very attempt."""

    claim: Claim
    outgoing: Outgoing
    is_fresh: bool


@dataclass(frozen=True)
class _Ended:
    """Why no further batch is to be claimed, if so."""

    trouble: str | None = None
    is_paced: bool = False

    @property
    def early(self) -> bool:
        return self.is_paced or self.trouble is not None


@dataclass(frozen=True)
class _Postman:
    """Takes claimed mails to the transport, one after the other."""

    make_session: Callable[[], Session]
    transport: Transport
    sender: str
    now: Callable[[], datetime]
    deadline: timedelta
    stopping: Event
    per_minute: int | None
    inbox: str | None

    def deliver(self, claims: list[Claim]) -> tuple[list[Outcome], _Ended]:
        """What became of each; and why the run ends with them, if it does."""
        outcomes: list[Outcome] = []
        for position, claim in enumerate(claims):
            has_turn = self._wait_for_turn()
            # a lease that ends before its mail's turn would look like a worker's death
            late = position > 0 and self.now() + self.deadline > claim.until
            if self.stopping.is_set() or late or not has_turn:
                self._give_back(claims[position:], None)
                return outcomes, _Ended(is_paced=not has_turn)
            outcome, trouble = self._deliver_one(claim)
            outcomes.append(outcome)
            if trouble is not None:
                outcomes += self._give_back(claims[position + 1 :], trouble)
                return outcomes, _Ended(trouble)
        return outcomes, _Ended()

    def _wait_for_turn(self) -> bool:
        """False when the ceiling a minute leaves no turn that is worth waiting for."""
        if self.per_minute is None:
            return True
        with self.make_session() as session, session.begin():
            wait = pace.turn(session, self.per_minute)
        if wait is not None:
            self.stopping.wait(wait)
        return wait is not None

    def _deliver_one(self, claim: Claim) -> tuple[Outcome, str | None]:
        started = time.monotonic()
        ready = self._prepare(claim)
        if isinstance(ready, Outcome):
            return ready, None
        # counted from before the lease began, so that it ends before the lease does
        left = self.deadline.total_seconds() - (time.monotonic() - started)
        answer = self._send(ready.outgoing, left)
        outcome = self._insist(ready, lambda: self._mark(ready, answer))
        if outcome is Outcome.LOST:
            log.error("mail %s: the lease ended before its mark", ready.outgoing.public_id)
        return outcome, answer.text if isinstance(answer, Unreachable) else None

    def _prepare(self, claim: Claim) -> _Ready | Outcome:
        """Commit the bytes that are about to leave, or the reason why none will."""
        try:
            with self.make_session() as session, session.begin():
                mail = services.held(session, claim)
                return Outcome.LOST if mail is None else self._renew(session, mail, claim)
        except OperationalError as error:
            # the database's trouble more often than the mail's; when it persists, this raises
            log.exception("mail %d: the database failed while it was renewed", claim.mail_id)
            trouble = f"the database failed: {error.orig}"
            return self._settle(claim, lambda mail: self._try_later(mail, trouble))
        except Exception as error:
            # whatever one mail's facts or template do wrong, the others leave
            log.exception("mail %d cannot be written", claim.mail_id)
            fault = f"{type(error).__name__}: {error}"
            return self._settle(claim, lambda mail: services.mark_failed(mail, fault, self.now()))

    def _renew(self, session: Session, mail: Mail, claim: Claim) -> _Ready | Outcome:
        now = self.now()
        if mail.attempts >= MAX_ATTEMPTS:
            # only crashes lead here: every other way back counts its attempts
            return services.put_back(mail, "its delivery was cut short each time", now)
        kind = registry.find(mail.kind)
        if kind is None:
            # an older process beside a newer one; the newer one will know it
            return self._try_later(mail, f"no room of this process writes mails {mail.kind!r}")
        letter = kind.renew(session, mail, now)
        if isinstance(letter, Skip):
            return services.mark_skipped(mail, letter.reason, now)
        if isinstance(letter, Wait):
            return services.put_off(mail, letter.until)
        # Bytes that are there went out once, and the answer was lost. The mail may have arrived,
        # so only the same bytes may follow: written anew, it could be a second, different mail
        # for one occasion. Whether it is still true was asked all the same, just above.
        is_fresh = mail.content is None
        letter = replace(letter, reply_to=registry.reply_address(kind, letter, self.inbox))
        content = mail.content or message.build(
            registry.completed(session, mail, letter, now),
            sender=self.sender,
            to=mail.to,
            public_id=mail.public_id,
            written_at=mail.created_at,
        )
        services.hand_over(mail, content, letter.subject)
        prolonged = services.prolong(mail, claim, now)
        return _Ready(prolonged, Outgoing(mail.public_id, mail.to, content), is_fresh)

    def _send(self, outgoing: Outgoing, seconds: float) -> Answer:
        if seconds <= 0:
            return Unreachable("the database was too slow for the lease")
        try:
            return self.transport.send(outgoing, seconds)
        except Exception as error:
            # a transport does not raise; if one does, nobody knows how far the mail came
            log.exception("mail %s: its transport broke", outgoing.public_id)
            return Later(f"{type(error).__name__}: {error}", in_doubt=True)

    def _mark(self, ready: _Ready, answer: Answer) -> Outcome:
        now = self.now()
        with self.make_session() as session, session.begin():
            if isinstance(answer, Accepted):
                return services.mark_sent(session, ready.claim, now)
            mail = services.held(session, ready.claim)
            if mail is None:
                return Outcome.LOST
            match answer:
                case Refused(text, address_status):
                    if address_status:
                        bounces.refused_at_once(session, mail, address_status, text, now)
                    return services.mark_failed(mail, text, now)
                case Later(text, in_doubt):
                    keep = in_doubt or not ready.is_fresh
                    return services.put_back(mail, text, now, keep_content=keep)
                case Unreachable(text):
                    return services.take_back(mail, text, keep_content=not ready.is_fresh)

    def _try_later(self, mail: Mail, error: str) -> Outcome:
        mail.attempts += 1
        return services.put_back(mail, error, self.now(), keep_content=True)

    def _settle(self, claim: Claim, verb: Callable[[Mail], Outcome]) -> Outcome:
        with self.make_session() as session, session.begin():
            mail = services.held(session, claim)
            return Outcome.LOST if mail is None else verb(mail)

    def _insist(self, ready: _Ready, mark: Callable[[], Outcome]) -> Outcome:
        """Try again while the lease lasts: then the mail is another worker's to repeat."""
        for seconds in chain(INSIST_SECONDS, repeat(INSIST_SECONDS[-1])):
            try:
                return mark()
            except OperationalError:
                if self.now() >= ready.claim.until:
                    raise
                log.exception("the database does not take the mark of a mail; trying again")
                time.sleep(seconds)
        raise AssertionError  # repeat has no end

    def _give_back(self, claims: list[Claim], trouble: str | None) -> list[Outcome]:
        return [
            self._settle(claim, lambda mail: services.release(mail, trouble)) for claim in claims
        ]
