"""A person of whom every table speaks, and short ways to erase them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Engine, String, select, update
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import AskKind, GrantPurpose, MailRhythm, SignInWay
from app.accounts.models import (
    Ask,
    ExternalIdentity,
    HalfSignIn,
    MailPreference,
    Person,
    ProviderVisit,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInFailure,
)
from app.accounts.services.throttle import by_password
from app.frameworks.models import Framework
from app.initiatives.models import Attendee
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.maildir import MaildirTransport
from app.outbox.message import Letter, build
from app.outbox.models import Mail
from app.plans.models import Comment
from app.privacy.jobs import Work
from app.privacy.kinds import Cause, Means
from app.privacy.models import ContactReview, PrivacyNotice, PrivacyText
from app.privacy.rooms import HOLDINGS
from app.privacy.services.erasing import Erased, erase
from app.web.database import db
from tests.access.rows import prepare
from tests.cast import BEGINNING, NOW, Cast


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    return tmp_path / "mailbox"


@pytest.fixture
def begin(session: Session) -> Callable[[], None]:
    """Say that the test itself now changes rows."""

    def say() -> None:
        acting(session, None, Via.COMMAND, NOW)

    say()
    return say


def erased(session: Session, person: Person, now: datetime = NOW) -> Erased | None:
    """Erase in the test's own transaction."""
    acting(session, person.id, Via.MAIL_LINK, now)
    return erase(session, person.id, cause=Cause.OWN, asked_by_id=person.id, now=now)


@dataclass(frozen=True)
class Persona:
    """Somebody as they are typed in."""

    name: str
    email: str
    phone: str


SECRET = "way-in"
ZELIE = Persona("Zélie Quénot-Œrtel", "zelie.quenot@fournil.example", "06 98 76 54 32")


def laden(app: Flask, session: Session, cast: Cast, persona: Persona) -> Person:
    """Lucie under another name, with rows in every table; flushed, not committed."""
    if session.scalar(select(Framework.id)) is None:
        prepare(app, session, cast)
    lucie = cast.person("Lucie")
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    lucie.name, lucie.email, lucie.phone = persona.name, persona.email, persona.phone
    lucie.password_hash, lucie.time_zone = "$argon2id$", "Indian/Reunion"
    for place in lucie.memberships:
        place.function = f"gérante ({persona.name})"
    _more_rows(session, cast, lucie, persona)
    session.flush()
    return lucie


def _more_rows(session: Session, cast: Cast, lucie: Person, persona: Persona) -> None:
    project, territory = cast.project(), cast.territory()
    assessment = session.query(Assessment).first()
    assert assessment is not None
    session.add_all(
        [
            Comment(
                project_id=project.id,
                territory_id=territory.id,
                author_id=lucie.id,
                body="d’accord",
                said_at=NOW,
            ),
            Criterion(
                assessment_id=assessment.id,
                territory_id=territory.id,
                ref="9.9",
                status=CriterionStatus.DONE,
                text_id=assessment.version_id,
                confirmed_by_id=lucie.id,
                confirmed_at=NOW,
            ),
            MailPreference(person_id=lucie.id, rhythm=MailRhythm.DAILY, updated_at=NOW),
            SignIn(
                key_hash="k" * 64,
                person_id=lucie.id,
                opened_at=NOW,
                expires_at=NOW + timedelta(days=30),
                browser="Firefox",
            ),
            Ask(
                kind=AskKind.INVITATION,
                subject_kind="organisation",
                subject_id=cast.organisation("Atelier Bois").id,
                asker_id=cast.person("Anne").id,
                asked_person_id=lucie.id,
                payload={"name": persona.name, "function": "gérante", "note": "vue au salon"},
                text_version="1",
                asked_at=NOW,
                expires_at=NOW + timedelta(days=14),
            ),
            PrivacyText(
                territory_id=territory.id,
                number=1,
                controller="CC",
                address="1 place",
                contact=persona.email,
                dpo=persona.name,
                purposes="x",
                legal_basis="y",
                idle_years=2,
                contact_years=3,
                written_at=NOW,
                written_by_id=lucie.id,
            ),
            PrivacyNotice(
                person_id=lucie.id,
                territory_id=territory.id,
                means=Means.PAGE,
                text_version="maillage-1",
                told_at=NOW,
            ),
            ContactReview(
                person_id=lucie.id,
                territory_id=territory.id,
                kept_until=NOW.date(),
                reviewed_at=NOW,
            ),
            *(
                SignInFailure(subject=subject, at=NOW)
                for subject in [by_password(persona.email, None).account]
            ),
        ]
    )
    issue_grant(
        session,
        person_id=lucie.id,
        purpose=GrantPurpose.SIGN_IN,
        subject_kind="person",
        subject_id=lucie.id,
        now=BEGINNING,
    )
    _ways_in(session, lucie)
    for key, state in (("a", MailState.WAITING), ("b", MailState.SENT), ("c", MailState.SENDING)):
        session.add(mail(key, persona, state, recipient_id=lucie.id, to=persona.email))
    session.add(mail("d", persona, MailState.WAITING, recipient_id=cast.person("Marc").id))


def _ways_in(session: Session, lucie: Person) -> None:
    """Each sort of secret, with a word that must not outlive her account."""
    session.add_all(
        [
            SecondFactor(
                person_id=lucie.id, sealed_secret=f"{SECRET}-factor", last_step=1, set_up_at=NOW
            ),
            RecoveryCode(person_id=lucie.id, code_hash=f"{SECRET}-code"),
            ExternalIdentity(
                person_id=lucie.id,
                issuer="https://connexion.example",
                subject=f"{SECRET}-identity",
                linked_at=NOW,
            ),
            HalfSignIn(
                key_hash=f"{SECRET}-half",
                person_id=lucie.id,
                way=SignInWay.PROVIDER,
                expires_at=NOW + timedelta(minutes=10),
                subject=f"{SECRET}-half-subject",
            ),
            ProviderVisit(
                key_hash=f"{SECRET}-visit",
                state_hash="s",
                nonce="n",
                verifier="v",
                way_on="/compte",
                person_id=lucie.id,
                expires_at=NOW + timedelta(minutes=10),
            ),
        ]
    )


def mail(key: str, persona: Persona, state: MailState, **columns: Any) -> Mail:
    """A mail that names the person, with its bytes."""
    columns = {"to": "marc@example.org", **columns}
    letter = Letter(f"Bonjour {persona.name}", persona.name, f"<p>{persona.phone}</p>")
    content = build(
        letter, sender="m@example.org", to=columns["to"], public_id=f"mail{key}aaaa", written_at=NOW
    )
    leased = {"lease_holder": "h", "leased_until": NOW} if state is MailState.SENDING else {}
    return Mail(
        key=f"laden:{key}",
        kind="relance",
        public_id=f"mail{key}aaaa",
        refs={"name": persona.name},
        subject=letter.subject,
        not_before=NOW,
        created_at=NOW,
        state=state,
        content=content,
        last_error=f"550 <{persona.email}>",
        **leased,
        **columns,
    )


# where the code relies on what the JSON looks like
_SHAPES: dict[str, Callable[[Any], Any]] = {
    "change": lambda value: {"description": [*value["k"][:1], None]},
    "merge": lambda value: [{"do": "remove", "table": "organisation", "row": value}],
}


def write_everywhere(session: Session, texts: list[str]) -> None:
    """Let every declared free text of every row say one of these."""
    said = " / ".join(texts)
    for holding in HOLDINGS:
        for name in holding.text.split():
            column = holding.table.columns[name]
            value: Any = said
            if isinstance(column.type, JSON):
                value = {"k": [said, {"deep": said}]}
                value = _SHAPES.get(holding.table.name, lambda value: value)(value)
            elif isinstance(column.type, String) and column.type.length:
                value = max(texts, key=lambda one: len(one) <= column.type.length)
                value = value[: column.type.length]
            # a date is said in one way only
            undated = {"due_on": None} if name == "due_text" else {}
            change = update(holding.table).values({name: value, **undated})
            if holding.model is Attendee:
                # only who came without being known is told by a name
                change = change.where(Attendee.is_walk_in, Attendee.person_id.is_(None))
            session.connection().execute(change)
    session.expire_all()


@dataclass(frozen=True)
class Letters:
    """Delivers what is due into the Maildir, and reads what arrived."""

    engine: Engine
    folder: Path

    def deliver(self, now: datetime) -> DeliveryReport:
        return deliver_due(
            lambda: Session(self.engine),
            MaildirTransport(self.folder),
            sender="maillage@example.org",
            holder=new_holder(),
            now=lambda: now,
        )

    def texts_to(self, address: str) -> list[str]:
        """Their plain texts, the oldest first, with their subjects."""
        files = sorted(self.folder.glob("new/*"), key=lambda file: file.stat().st_mtime_ns)
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [
            f"{mail['Subject']}\n{part.get_content()}"
            for mail in found
            if mail["To"] == address and (part := mail.get_body(("plain",)))
        ]


@pytest.fixture
def letters(engine: Engine, mailbox: Path) -> Letters:
    return Letters(engine, mailbox)


@pytest.fixture
def work(engine: Engine, tmp_path: Path) -> Callable[[datetime], Work]:
    """The room's jobs as of some moment."""
    return lambda now: Work(lambda: Session(engine), tmp_path, now, Event())
