"""A mail that comes back: its address is flagged, its firm is to be called, and it mends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.inbox.kinds import Fate, Trouble
from app.outbox.bounces import is_refused
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.models import Bounce, Mail
from app.outbox.smtp import SmtpTransport
from app.reminders.kinds import Answer, NotReached, Reason, RelanceState
from app.reminders.queries.calls import ToCall, to_call
from config import Smtp
from tests.cast import Cast
from tests.inbox.conftest import CAME_AT, SENT_AT, Take, messages, reply, sample
from tests.parts.relay import Relay, running_relay
from tests.reminders.conftest import DAY_BEFORE, WEEK_BEFORE, Clockwork, mails, relances

Sent = Callable[..., Mail]
TODAY = date(2026, 4, 14)
HARD = ("postfix_hard", "exchange_hard", "qmail_hard", "exim_hard")


def to_be_called(session: Session, cast: Cast) -> dict[str, ToCall]:
    session.rollback()
    return {line.organisation: line for line in to_call(session, cast.territory().id, TODAY)}


def written_to(session: Session, cast: Cast) -> list[str]:
    """Where each mail to Lucie was addressed, in the order of their days."""
    lucie = cast.person("Lucie").id
    return [mail.to for mail in mails(session) if mail.recipient_id == lucie]


def the_mail(session: Session, mail: Mail) -> Mail:
    session.rollback()
    return session.get_one(Mail, mail.id)


@pytest.mark.parametrize("name", HARD)
def test_a_hard_one_flags_the_address_and_puts_the_firm_under_a_appeler(
    session: Session, cast: Cast, sent: Sent, take: Take, name: str
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert "Le Fournil" not in to_be_called(session, cast)
    assert take(sample(name, mail.public_id)) is Fate.BOUNCED
    assert the_mail(session, mail).state is MailState.BOUNCED
    assert is_refused(session, "lucie@example.org")
    line = to_be_called(session, cast)["Le Fournil"]
    assert (line.why, line.phone) == (NotReached.ADDRESS, "03 53 01 00 10")


def test_one_that_the_relay_refuses_at_once_is_flagged_as_if_it_had_come_back(
    session: Session, cast: Cast, started: Cast, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    with running_relay(Relay(refused=["lucie@example.org"])) as relay:
        deliver_due(
            sessionmaker(clockwork.engine),
            SmtpTransport(Smtp(relay.host, relay.port), "maillage@example.org"),
            sender="maillage@example.org",
            holder=new_holder(),
            now=lambda: SENT_AT,
        )
    lucie = cast.person("Lucie").id
    (mail,) = (one for one in mails(session) if one.recipient_id == lucie)
    assert mail.state is MailState.FAILED
    assert is_refused(session, "lucie@example.org")
    assert to_be_called(session, cast)["Le Fournil"].why is NotReached.ADDRESS
    theirs = [one for one in relances(session) if one.mail_id == mail.id]
    assert {(one.state, one.reason) for one in theirs} == {
        (RelanceState.RELEASED, Reason.NO_ADDRESS)
    }


def test_nothing_more_is_written_to_it_and_another_address_mends_that(
    session: Session,
    cast: Cast,
    sent: Sent,
    take: Take,
    clockwork: Clockwork,
    change: Callable[[], None],
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    take(sample("postfix_hard", mail.public_id))
    clockwork.run(DAY_BEFORE)
    assert written_to(session, cast) == ["lucie@example.org"]
    change()
    session.rollback()
    cast.person("Lucie").email = "lucie.perrin@example.org"
    session.commit()
    clockwork.run(DAY_BEFORE)
    assert written_to(session, cast) == ["lucie@example.org", "lucie.perrin@example.org"]


def test_what_was_answered_all_the_same_stays_answered(
    session: Session, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    session.rollback()
    for one in relances(session):
        one.answer, one.answered_at = Answer.AGREED, CAME_AT
    session.commit()
    take(sample("postfix_hard", mail.public_id))
    theirs = [one for one in relances(session) if one.mail_id == mail.id]
    assert {one.state for one in theirs} == {RelanceState.TOLD}


def test_what_was_told_by_it_is_to_be_told_again(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    take(sample("postfix_hard", mail.public_id))
    theirs = [one for one in relances(session) if one.mail_id == mail.id]
    assert {(one.state, one.reason) for one in theirs} == {
        (RelanceState.RELEASED, Reason.NO_ADDRESS)
    }


def test_a_soft_one_leaves_again_a_few_times(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    raw = sample("postfix_soft", mail.public_id)
    fates = []
    for number in range(4):
        fates.append(take(raw.replace(b"postfix_soft@", b"soft%d@" % number)))
        retried = the_mail(session, mail)
        if retried.state is MailState.WAITING:
            assert retried.not_before > CAME_AT
            retried.state, retried.ended_at = MailState.SENT, CAME_AT
            session.commit()
    assert fates == [Fate.RETRIED, Fate.RETRIED, Fate.RETRIED, Fate.BOUNCED]
    assert the_mail(session, mail).state is MailState.BOUNCED
    assert not is_refused(session, "lucie@example.org")


def test_a_full_mailbox_is_empty_again_one_day(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(sample("postfix_full", mail.public_id)) is Fate.RETRIED
    assert not is_refused(session, "lucie@example.org")


def test_a_mail_that_takes_its_time_is_only_noted(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(sample("postfix_delayed", mail.public_id)) is Fate.AUTOMATIC
    assert the_mail(session, mail).state is MailState.SENT


def test_told_twice_it_counts_once(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    fates = [take(sample(name, mail.public_id)) for name in HARD]
    assert fates == [Fate.BOUNCED, Fate.AUTOMATIC, Fate.AUTOMATIC, Fate.AUTOMATIC]
    session.rollback()
    assert len(session.scalars(select(Bounce)).all()) == 1


@pytest.mark.parametrize("forgery", ["another recipient", "another mail", "too late", "not sent"])
def test_a_forged_notice_silences_nobody(
    session: Session, sent: Sent, take: Take, forgery: str
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    raw = sample("postfix_hard", mail.public_id)
    now = CAME_AT
    if forgery == "another recipient":
        raw = sample("forged", mail.public_id)
    elif forgery == "another mail":
        raw = sample("postfix_hard", "zzzzzzzzzz")
    elif forgery == "too late":
        now = SENT_AT + timedelta(days=31)
    else:
        session.rollback()
        kept = session.get_one(Mail, mail.id)
        kept.state, kept.ended_at, kept.attempts = MailState.WAITING, None, 0
        session.commit()
    before = the_mail(session, mail).state
    assert take(raw, now) in (Fate.WAITING, Fate.AUTOMATIC)
    assert the_mail(session, mail).state is before
    assert not is_refused(session, "lucie@example.org")
    assert not is_refused(session, "marc@example.org")
    if forgery in ("another recipient", "another mail", "not sent"):
        assert messages(session)[0].trouble is Trouble.STRANGE_NOTICE


def test_whoever_answers_from_an_address_shows_that_mail_arrives_there(
    session: Session, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    take(sample("postfix_hard", mail.public_id))
    take(reply(mail.public_id, "Je suis bien là."))
    session.rollback()
    assert not is_refused(session, "lucie@example.org")
