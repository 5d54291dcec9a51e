"""The waits between attempts."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.outbox.schedule import DEADLINE, FIRST_WAIT, LEASE, MAX_ATTEMPTS, wait_after

mail_ids = st.integers(min_value=1, max_value=2**40)


@given(mail_ids)
def test_all_attempts_together_take_about_two_days(mail_id: int) -> None:
    waits = [wait_after(attempts, mail_id) for attempts in range(1, MAX_ATTEMPTS)]
    assert timedelta(days=1, hours=16) < sum(waits, timedelta()) < timedelta(days=2, hours=14)


@given(mail_ids)
def test_a_relay_that_greylists_sees_the_mail_again_after_five_minutes(mail_id: int) -> None:
    assert timedelta(minutes=5) <= wait_after(1, mail_id) < timedelta(minutes=6, seconds=16)


@given(mail_ids, st.integers(min_value=1, max_value=MAX_ATTEMPTS))
def test_each_wait_is_longer_than_the_one_before(mail_id: int, attempts: int) -> None:
    assert wait_after(attempts, mail_id) < wait_after(attempts + 1, mail_id)


def test_the_same_mail_always_waits_the_same_time() -> None:
    # a literal, so that no other process and no other version answers otherwise
    assert wait_after(1, 7) == timedelta(seconds=349, microseconds=826379)


def test_mails_put_off_together_do_not_come_back_together() -> None:
    waits = {wait_after(1, mail_id) for mail_id in range(1, 101)}
    assert len(waits) == 100
    assert max(waits) - min(waits) > FIRST_WAIT * 0.2


def test_a_conversation_ends_well_before_its_lease() -> None:
    assert DEADLINE * 2 < LEASE
