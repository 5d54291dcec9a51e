"""Somebody else answers: a substitute during an absence, or whoever a mail was passed on to."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Absence, Person
from app.accounts.services.absences import announce
from app.journal.models import Change
from app.plans.kinds import StepStatus
from app.reminders.schedule.facts import Away, Ledger
from app.reminders.schedule.fold import over
from tests.cast import Cast
from tests.reminders.answering import MailTo, nadia, the_morning
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, Mailed, mails, relances
from tests.reminders.worlds import NADIA, START, step

__all__ = ["nadia", "the_morning"]

FRIDAY = date(2026, 4, 17)


def test_on_the_days_away_the_substitute_is_spoken_to_and_nobody_else() -> None:
    """Pure: before and after, it is the person again."""
    away = (Away(date(2026, 4, 8), date(2026, 4, 14), NADIA),)
    days = over([step(FRIDAY, away=away)], Ledger(), START, 60)
    told = {(day, mail.recipient.name) for day, made in days for mail in made.mails}
    assert told == {
        (date(2026, 4, 10), "Nadia Roy"),
        (date(2026, 4, 16), "Lucie Perrin"),
        (date(2026, 4, 22), "Lucie Perrin"),
    }


def test_the_substitute_gets_the_mail_and_reads_in_whose_place(
    session: Session, started: Cast, nadia: Person, mail_to: MailTo
) -> None:
    lucie = started.person("Lucie")
    announce(
        session,
        lucie,
        substitute_id=nadia.id,
        starts_on=date(2026, 4, 8),
        ends_on=date(2026, 4, 14),
    )
    session.commit()
    mailed = mail_to("Nadia", WEEK_BEFORE)
    assert "vous remplacez Lucie Perrin pendant son absence" in mailed.letter.text
    assert [mail.recipient_id for mail in mails(session)].count(lucie.id) == 0


def test_an_absence_noted_while_the_mail_waits_sends_it_to_the_substitute(
    session: Session, started: Cast, nadia: Person, clockwork: Clockwork
) -> None:
    """A mail already written to somebody who has left for holidays is decided again."""
    clockwork.run(WEEK_BEFORE)
    lucie = started.person("Lucie")
    announce(
        session,
        lucie,
        substitute_id=nadia.id,
        starts_on=date(2026, 4, 8),
        ends_on=date(2026, 4, 30),
    )
    session.commit()
    [waiting] = [mail for mail in mails(session) if mail.recipient_id == lucie.id]
    clockwork.renew(session, waiting, WEEK_BEFORE)
    session.commit()
    clockwork.run(date(2026, 4, 13))
    assert nadia.id in {mail.recipient_id for mail in mails(session)}


def test_a_colleague_of_another_organisation_is_not_told(
    session: Session, started: Cast, clockwork: Clockwork
) -> None:
    """Whatever stands in the table: a substitute is one where they belong, too."""
    lucie, marc = started.person("Lucie"), started.person("Marc")
    session.add(
        Absence(
            person_id=lucie.id,
            substitute_id=marc.id,
            starts_on=date(2026, 4, 8),
            ends_on=date(2026, 4, 14),
        )
    )
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert lucie.id in {mail.recipient_id for mail in mails(session)}


def give(client: FlaskClient, mailed: Mailed, cast: Cast, **fields: str) -> None:
    data = {"etape": cast.step().public_id, "reponse": "fait", "vue": "2026-04-17", **fields}
    assert client.post(mailed.answer_path, data=data).status_code == 303


def test_a_known_colleague_answers_in_their_own_name(
    session: Session, started: Cast, nadia: Person, mail_to: MailTo, client: FlaskClient
) -> None:
    give(client, mail_to("Lucie", WEEK_BEFORE), started, qui="nadia  ROY")
    [relance] = [one for one in relances(session) if one.answer]
    assert (relance.answered_by_id, relance.answered_as) == (nadia.id, None)
    done = select(Change).where(Change.entity == "Step").order_by(Change.id.desc()).limit(1)
    assert session.scalars(done).one().actor_id == nadia.id


def test_a_stranger_s_name_is_kept_as_it_was_given(
    session: Session, started: Cast, mail_to: MailTo, client: FlaskClient
) -> None:
    give(client, mail_to("Lucie", WEEK_BEFORE), started, qui="Zoé du fournil voisin")
    [relance] = [one for one in relances(session) if one.answer]
    assert (relance.answered_by_id, relance.answered_as) == (None, "Zoé du fournil voisin")
    assert started.step().status is StepStatus.DONE


def test_one_s_own_name_is_nobody_else_s_answer(
    session: Session, started: Cast, mail_to: MailTo, client: FlaskClient
) -> None:
    give(client, mail_to("Lucie", WEEK_BEFORE), started, qui="lucie perrin")
    [relance] = [one for one in relances(session) if one.answer]
    assert (relance.answered_by_id, relance.answered_as) == (None, None)


def test_the_name_goes_with_every_button_of_the_page(
    started: Cast, mail_to: MailTo, client: FlaskClient
) -> None:
    mailed = mail_to("Lucie", WEEK_BEFORE)
    assert "Ce message vous a été transmis" in client.get(mailed.answer_path).text
    page = client.get(f"{mailed.answer_path}?qui=Nadia+Roy").text
    assert "à la place de Lucie Perrin" in page.replace("\u00a0", " ")
    forms = page.count('name="reponse"') + page.count('name="ajout"')
    assert forms == page.count('name="qui" value="Nadia Roy"')
