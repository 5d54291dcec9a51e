"""What the tests of delivery share: kinds of mail, writing some, reading what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.database import prepare_engine
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.rendering import render
from app.outbox.services import enqueue

SENDER = "maillage@val.example"
NOTE = "note"
UNTRUE = "untrue"
FAULTY = "faulty"

MakeSession = Callable[[], Session]


def note(_session: Session, mail: Mail, now: datetime) -> Letter | Skip:
    """A letter that tells when it was written, so that one written anew is seen to differ."""
    return Letter(f"{mail.subject} ({now:%H:%M})", f"Écrit à {now.isoformat()}\n", "<p>Écrit</p>")


def untrue(_session: Session, mail: Mail, _now: datetime) -> Letter | Skip:
    """The occasion has passed."""
    return Skip(str(mail.refs["reason"]))


def faulty(_session: Session, _mail: Mail, _now: datetime) -> Letter | Skip:
    """A template that asks for what nobody gives it."""
    rendered = render("relance", {})
    return Letter(rendered.subject, rendered.text, rendered.html)


def register_kinds() -> None:
    """Make the tests' kinds of mail known to this process."""
    for name, renew in ((NOTE, note), (UNTRUE, untrue), (FAULTY, faulty)):
        registry.register(registry.MailKind(name, renew))


def sessions(database_url: str) -> sessionmaker[Session]:
    """Sessions as the application opens them, without an application."""
    engine = create_engine(database_url)
    prepare_engine(engine)
    return sessionmaker(engine)


def write(
    make_session: MakeSession,
    key: str,
    now: datetime,
    *,
    kind: str = NOTE,
    to: str = "lucie@fournil.example",
    wait: timedelta = timedelta(),
    refs: dict[str, Any] | None = None,
) -> bool:
    """Write one mail due after `wait`; False when its key was there already."""
    with make_session() as session, session.begin():
        mail = enqueue(
            session,
            key=key,
            kind=kind,
            recipient_id=None,
            territory_id=None,
            to=to,
            refs=refs or {},
            subject=f"Étape {key}",
            not_before=now + wait,
            now=now,
        )
        return mail is not None


def mails(make_session: MakeSession) -> dict[str, Mail]:
    """Every mail by its key, as the database has it now."""
    with make_session() as session:
        return {mail.key: mail for mail in session.scalars(select(Mail).order_by(Mail.id))}


def states(make_session: MakeSession) -> dict[str, str]:
    """The state of every mail by its key."""
    return {key: mail.state.value for key, mail in mails(make_session).items()}
