"""One run's way to the relay: claimed mails leave one after the other.

renew, render and store the bytes, commit → the relay, with no transaction open → mark where the
lease is still ours, commit. While a relay takes its time over one mail, the next is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, repeat
from threading import Event

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.outbox import bounces, message, pace, registry, services
from app.outbox.answers import Accepted, Answer, Later, Outgoing, Refused, Transport, Unreachable
from app.outbox.kinds import Outcome
from app.outbox.message import Skip, Wait
from app.outbox.models import Mail
from app.outbox.schedule import MAX_ATTEMPTS
from app.outbox.services import Claim

log = logging.getLogger(__name__)

# The mark after a yes is worth insisting on, the last pause again and again until the lease ends:
# what it fails to write is mailed again.
INSIST_SECONDS = (0.5, 1, 2, 4, 8, 16)
# A relay that has answered by then is as quick as the writing of a mail: its yes is marked before
# anything else, so that a crash finds as few unmarked ones as without writing ahead.
HEAD_START_SECONDS = 0.005


@dataclass(frozen=True)
class Written:
    """A mail whose bytes are committed; `is_fresh` when they were made for this very attempt.

    `seconds` are left of its deadline once its conversation begins.
    """

    claim: Claim
    outgoing: Outgoing
    is_fresh: bool
    seconds: float = 0


@dataclass(frozen=True)
class Ended:
    """Why no further batch is to be claimed, if so."""

    trouble: str | None = None
    is_paced: bool = False

    @property
    def early(self) -> bool:
        return self.is_paced or self.trouble is not None


@dataclass(frozen=True)
class Postman:
    """Takes claimed mails to the transport; `road`, one thread, is where it converses."""

    make_session: Callable[[], Session]
    transport: Transport
    road: Executor
    sender: str
    now: Callable[[], datetime]
    deadline: timedelta
    stopping: Event
    per_minute: int | None
    inbox: str | None

    def deliver(self, claims: Sequence[Claim]) -> tuple[list[Outcome], Ended]:
        """What became of each; and why the run ends with them, if it does."""
        outcomes: list[Outcome] = []
        ahead: Written | Outcome | None = None
        for position, claim in enumerate(claims):
            has_turn = self._wait_for_turn()
            lease = ahead.claim if isinstance(ahead, Written) else claim
            # a lease that ends before its mail's turn would look like a worker's death
            late = position > 0 and self.now() + self.deadline > lease.until
            if self.stopping.is_set() or late or not has_turn:
                self._give_back(claims[position:], ahead, None)
                return outcomes, Ended(is_paced=not has_turn)
            written = self._prepare(claim) if ahead is None else ahead
            following = claims[position + 1] if position + 1 < len(claims) else None
            outcome, trouble, ahead = self._hand_over(claim, written, following)
            outcomes.append(outcome)
            if trouble is not None:
                outcomes += self._give_back(claims[position + 1 :], ahead, trouble)
                return outcomes, Ended(trouble)
        return outcomes, Ended()

    def _wait_for_turn(self) -> bool:
        """False when the ceiling a minute leaves no turn that is worth waiting for."""
        if self.per_minute is None:
            return True
        with self.make_session() as session, session.begin():
            wait = pace.turn(session, self.per_minute)
        if wait is not None:
            self.stopping.wait(wait)
        return wait is not None

    def _hand_over(
        self, claim: Claim, written: Written | Outcome, following: Claim | None
    ) -> tuple[Outcome, str | None, Written | Outcome | None]:
        """What became of the mail, why nothing else can leave, and the next one if it is written.

        Its mark waits for no turn and no failure of the next.
        """
        if isinstance(written, Outcome):
            return written, None, None
        going = self.road.submit(self._send, written)
        ahead = None
        try:
            if following is not None and self._may_write(following, claim, going):
                ahead = self._prepare(following)
        finally:
            answer = going.result()
            outcome = self._insist(written, lambda: self._mark(written, answer))
        if outcome is Outcome.LOST:
            log.error("mail %s: the lease ended before its mark", written.outgoing.public_id)
        return outcome, answer.text if isinstance(answer, Unreachable) else None, ahead

    def _may_write(self, following: Claim, claim: Claim, going: Future[Answer]) -> bool:
        """A ceiling a minute leaves time enough between two mails to write them one by one."""
        if self.per_minute is not None or not following.may_be_written_during(claim):
            return False
        return not wait([going], HEAD_START_SECONDS).done and not self.stopping.is_set()

    def _prepare(self, claim: Claim) -> Written | Outcome:
        """Commit the bytes that are about to leave, or the reason why none will."""
        started = time.monotonic()
        try:
            with self.make_session() as session, session.begin():
                mail = services.held(session, claim)
                written = Outcome.LOST if mail is None else self._renew(session, mail, claim)
            if isinstance(written, Outcome):
                return written
            # counted from before the lease began, so that it ends before the lease does
            spent = timedelta(seconds=time.monotonic() - started)
            return replace(written, seconds=(self.deadline - spent).total_seconds())
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

    def _renew(self, session: Session, mail: Mail, claim: Claim) -> Written | Outcome:
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
        return Written(prolonged, Outgoing(mail.public_id, mail.to, content), is_fresh)

    def _send(self, written: Written) -> Answer:
        if written.seconds <= 0:
            return Unreachable("the database was too slow for the lease")
        try:
            return self.transport.send(written.outgoing, written.seconds)
        except Exception as error:
            # a transport does not raise; if one does, nobody knows how far the mail came
            log.exception("mail %s: its transport broke", written.outgoing.public_id)
            return Later(f"{type(error).__name__}: {error}", in_doubt=True)

    def _mark(self, written: Written, answer: Answer) -> Outcome:
        now = self.now()
        with self.make_session() as session, session.begin():
            if isinstance(answer, Accepted):
                return services.mark_sent(session, written.claim, now)
            mail = services.held(session, written.claim)
            if mail is None:
                return Outcome.LOST
            match answer:
                case Refused(text, address_status):
                    if address_status:
                        bounces.refused_at_once(session, mail, address_status, text, now)
                    return services.mark_failed(mail, text, now)
                case Later(text, in_doubt):
                    keep = in_doubt or not written.is_fresh
                    return services.put_back(mail, text, now, keep_content=keep)
                case Unreachable(text):
                    return _take_back(mail, written, text)

    def _try_later(self, mail: Mail, error: str) -> Outcome:
        mail.attempts += 1
        return services.put_back(mail, error, self.now(), keep_content=True)

    def _settle(self, claim: Claim, verb: Callable[[Mail], Outcome]) -> Outcome:
        with self.make_session() as session, session.begin():
            mail = services.held(session, claim)
            return Outcome.LOST if mail is None else verb(mail)

    def _insist(self, written: Written, mark: Callable[[], Outcome]) -> Outcome:
        """Try again while the lease lasts: then the mail is another worker's to repeat."""
        for seconds in chain(INSIST_SECONDS, repeat(INSIST_SECONDS[-1])):
            try:
                return mark()
            except OperationalError:
                if self.now() >= written.claim.until:
                    raise
                log.exception("the database does not take the mark of a mail; trying again")
                time.sleep(seconds)
        raise AssertionError  # repeat has no end

    def _give_back(
        self, claims: Sequence[Claim], ahead: Written | Outcome | None, trouble: str | None
    ) -> list[Outcome]:
        """`ahead`: what the first of them came to, if it was written already."""
        begun = []
        if isinstance(ahead, Written):
            begun = [self._settle(ahead.claim, lambda mail: _take_back(mail, ahead, trouble))]
        elif ahead is not None:
            begun = [ahead]
        return begun + [
            self._settle(claim, lambda mail: services.release(mail, trouble))
            for claim in claims[len(begun) :]
        ]


def _take_back(mail: Mail, written: Written, trouble: str | None) -> Outcome:
    return services.take_back(mail, trouble, keep_content=not written.is_fresh)
