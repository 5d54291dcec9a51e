"""A mail that reached nobody is told where people look, and an operator lets it leave again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.inbox.labels import MAILS
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, RESULTS
from app.initiatives.services.meetings import cancel_meeting, hold_meeting
from app.initiatives.services.results import NOTHING_YET, send_results, write_results
from app.outbox import registry
from app.outbox.kinds import MailState
from app.outbox.labels import why_undelivered
from app.outbox.models import Mail
from tests.agreements.worlds import put_forward
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.initiatives.gatherings import convened, delivered

As = Callable[[str], FlaskClient]
REFUSED = "550 5.1.1 no such user"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with travel(NOW + timedelta(hours=2), tick=False):
        yield


def fail(
    session: Session,
    kind: str,
    error: str = REFUSED,
    *,
    at: datetime = NOW,
    state: MailState = MailState.FAILED,
) -> Mail:
    """The latest mail of a kind, given up; committed."""
    mail = session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id.desc())).first()
    assert mail is not None
    mail.state, mail.last_error, mail.ended_at = state, error, at
    session.commit()
    return mail


def shown(client: FlaskClient, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return page.text.replace("\u00a0", " ").replace("&#39;", "’")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (REFUSED, "l’adresse n’existe pas"),
        ("5.2.1 mailbox disabled", "la boîte est fermée"),
        ("554 we do not like you", "refusé par la messagerie"),
        ("given up after 12 attempts: 421 5.1.1", "remis à plus tard à chaque essai"),
        ("UndefinedError: 'x' is undefined", "le message n’a pas pu être écrit"),
        (None, "refusé par la messagerie"),
    ],
)
def test_a_reason_is_said_in_french(error: str | None, why: str) -> None:
    assert why_undelivered(error).startswith(why)


def test_every_kind_of_mail_has_a_name(as_: As) -> None:
    assert registry.names() <= set(MAILS)


class TestAMeeting:
    def test_a_convocation_that_failed_is_told_to_who_runs_it(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        meeting = convened(session, cast, "Le Fournil")
        here = f"/rencontres/{meeting.public_id}"
        fail(session, CONVOCATION)
        said = "La convocation à Lucie Perrin (Le Fournil) n’est pas arrivée"
        assert f"{said} : l’adresse n’existe pas." in shown(as_("Anne"), here)
        assert said not in shown(as_("Lucie"), here)

    def test_one_that_left_again_is_told_no_more(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        meeting = convened(session, cast, "Le Fournil")
        delivered(session)
        session.commit()
        page = shown(as_("Anne"), f"/rencontres/{meeting.public_id}")
        assert "n’est pas arrivée" not in page

    def test_so_is_the_news_that_it_is_off(self, session: Session, cast: Cast, as_: As) -> None:
        meeting = convened(session, cast, "Le Fournil")
        delivered(session)
        cancel_meeting(session, meeting, words=None, now=NOW)
        fail(session, CANCELLED, state=MailState.BOUNCED)
        page = shown(as_("Anne"), f"/rencontres/{meeting.public_id}")
        assert "L’annulation n’est pas arrivée à Lucie Perrin (Le Fournil)" in page

    def test_so_are_its_results(self, session: Session, cast: Cast, as_: As) -> None:
        meeting = convened(session, cast, "Le Fournil")
        delivered(session)
        hold_meeting(meeting, now=meeting.ends_at)
        results = write_results(session, meeting, body="Peser.", seen_version=NOTHING_YET)
        send_results(session, results, now=NOW)
        fail(session, RESULTS, "UndefinedError: x")
        page = shown(as_("Anne"), f"/rencontres/{meeting.public_id}")
        assert "Les résultats ne sont pas arrivés à" in page
        assert "le message n’a pas pu être écrit." in page

    def test_it_costs_as_many_statements_whatever_failed(
        self, session: Session, cast: Cast, as_: As, queries: QueryCount
    ) -> None:
        meeting = convened(session, cast, "Le Fournil", "Atelier Bois")
        here = f"/rencontres/{meeting.public_id}"
        session.commit()
        anne, counts = as_("Anne"), []
        for _ in range(2):
            anne.get(here)
            queries.reset()
            anne.get(here)
            counts.append(len(queries))
            session.rollback()
            for mail in session.scalars(select(Mail).where(Mail.kind == CONVOCATION)):
                mail.state, mail.ended_at = MailState.FAILED, NOW
            session.commit()
        assert counts[0] == counts[1]


class TestAQuestion:
    def test_one_that_failed_is_told_beside_what_was_asked(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        put_forward(session, cast)
        fail(session, "question")
        page = shown(as_("Anne"), f"/projets/{cast.project().public_id}/accords")
        assert "La question à Karim" in page and "n’est pas arrivée : l’adresse n’existe" in page

    def test_one_that_left_is_not(self, session: Session, cast: Cast, as_: As) -> None:
        put_forward(session, cast)
        delivered(session)
        session.commit()
        page = shown(as_("Anne"), f"/projets/{cast.project().public_id}/accords")
        assert "n’est pas arrivée" not in page


class TestThePilot:
    def test_today_says_that_something_reached_nobody_and_leads_to_what(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        convened(session, cast, "Le Fournil")
        session.commit()
        anne, here = as_("Anne"), f"/territoires/{cast.territory().public_id}/courrier"
        session.rollback()
        assert "Un courriel n’est arrivé à personne" not in shown(anne, "/aujourdhui")
        fail(session, CONVOCATION)
        page = shown(anne, "/aujourdhui")
        assert "Un courriel n’est arrivé à personne" in page and f"{here}#non-remis" in page
        page = shown(anne, here)
        assert "Lucie Perrin</strong> : convocation" in page
        assert "l’adresse n’existe pas" in page

    def test_after_two_weeks_it_is_no_news(self, session: Session, cast: Cast, as_: As) -> None:
        convened(session, cast, "Le Fournil")
        fail(session, CONVOCATION, at=NOW - timedelta(days=15))
        assert "n’est arrivé à personne" not in shown(as_("Anne"), "/aujourdhui")

    def test_a_mail_that_protects_an_account_is_its_owners(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        convened(session, cast, "Le Fournil")
        mail = fail(session, CONVOCATION)
        mail.kind = "security"
        session.commit()
        assert "n’est arrivé à personne" not in shown(as_("Anne"), "/aujourdhui")


class TestTheOperator:
    HERE = "/exploitation/courrier"

    def test_reads_what_failed_and_neither_to_whom_nor_its_subject(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        convened(session, cast, "Le Fournil")
        fail(session, CONVOCATION)
        page = shown(as_("Odile"), self.HERE)
        assert "Convocation" in page and "l’adresse n’existe pas" in page
        assert "lucie@example.org" not in page and "COPIL" not in page

    def test_lets_one_leave_again_as_the_command_does(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        convened(session, cast, "Le Fournil", "Atelier Bois")
        mail, odile = fail(session, CONVOCATION), as_("Odile")
        public_id = mail.public_id
        session.rollback()
        answer = odile.post(
            f"{self.HERE}/reessayer", data={"courriel": public_id}, follow_redirects=True
        )
        assert "Le courriel repart" in answer.text and public_id not in answer.text
        session.rollback()
        session.refresh(mail)
        assert (mail.state, mail.attempts, mail.ended_at) == (MailState.WAITING, 0, None)

    def test_pressed_twice_changes_nothing_and_says_so(
        self, session: Session, cast: Cast, as_: As
    ) -> None:
        convened(session, cast, "Le Fournil")
        mail, odile = fail(session, CONVOCATION), as_("Odile")
        form = {"courriel": mail.public_id}
        session.rollback()
        odile.post(f"{self.HERE}/reessayer", data=form)
        answer = odile.post(f"{self.HERE}/reessayer", data=form, follow_redirects=True)
        assert "n’est plus en échec" in answer.text

    def test_lets_all_of_them_leave_again(self, session: Session, cast: Cast, as_: As) -> None:
        convened(session, cast, "Le Fournil", "Atelier Bois")
        for mail in session.scalars(select(Mail)):
            mail.state, mail.ended_at = MailState.FAILED, NOW
        session.commit()
        odile = as_("Odile")
        assert "Tout réessayer" in shown(odile, self.HERE)
        answer = odile.post(f"{self.HERE}/reessayer", follow_redirects=True)
        assert "2 courriels repartent" in answer.text.replace("\u00a0", " ")
        session.rollback()
        assert {one.state for one in session.scalars(select(Mail))} == {MailState.WAITING}

    def test_nobody_else_may(self, session: Session, cast: Cast, as_: As) -> None:
        assert as_("Anne").post(f"{self.HERE}/reessayer").status_code == 404
