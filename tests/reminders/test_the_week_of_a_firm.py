"""One mail in seven days to a firm, as the ledger remembers it, on both databases."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.reminders.conftest import DAY_BEFORE, WEEK_BEFORE, Clockwork, relances

FIVE_DAYS_AFTER = date(2026, 4, 22)


def said_on(session: Session, step_id: int) -> dict[str, date | None]:
    """By occasion of a step, the day of its mail."""
    return {
        one.code: one.mailed_on
        for one in relances(session)
        if one.subject_id == step_id and one.subject_kind == "step" and one.mail_id
    }


def test_the_eve_does_not_keep_back_what_chases(
    started: Cast, session: Session, clockwork: Clockwork
) -> None:
    for day in (WEEK_BEFORE, DAY_BEFORE, FIVE_DAYS_AFTER):
        clockwork.run(day)
    assert said_on(session, started.step().id) == {
        "J-7": WEEK_BEFORE,
        "J-1": DAY_BEFORE,
        "J+5": FIVE_DAYS_AFTER,
    }
