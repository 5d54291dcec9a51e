"""One run of the delivery, as the tests ask for it, and what it is expected to report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

from aiosmtpd.smtp import Envelope
from sqlalchemy.orm import Session

from app.outbox.answers import Transport
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.schedule import DEADLINE
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.posting import SENDER
from tests.parts.relay import HANG, Answer, Relay

NOW = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=3)


def way_to(relay: Relay) -> SmtpTransport:
    return SmtpTransport(Smtp(relay.host, relay.port), SENDER)


def hanging_past_the_deadline(transport: SmtpTransport) -> Answer:
    """The deadline comes as soon as the relay has the mail, however slow both are."""

    def answer(_envelope: Envelope, _nth: int) -> str:
        transport._watchdog.appoint(0)
        return HANG

    return answer


def run(
    make_session: Callable[[], Session],
    transport: Transport,
    now: datetime = NOW,
    *,
    batch: int = 50,
    deadline: timedelta = DEADLINE,
    stopping: Event | None = None,
) -> DeliveryReport:
    return deliver_due(
        make_session,
        transport,
        sender=SENDER,
        holder=new_holder(),
        now=lambda: now,
        batch=batch,
        deadline=deadline,
        stopping=stopping,
    )


def report(
    *, sent: int = 0, retry: int = 0, failed: int = 0, skipped: int = 0, trouble: str | None = None
) -> DeliveryReport:
    return DeliveryReport(sent, retry, failed, skipped, trouble)
