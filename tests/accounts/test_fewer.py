"""Whoever can have fewer mails reads how; whoever can stop them does so by one click, by POST."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.models import Grant, MailPreference
from app.core import clock
from app.outbox import registry
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.rendering import SLOT
from tests.cast import Cast

BARE = Letter(subject="x", text="Bonjour", html=f"<p>Bonjour</p>{SLOT}")
LINK = re.compile(r"http://localhost(/desabonnement/[^\s\"<]+)")
KINDS = [
    "relance", "for_you", "mention", "results", "question", "convocation", "cancelled_meeting",
    "proposal", "claim", "invitation", "sign_in_link", "address", "security", "personal_data",
    "information", "idle",
]  # fmt: skip


def leaving(session: Session, cast: Cast, kind: str) -> Letter:
    """A letter of this kind to Lucie, completed as it leaves."""
    now, lucie = clock.now(), cast.person("Lucie")
    session.rollback()
    known = session.scalar(select(Mail).where(Mail.key == f"test:{kind}"))
    mail = known or Mail(
        key=f"test:{kind}",
        kind=kind,
        recipient_id=lucie.id,
        to=lucie.email or "",
        refs={},
        subject="x",
        not_before=now,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    letter = registry.completed(session, mail, BARE, now)
    session.commit()
    return letter


@pytest.mark.parametrize("name", KINDS)
def test_the_foot_and_the_header_are_what_the_kind_promises(
    session: Session, cast: Cast, name: str
) -> None:
    kind = registry.find(name)
    assert kind is not None
    letter = leaving(session, cast, name)
    for text in (letter.text, letter.html):
        assert bool(LINK.search(text)) == kind.offers_fewer
        assert ("quel que soit votre réglage" in text) == (
            kind.offers_fewer and not kind.follows_wish
        )
    assert ("List-Unsubscribe-Post" in letter.headers) == kind.follows_wish


def test_written_anew_a_mail_keeps_its_link(session: Session, cast: Cast) -> None:
    first, second = (leaving(session, cast, "for_you") for _time in range(2))
    assert LINK.findall(first.text) == LINK.findall(second.text)
    query = select(Grant).where(Grant.purpose == GrantPurpose.UNSUBSCRIBE)
    assert len(session.scalars(query).all()) == 1


def test_one_click_without_a_cookie_stops_them_and_looking_does_not(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    header = leaving(session, cast, "for_you").headers["List-Unsubscribe"]
    path = header.strip("<>").removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    session.rollback()
    assert session.get(MailPreference, cast.person("Lucie").id) is None
    session.rollback()
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    session.rollback()
    assert session.get_one(MailPreference, cast.person("Lucie").id).rhythm is MailRhythm.OFF


def test_a_letter_that_says_it_itself_says_it_once(session: Session, cast: Cast) -> None:
    own = replace(BARE, headers={"List-Unsubscribe": "<http://localhost/desabonnement/own>"})
    mail = Mail(kind="relance", recipient_id=cast.person("Lucie").id, refs={}, to="x@y.fr")
    letter = registry.completed(session, mail, own, clock.now())
    session.rollback()
    assert not LINK.search(letter.text)
