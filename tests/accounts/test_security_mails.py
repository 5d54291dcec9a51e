"""What a person is told by mail about the ways into their account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import SecurityEvent
from app.accounts.links import Links
from app.accounts.mails import security_letter
from app.accounts.services.security import tell
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.accounts.entering import PASSWORD, hashed
from tests.cast import NOW, Cast
from tests.conftest import SECRET

As = Callable[[str], FlaskClient]
LINKS = Links(SECRET, "http://localhost")
NEW = "sept mots que personne ne devine ici vraiment"


@pytest.mark.parametrize("event", SecurityEvent)
def test_every_event_has_its_mail_which_cannot_be_switched_off(
    session: Session, cast: Cast, event: SecurityEvent
) -> None:
    tell(session, cast.person("Lucie"), event, NOW)
    mail = session.scalars(select(Mail)).one()
    letter = security_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert mail.to == "lucie@example.org"
    for part in (letter.text, letter.html):
        assert "Bonjour Lucie Perrin," in part
        # an old address opens nothing any more
        assert ("http://localhost/compte" in part) is (event is not SecurityEvent.ADDRESS_CHANGED)
        assert "Ce n’est pas vous" in part or "Vous n’aviez rien demandé" in part
        assert "répondez à ce message" in part.replace("Répondez tout de suite", "répondez")
    assert letter.subject in letter.text
    assert "7 avril" in letter.text.replace("\u00a0", " ")
    assert not letter.headers


def test_who_has_no_address_and_who_was_anonymised_get_none(session: Session, cast: Cast) -> None:
    acting(session, None, Via.COMMAND, NOW)
    lucie, marc = cast.person("Lucie"), cast.person("Marc")
    tell(session, lucie, SecurityEvent.FACTOR_SET_UP, NOW)
    lucie.anonymised_at, marc.email = NOW, None
    tell(session, marc, SecurityEvent.FACTOR_SET_UP, NOW)
    mail = session.scalars(select(Mail)).one()
    assert isinstance(security_letter(LINKS, session, mail, NOW), Skip)


def test_a_changed_password_is_told(as_: As, session: Session, cast: Cast) -> None:
    cast.person("Lucie").password_hash = hashed()
    session.commit()
    as_("Lucie").post("/compte/mot-de-passe", data={"current": PASSWORD, "password": NEW})
    assert [mail.refs["event"] for mail in session.scalars(select(Mail))] == ["password_changed"]


def test_a_first_password_is_told_as_such(as_: As, session: Session) -> None:
    as_("Lucie").post("/compte/mot-de-passe", data={"password": NEW})
    assert [mail.refs["event"] for mail in session.scalars(select(Mail))] == ["password_chosen"]


def test_a_changed_address_is_told_to_the_former_one(
    as_: As, session: Session, client: FlaskClient
) -> None:
    form = {"name": "Lucie", "email": "l@fournil.example", "phone": "", "version": "1"}
    as_("Lucie").post("/compte/identite", data=form)
    question = session.scalars(select(Mail)).one()
    session.rollback()
    path = f"/adresse/{LINKS.token(question.refs['grant'])}"
    session.rollback()
    assert "maintenant votre adresse" in client.post(path).text
    told = session.scalars(select(Mail).where(Mail.kind == "security")).one()
    assert (told.to, told.refs["event"]) == ("lucie@example.org", "address_changed")
