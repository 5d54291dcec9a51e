"""Logs, links and invitations go after a year; what they prove stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import AskState, GrantPurpose
from app.accounts.models import (
    Absence,
    Ask,
    Grant,
    HalfSignIn,
    ProviderVisit,
    SignIn,
    SignInFailure,
)
from app.accounts.queries.people import has_account
from app.journal.recorder import UNTRACKED
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.privacy.jobs import Report, Work
from app.privacy.services import retention
from tests.cast import NOW, Cast
from tests.privacy.conftest import ZELIE, laden

DAYS = timedelta(days=1)
Jobs = Callable[[datetime], Work]


def test_logs_go_after_a_year_and_what_they_prove_stays(
    app: Flask, session: Session, cast: Cast, work: Jobs
) -> None:
    lucie = laden(app, session, cast, ZELIE)
    old = NOW - timedelta(days=400)
    for number in range(3):
        session.add(
            SignIn(
                key_hash=f"{number}" * 64,
                person_id=lucie.id,
                browser="Old",
                opened_at=old,
                expires_at=old + 30 * DAYS,
            )
        )
    session.execute(update(SignIn).values(opened_at=old, expires_at=old + 30 * DAYS))
    session.execute(update(SignInFailure).values(at=NOW - 2 * DAYS))
    session.execute(
        update(Ask)
        .values(
            state=AskState.WITHDRAWN,
            asked_at=old,
            expires_at=old,
            answered_at=None,
            answered_by_id=None,
        )
        .execution_options(**{UNTRACKED: True})
    )
    # the absence of the cast is over for long
    session.execute(update(Absence.__table__).values(starts_on=old.date(), ends_on=old.date()))  # type: ignore[arg-type]
    for table in (HalfSignIn, ProviderVisit):
        session.execute(update(table).values(expires_at=NOW - timedelta(minutes=1)))
    session.execute(
        update(Mail)
        .where(Mail.key.in_(("laden:a", "laden:b")))
        .values(state=MailState.FAILED, ended_at=old)
    )
    issue_grant(
        session,
        person_id=lucie.id,
        purpose=GrantPurpose.ADDRESS,
        subject_kind="ask",
        subject_id=1,
        now=old,
        expires_at=old,
    )
    grants = session.scalar(select(func.count(Grant.id)))
    session.commit()
    session.execute(update(SignIn).values(sealed_id_token="sealed"))
    session.commit()
    report = work(NOW).everything()
    assert report.trimmed > 0
    assert work(NOW).everything().trimmed == 0
    session.rollback()
    (last,) = session.scalars(select(SignIn).where(SignIn.person_id == lucie.id))
    assert (last.browser, last.sealed_id_token) == (None, None)
    assert has_account(session, lucie)
    assert session.scalars(select(SignInFailure)).all() == []
    assert session.scalar(select(func.count(Grant.id))) == (grants or 0) - 1
    for table in (Absence, HalfSignIn, ProviderVisit):
        assert session.scalars(select(table)).all() == []
    kept = {name for payload in session.scalars(select(Ask.payload)) for name in payload}
    # to what role somebody was invited, and that silence was no yes: not to whom
    assert kept <= {"role", "by_command", "must_agree"}
    trimmed = {mail.key: mail.last_error for mail in session.scalars(select(Mail))}
    assert trimmed["laden:b"] is None
    assert trimmed["laden:c"] is not None  # not over yet


def test_trimming_goes_on_where_it_was_stopped(
    session: Session, work: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    session.add_all(SignInFailure(subject=str(n), at=NOW - 2 * DAYS) for n in range(7))
    session.commit()
    job = work(NOW)
    job.stopping.set()
    assert job.everything() == Report()
    assert work(NOW).everything().trimmed == 7
