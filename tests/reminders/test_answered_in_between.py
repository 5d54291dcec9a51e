"""An answer given while the next mail is already written: that mail asks no second time."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.plans.services.steps import add_step
from app.reminders.kinds import Answer, Reason, RelanceState
from app.reminders.models import Relance
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.answering import DUE, Begin, Give, MailTo, give, nadia, the_morning
from tests.reminders.conftest import (
    DAY_BEFORE,
    STARTED,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    mails,
    relances,
)

__all__ = ["give", "nadia", "the_morning"]


@pytest.fixture
def mailed(nadia: Person, mail_to: MailTo) -> Mailed:
    """The first mail to Lucie, who has a colleague."""
    return mail_to("Lucie", WEEK_BEFORE)


@pytest.fixture
def eve(mailed: Mailed, clockwork: Clockwork, session: Session) -> int:
    """The mail of the eve, written and still waiting; its id."""
    clockwork.run(DAY_BEFORE)
    return _of_the_eve(session).id


def _of_the_eve(session: Session) -> Mail:
    return next(
        one
        for one in mails(session)
        if one.to == "lucie@example.org" and one.refs["on"] == DAY_BEFORE.isoformat()
    )


def _renewed(session: Session, clockwork: Clockwork) -> Letter | Skip | Wait:
    answer = clockwork.renew(session, _of_the_eve(session), DAY_BEFORE)
    session.commit()
    return answer


def _told_by(session: Session, mail_id: int) -> list[Relance]:
    return [one for one in relances(session) if one.mail_id == mail_id]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer.AGREED, Reason.ANSWERED),
        (Answer.NOT_ME, Reason.NOT_ME),
        (Answer.PASSED_ON, Reason.NOT_ME),
        (Answer.IN_PROGRESS, Reason.NEWS_PROMISED),
        (Answer.STUCK, Reason.BLOCKED),
        (Answer.NEW_DATE, Reason.FACTS_CHANGED),
        (Answer.DONE, Reason.FACTS_CHANGED),
    ],
)
def test_whatever_is_answered_from_the_first_mail_the_eves_does_not_leave(
    eve: int,
    give: Give,
    nadia: Person,
    session: Session,
    clockwork: Clockwork,
    answer: Answer,
    reason: Reason,
) -> None:
    further = {"date": "2026-05-29", "nouvelles": "2026-04-24", "collegue": nadia.public_id}
    assert give(answer.value, **further).status_code == 303
    assert _renewed(session, clockwork) == Skip(reason.value)
    [given_back] = _told_by(session, eve)
    assert (given_back.state, given_back.reason) == (RelanceState.RELEASED, reason)


def test_a_date_agreed_to_in_between_is_not_announced_another_day_either(
    eve: int, give: Give, session: Session, clockwork: Clockwork
) -> None:
    [told] = _told_by(session, eve)
    give("accord")
    _renewed(session, clockwork)
    clockwork.run(DAY_BEFORE)
    entry = next(one for one in relances(session) if one.id == told.id)
    assert (entry.state, entry.reason) == (RelanceState.DROPPED, Reason.ANSWERED)


def test_without_an_answer_the_eves_mail_leaves(
    eve: int, session: Session, clockwork: Clockwork
) -> None:
    assert isinstance(_renewed(session, clockwork), Letter)


def test_the_mail_is_rewritten_without_the_step_that_was_answered(
    client: FlaskClient,
    session: Session,
    started: Cast,
    mail_to: MailTo,
    clockwork: Clockwork,
    change: Begin,
) -> None:
    change()
    step = started.step()
    other = add_step(
        session,
        step.project,
        title="Louer la balance",
        lead_organisation_id=step.lead_organisation_id,
        lead_person_id=step.lead_person_id,
        due_on=step.due_on,
        now=STARTED,
    )
    session.commit()
    mailed = mail_to("Lucie", WEEK_BEFORE)
    clockwork.run(DAY_BEFORE)
    form = {"etape": step.public_id, "vue": DUE, "reponse": "accord"}
    session.rollback()
    assert client.post(mailed.answer_path, data=form).status_code == 303
    letter = _renewed(session, clockwork)
    assert isinstance(letter, Letter)
    assert "Louer la balance" in letter.text and step.title not in letter.text
    states = {one.subject_id: one.state for one in _told_by(session, _of_the_eve(session).id)}
    assert states == {step.id: RelanceState.RELEASED, other.id: RelanceState.TOLD}


def test_the_relance_after_the_date_asks_also_whoever_agreed_to_it(
    mailed: Mailed, give: Give, session: Session, clockwork: Clockwork
) -> None:
    give("accord")
    clockwork.run(after := DAY_BEFORE.replace(day=22))
    mail = next(one for one in mails(session) if one.refs["on"] == after.isoformat())
    assert isinstance(clockwork.renew(session, mail, after), Letter)


def test_what_was_decided_is_read_once_for_a_mail_that_leaves(
    eve: int, session: Session, clockwork: Clockwork, queries: QueryCount
) -> None:
    of_the_eve = _of_the_eve(session)
    queries.reset()
    assert isinstance(clockwork.renew(session, of_the_eve, DAY_BEFORE), Letter)
    assert sum("relance.basis = step.due_on" in one for one in queries.statements) == 1
