"""What mail says about people, and how it forgets them."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.core.redaction import ERASED_ADDRESS, Traces, traces
from app.outbox.kinds import MailState
from app.outbox.models import Bounce, Lease, Mail, MailPace
from app.outbox.services import mark_failed, mark_skipped

ERASED = "erased"
NEUTRAL_SUBJECT = "Message à une personne effacée"
_WAITING = (MailState.WAITING, MailState.SENDING)


def _known_as(session: Session, person_id: int) -> Traces:
    addresses = session.scalars(select(Mail.to).where(Mail.recipient_id == person_id).distinct())
    return traces(emails=addresses)


def _let_go(session: Session, leaving: Leaving) -> None:
    """What waits for them does not leave; what waits for others does not name them.

    Their rows are locked first, so that a delivery that has one in hand ends before or after.
    """
    theirs = select(Mail).where(Mail.recipient_id == leaving.person_id).with_for_update()
    for mail in session.scalars(theirs.order_by(Mail.id)):
        if mail.state in _WAITING:
            mark_skipped(mail, ERASED, leaving.now)
    session.flush()
    _forget_bytes(session, leaving)


def _forget_bytes(session: Session, leaving: Leaving) -> None:
    """Bytes kept for a repeat cannot be changed, and are not to leave with an erased name."""
    held = select(Mail).where(Mail.content.is_not(None), Mail.recipient_id != leaving.person_id)
    for mail in session.scalars(held.with_for_update(), execution_options={"yield_per": 50}):
        if mail.content is None or not _names(mail.content, leaving, mail.territory_id):
            continue
        if mail.state is MailState.WAITING:
            # it went out once and its answer was lost: another text would be a second mail
            mark_failed(mail, "its text named somebody who was erased", leaving.now)
        mail.content = None
    session.flush()


def _names(content: bytes, leaving: Leaving, territory_id: int | None) -> bool:
    redactor = leaving.redactor_in(territory_id)
    return any(redactor.text(text) != text for text in texts_of(content))


def texts_of(content: bytes) -> Iterator[str]:
    """Everything that a mail shows, decoded: its headers and its text parts."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    yield from (str(value) for value in message.values())
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield str(part.get_content())


def _read(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Mail.to, Mail.subject, Mail.kind, Mail.created_at, Mail.state, Mail.ended_at)
    rows = session.execute(select(*columns).where(Mail.recipient_id == person_id).order_by(Mail.id))
    yield from (row._asdict() for row in rows)


def _returned(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Bounce.address, Bounce.came_at, Bounce.status, Bounce.told, Bounce.lifted_at)
    query = select(*columns).where(Bounce.recipient_id == person_id).order_by(Bounce.id)
    yield from (row._asdict() for row in session.execute(query))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Mail,
            what="messages : adresse, objet, date, remise",
            kept="tant que le projet est suivi ; texte effacé à la remise, erreurs au bout d’un an",
            whose="recipient_id",
            blank={
                "to": ERASED_ADDRESS,
                "subject": NEUTRAL_SUBJECT,
                "refs": {},
                "content": None,
                "last_error": None,
            },
            text="subject last_error refs",
            neutral="public_id key kind territory_id lease_holder",
        ),
        Holding(
            Bounce,
            what="messages revenus : à quelle adresse, quand, pourquoi",
            kept="tant que le projet est suivi, ou jusqu’à l’effacement",
            whose="recipient_id",
            removed=True,
            text="address told",
            neutral="public_id status",
        ),
        Holding(Lease, neutral="name holder"),
        Holding(MailPace, neutral="name"),
    ),
    sections=(
        Section(
            "mails",
            "Les messages qui vous ont été envoyés",
            "mail",
            {
                "to": "adresse",
                "subject": "objet",
                "kind": "sorte de message",
                "created_at": "écrit le",
                "state": "état (sent : parti, skipped : non envoyé, failed : non remis, "
                "bounced : revenu)",
                "ended_at": "parti ou clos le",
            },
            _read,
        ),
        Section(
            "mails_returned",
            "Les messages qui sont revenus de votre adresse",
            "bounce",
            {
                "address": "adresse",
                "came_at": "revenu le",
                "status": "code du refus",
                "told": "raison donnée",
                "lifted_at": "adresse bonne de nouveau depuis le",
            },
            _returned,
        ),
    ),
    known_as=_known_as,
    let_go=_let_go,
)
