"""Writing mails, claiming them, and the verbs on one mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import services
from app.outbox.kinds import MailState, Outcome
from app.outbox.models import Mail
from app.outbox.schedule import LEASE, MAX_ATTEMPTS, wait_after
from app.outbox.services import Claim
from tests.outbox.posting import mails, write

NOW = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
Sessions = sessionmaker[Session]


def claim(make_session: Sessions, holder: str, now: datetime = NOW, limit: int = 10) -> list[Claim]:
    with make_session.begin() as session:
        return services.claim(session, holder=holder, due_by=now, now=now, limit=limit)


def at_the_relay(make_session: Sessions, claimed: Claim, now: datetime) -> Claim:
    """Hand the claimed mail over to the relay, as a worker does before it speaks to it."""
    with make_session.begin() as session:
        mail = services.held(session, claimed)
        assert mail is not None
        services.hand_over(mail, b"bytes", "Sujet")
        return services.prolong(mail, claimed, now)


def keys(make_session: Sessions, claims: list[Claim]) -> list[str]:
    by_id = {mail.id: key for key, mail in mails(make_session).items()}
    return [by_id[claimed.mail_id] for claimed in claims]


def sending(attempts: int) -> Mail:
    return Mail(
        id=7,
        state=MailState.SENDING,
        attempts=attempts,
        lease_holder="A",
        leased_until=NOW + LEASE,
        content=b"bytes",
    )


def test_a_key_is_written_once(make_session: Sessions) -> None:
    assert [write(make_session, "relance:7", NOW), write(make_session, "relance:7", NOW)] == [
        True,
        False,
    ]
    (mail,) = mails(make_session).values()
    assert (mail.state, mail.attempts, mail.created_at) == (MailState.WAITING, 0, NOW)
    assert len(mail.public_id) == 10


def test_a_long_subject_with_a_break_is_kept_on_one_line_and_cut(make_session: Sessions) -> None:
    with make_session.begin() as session:
        services.enqueue(
            session,
            key="k",
            kind="note",
            recipient_id=1,
            territory_id=2,
            to="lucie@fournil.example",
            refs={"steps": [1, 2]},
            subject="Étape\r\n" + "x" * 400,
            not_before=NOW,
            now=NOW,
        )
    mail = mails(make_session)["k"]
    assert mail.subject == "Étape " + "x" * 294
    assert (mail.recipient_id, mail.territory_id, mail.refs) == (1, 2, {"steps": [1, 2]})


def test_the_longest_due_are_claimed_first_and_no_more_than_asked(make_session: Sessions) -> None:
    for key, minutes in (("b", -1), ("c", 0), ("a", -2), ("later", 1)):
        write(make_session, key, NOW, wait=timedelta(minutes=minutes))
    assert keys(make_session, claim(make_session, "A", limit=2)) == ["a", "b"]
    assert keys(make_session, claim(make_session, "B")) == ["c"]
    assert claim(make_session, "C") == []


def test_two_claims_at_once_share_without_waiting(make_session: Sessions) -> None:
    if make_session().get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: the second claim waits its turn")
    for number in range(4):
        write(make_session, str(number), NOW)
    with make_session.begin() as first, make_session.begin() as second:
        ones = services.claim(first, holder="A", due_by=NOW, now=NOW, limit=2)
        others = services.claim(second, holder="B", due_by=NOW, now=NOW, limit=4)
    assert keys(make_session, ones) == ["0", "1"]
    assert keys(make_session, others) == ["2", "3"]


def test_a_lease_is_kept_to_its_end_and_then_taken_over(make_session: Sessions) -> None:
    write(make_session, "k", NOW)
    (first,) = claim(make_session, "A")
    assert claim(make_session, "B", NOW + LEASE - timedelta(seconds=1)) == []
    (second,) = claim(make_session, "B", NOW + LEASE)
    with make_session.begin() as session:
        assert services.held(session, first) is None
        assert services.held(session, second) is not None


def test_a_worker_that_died_before_handing_over_has_spent_an_attempt(
    make_session: Sessions,
) -> None:
    write(make_session, "k", NOW)
    claim(make_session, "A")
    claim(make_session, "B", NOW + LEASE)
    assert mails(make_session)["k"].attempts == 1


def test_of_a_dead_worker_s_batch_only_the_mail_in_hand_has_spent_an_attempt(
    make_session: Sessions,
) -> None:
    for key in ("handed over", "in hand", "innocent"):
        write(make_session, key, NOW)
    first, *_rest = claim(make_session, "A")
    with make_session.begin() as session:
        mail = services.held(session, first)
        assert mail is not None
        services.hand_over(mail, b"bytes", "Sujet")
        session.flush()
        assert services.mark_sent(session, first, NOW) is Outcome.SENT
    claim(make_session, "B", NOW + LEASE)
    spent = {key: mail.attempts for key, mail in mails(make_session).items()}
    assert spent == {"handed over": 1, "in hand": 1, "innocent": 0}


@pytest.mark.parametrize(
    ("written", "spent"),
    [(1, [1, 1, 0]), (2, [1, 1, 0])],
    ids=["writing the second", "waiting for the relay"],
)
def test_a_worker_that_died_at_the_relay_has_spent_an_attempt_of_that_mail_and_of_the_next(
    make_session: Sessions, written: int, spent: list[int]
) -> None:
    for key in "abc":
        write(make_session, key, NOW)
    claims = claim(make_session, "A")
    for number, one in enumerate(claims[:written], start=1):
        at_the_relay(make_session, one, NOW + timedelta(seconds=number))
    claim(make_session, "B", NOW + 2 * LEASE)
    assert [mail.attempts for _key, mail in sorted(mails(make_session).items())] == spent


def test_a_mail_at_the_relay_stays_with_its_slow_worker_when_the_rest_is_taken_over(
    make_session: Sessions,
) -> None:
    for key in ("at the relay", "left"):
        write(make_session, key, NOW)
    first, _second = claim(make_session, "A")
    prolonged = at_the_relay(make_session, first, NOW + LEASE - timedelta(seconds=1))
    assert len(claim(make_session, "B", NOW + LEASE)) == 1
    with make_session.begin() as session:
        assert services.held(session, prolonged) is not None


def test_a_dead_worker_s_batch_is_judged_once_in_however_many_pieces_it_is_taken_over(
    make_session: Sessions,
) -> None:
    for key in "abcd":
        write(make_session, key, NOW)
    claim(make_session, "A")
    for holder in ("B", "C"):
        with make_session.begin() as session:
            services.claim(session, holder=holder, due_by=NOW, now=NOW + LEASE, limit=2)
    assert [mail.attempts for _, mail in sorted(mails(make_session).items())] == [1, 0, 0, 0]


def test_a_lease_begun_anew_makes_the_old_claim_worthless(make_session: Sessions) -> None:
    write(make_session, "k", NOW)
    (old,) = claim(make_session, "A")
    with make_session.begin() as session:
        mail = services.held(session, old)
        assert mail is not None
        new = services.prolong(mail, old, NOW + timedelta(minutes=1))
    with make_session.begin() as session:
        assert services.held(session, old) is None
        assert services.held(session, new) is not None


def test_a_mail_that_left_keeps_no_bytes_and_no_lease(make_session: Sessions) -> None:
    write(make_session, "k", NOW)
    (claimed,) = claim(make_session, "A")
    with make_session.begin() as session:
        mail = services.held(session, claimed)
        assert mail is not None
        services.hand_over(mail, b"bytes", "Sujet")
        mail.last_error = "451 Later"
    with make_session.begin() as session:
        assert services.mark_sent(session, claimed, NOW + LEASE) is Outcome.SENT
    mail = mails(make_session)["k"]
    assert (mail.state, mail.content, mail.lease_holder, mail.leased_until) == (
        MailState.SENT,
        None,
        None,
        None,
    )
    assert mail.ended_at == NOW + LEASE
    assert mail.last_error is None


def test_a_mail_that_is_somebody_else_s_by_now_is_not_marked(make_session: Sessions) -> None:
    write(make_session, "k", NOW)
    (claimed,) = claim(make_session, "A")
    claim(make_session, "B", NOW + LEASE)
    with make_session.begin() as session:
        assert services.mark_sent(session, claimed, NOW + LEASE) is Outcome.LOST
    mail = mails(make_session)["k"]
    assert (mail.state, mail.lease_holder) == (MailState.SENDING, "B")


def test_a_mail_put_back_waits_longer_each_time_and_is_written_anew() -> None:
    mail = sending(attempts=3)
    assert services.put_back(mail, "451 Later", NOW) is Outcome.RETRY
    assert (mail.state, mail.not_before) == (MailState.WAITING, NOW + wait_after(3, 7))
    assert (mail.content, mail.last_error, mail.ended_at) == (None, "451 Later", None)


def test_a_mail_in_doubt_keeps_its_bytes() -> None:
    mail = sending(attempts=3)
    services.put_back(mail, "cut", NOW, keep_content=True)
    assert mail.content == b"bytes"


def test_a_mail_whose_attempts_are_spent_has_failed() -> None:
    mail = sending(attempts=MAX_ATTEMPTS)
    assert services.put_back(mail, "451 Later", NOW) is Outcome.FAILED
    assert mail.state is MailState.FAILED
    assert mail.last_error == "given up after 10 attempts: 451 Later"
    assert mail.ended_at == NOW


def test_a_hand_over_undone_spends_no_attempt() -> None:
    mail = sending(attempts=0)
    services.hand_over(mail, b"new", "Sujet")
    assert (mail.attempts, mail.content, mail.subject) == (1, b"new", "Sujet")
    assert services.take_back(mail, "unreachable", keep_content=False) is Outcome.RETRY
    assert (mail.attempts, mail.content, mail.state) == (0, None, MailState.WAITING)


def test_an_error_is_kept_on_one_line_and_cut(make_session: Sessions) -> None:
    write(make_session, "k", NOW)
    (claimed,) = claim(make_session, "A")
    with make_session.begin() as session:
        mail = services.held(session, claimed)
        assert mail is not None
        services.mark_failed(mail, "550 no\x00\r\n" + "x" * 900, NOW)
    kept = mails(make_session)["k"].last_error
    assert kept is not None
    assert kept == "550 no " + "x" * 493
