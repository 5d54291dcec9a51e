"""What messages that came in say about people, and how they are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.inbox.kinds import UnreadableError
from app.inbox.models import Incoming
from app.inbox.parsing import parse, texts


def _read(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Incoming.received_at,
        Incoming.sender,
        Incoming.subject,
        Incoming.fate,
        Incoming.text,
        Incoming.settled_at,
    )
    query = select(*columns).where(Incoming.person_id == person_id).order_by(Incoming.id)
    yield from (row._asdict() for row in session.execute(query))


def _settled(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Incoming.received_at, Incoming.fate, Incoming.settled_at)
    query = select(*columns).where(Incoming.settled_by_id == person_id).order_by(Incoming.id)
    yield from (row._asdict() for row in session.execute(query))


def _let_go(session: Session, leaving: Leaving) -> None:
    """A message that is kept as it came cannot be changed: it goes when it names who leaves."""
    kept = select(Incoming).where(Incoming.content.is_not(None))
    for message in session.scalars(kept, execution_options={"yield_per": 20}):
        redactor = leaving.redactor_in(message.territory_id)
        if any(redactor.text(said) != said for said in _texts(message.content or b"")):
            message.content = None
    session.flush()


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    with suppress(UnreadableError):
        yield from texts(parse(content))


def _seen_since(moment: datetime) -> Select[int | None]:
    """Whoever wrote a reply is there."""
    return select(Incoming.person_id).where(
        Incoming.received_at >= moment,
        Incoming.person_id.is_not(None),
        Incoming.comment_id.is_not(None),
    )


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Incoming,
            what="messages reçus : adresse, objet, texte tant qu’il attend d’être placé",
            kept="un an, ou jusqu’à l’effacement",
            whose="person_id",
            removed=True,
            text="sender subject text",
            pointers="settled_by_id",
            neutral="public_id fingerprint content",
        ),
    ),
    sections=(
        Section(
            "messages_received",
            "Les messages que vous nous avez envoyés",
            "incoming",
            {
                "received_at": "reçu le",
                "sender": "adresse",
                "subject": "objet",
                "fate": "suite (comment : dans les échanges, bounced : revenu, waiting : à placer)",
                "text": "texte, tant qu’il attend",
                "settled_at": "traité le",
            },
            _read,
        ),
        Section(
            "messages_settled",
            "Les messages reçus que vous avez traités",
            "incoming",
            {"received_at": "reçu le", "fate": "suite", "settled_at": "traité le"},
            _settled,
        ),
    ),
    let_go=_let_go,
    seen_since=_seen_since,
)
