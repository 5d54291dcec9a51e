"""Nothing is kept longer than it serves: idle accounts, logs, links; any number of runs at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Ask, Grant, MailPreference, Person, SignIn
from app.core.redaction import ERASED_NAME
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.privacy.jobs import Work
from app.privacy.kinds import Cause
from app.privacy.models import Erasure, PrivacyText
from app.privacy.queries.silent import silent_contacts
from app.privacy.services import retention
from app.privacy.services.requests import ask_for
from app.reminders.kinds import Answer, Reason, RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP
from tests.cast import NOW, Cast
from tests.conftest import SECRET
from tests.privacy.conftest import Letters

YEARS = retention.YEAR
DAYS = timedelta(days=1)


@pytest.fixture
def idle(session: Session, cast: Cast) -> Person:
    """Lucie signed in once, and then nothing for two years and a bit."""
    lucie = cast.person("Lucie")
    session.execute(update(Change).values(at=NOW - 3 * YEARS))
    session.execute(
        update(Person.__table__).values(created_at=NOW - 3 * YEARS)  # type: ignore[arg-type]
    )
    opened = NOW - 2 * YEARS - DAYS
    session.add(
        SignIn(
            key_hash="k" * 64, person_id=lucie.id, opened_at=opened, expires_at=opened + 30 * DAYS
        )
    )
    session.commit()
    return lucie


def reread(session: Session, person: Person) -> Person:
    session.rollback()
    return session.get_one(Person, person.id, populate_existing=True)


def erasure(session: Session) -> Erasure:
    session.rollback()
    return session.scalars(select(Erasure).execution_options(populate_existing=True)).one()


Jobs = Callable[[datetime], Work]


def test_an_idle_account_is_warned_and_a_month_later_erased(
    session: Session, idle: Person, work: Jobs, letters: Letters
) -> None:
    session.rollback()
    assert work(NOW).everything().warned == 1
    assert work(NOW).everything().warned == 0
    letters.deliver(NOW)
    (text,) = [one for one in letters.texts_to("lucie@example.org") if "Gardons-nous" in one]
    assert "7 mai 2026" in text.replace("\u00a0", " ")
    assert work(NOW + 29 * DAYS).hourly() == 0
    assert reread(session, idle).name == "Lucie Perrin"
    session.rollback()
    assert work(NOW + 31 * DAYS).hourly() == 1
    assert reread(session, idle).name == ERASED_NAME
    assert erasure(session).cause is Cause.IDLE


def test_who_signs_in_meanwhile_stays(session: Session, idle: Person, work: Jobs) -> None:
    session.rollback()
    work(NOW).everything()
    session.execute(update(Mail).values(state=MailState.SENT, ended_at=NOW))
    session.add(
        SignIn(
            key_hash="n" * 64,
            person_id=idle.id,
            opened_at=NOW + 3 * DAYS,
            expires_at=NOW + 33 * DAYS,
        )
    )
    session.commit()
    assert work(NOW + 31 * DAYS).hourly() == 0
    assert erasure(session).cancelled_at is not None
    assert reread(session, idle).name == "Lucie Perrin"
    session.rollback()
    assert work(NOW + 32 * DAYS).everything().warned == 0


def test_what_an_operator_asks_takes_the_place_of_a_warning(
    session: Session, cast: Cast, idle: Person, work: Jobs
) -> None:
    session.rollback()
    work(NOW).everything()
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    odile, later = cast.person("Odile").id, NOW + 3 * DAYS
    ask_for(session, idle, cause=Cause.OPERATOR, asked_by_id=odile, now=later)
    session.commit()
    asked = erasure(session)
    assert (asked.cause, asked.asked_by_id) == (Cause.OPERATOR, odile)
    assert (asked.asked_at, asked.due_at) == (later, later + DAYS)
    assert session.get_one(MailPreference, idle.id).paused_until is not None
    # a visit after the warning would have taken the warning back
    session.add(
        SignIn(key_hash="n" * 64, person_id=idle.id, opened_at=later, expires_at=later + 30 * DAYS)
    )
    session.commit()
    assert work(later + 2 * DAYS).hourly() == 1
    assert reread(session, idle).name == ERASED_NAME


def test_one_click_of_the_warning_is_enough_to_stay(
    app: Flask, session: Session, idle: Person, work: Jobs
) -> None:
    session.rollback()
    work(NOW).everything()
    grant = session.scalars(select(Grant).where(Grant.purpose == GrantPurpose.PERSONAL_DATA)).one()
    # the links of the cast's day have run out by the clock of the machine
    session.execute(update(Grant).values(expires_at=None))
    session.commit()
    path = f"/mes-donnees/{Links(SECRET, '').token(grant.public_id)}"
    client: FlaskClient = app.test_client()
    assert "Je reste" in client.get(path).text
    assert "rien ne sera effacé" in client.post(path, data={"answer": "keep"}).text
    assert erasure(session).cancelled_at is not None
    session.rollback()
    assert work(NOW + 31 * DAYS).everything().erased == 0
    assert "Je reste" not in client.get(path).text


def test_a_warning_that_waits_for_a_relay_gives_a_whole_month_all_the_same(
    session: Session, idle: Person, work: Jobs
) -> None:
    session.rollback()
    work(NOW).everything()
    assert work(NOW + 40 * DAYS).hourly() == 0
    session.execute(
        update(Mail).values(state=MailState.SENT, ended_at=NOW + 45 * DAYS, last_error=None)
    )
    session.commit()
    assert work(NOW + 71 * DAYS).hourly() == 0
    assert work(NOW + 76 * DAYS).hourly() == 1


@pytest.mark.parametrize(
    ("table", "column", "moment"),
    [("change", "actor_id", "at"), ("ask", "answered_by_id", "answered_at")],
)
def test_an_answer_by_link_is_a_sign_of_life(
    app: Flask,
    session: Session,
    cast: Cast,
    idle: Person,
    work: Jobs,
    table: str,
    column: str,
    moment: str,
) -> None:
    recent = NOW - DAYS
    if table == "change":
        session.execute(update(Change).values(actor_id=idle.id, at=recent))
    else:
        acting(session, None, Via.COMMAND, recent)
        session.add(
            Ask(
                kind="commitment",
                subject_kind="x",
                subject_id=1,
                asker_id=cast.person("Anne").id,
                asked_person_id=idle.id,
                text_version="1",
                asked_at=recent,
                expires_at=recent,
                state=AskState.ACCEPTED,
                answered_by_id=idle.id,
                answered_at=recent,
            )
        )
    session.commit()
    assert work(NOW).everything().warned == 0


@pytest.mark.parametrize("passed_on_to", [None, "Lucie P. au téléphone"])
def test_who_answers_in_a_colleague_s_place_gives_a_sign_of_life(
    session: Session, cast: Cast, idle: Person, work: Jobs, passed_on_to: str | None
) -> None:
    """Lucie answers Marc's; or somebody else answers hers, which says nothing of her."""
    step = cast.step()
    session.add(
        Relance(
            territory_id=step.territory_id,
            subject_kind=STEP,
            subject_id=step.id,
            basis=NOW.date(),
            code="J-7",
            nominal_on=NOW.date(),
            recipient_id=idle.id if passed_on_to else cast.person("Marc").id,
            state=RelanceState.DROPPED,
            reason=Reason.SUPERSEDED,
            decided_at=NOW,
            answer=Answer.AGREED,
            answered_at=NOW - DAYS,
            answered_by_id=None if passed_on_to else idle.id,
            answered_as=passed_on_to,
        )
    )
    session.commit()
    assert work(NOW).everything().warned == bool(passed_on_to)


def test_a_territory_chooses_its_term_and_the_longest_counts(
    session: Session, cast: Cast, idle: Person, work: Jobs, begin: Callable[[], None]
) -> None:
    session.add(
        PrivacyText(
            territory_id=cast.territory().id,
            number=1,
            controller="CC",
            address="",
            contact="",
            dpo="",
            purposes="x",
            legal_basis="y",
            idle_years=3,
            contact_years=3,
            written_at=NOW,
        )
    )
    session.commit()
    assert work(NOW).everything().warned == 0
    assert work(NOW + YEARS).everything().warned == 1


def test_operators_hold_the_keys_and_stay(
    session: Session, cast: Cast, idle: Person, work: Jobs
) -> None:
    session.execute(update(Person.__table__).values(is_operator=True))  # type: ignore[arg-type]
    session.commit()
    assert work(NOW).everything().warned == 0


def test_two_processes_at_once_do_each_thing_once(
    session: Session, idle: Person, work: Jobs
) -> None:
    session.rollback()
    both, reports = threading.Barrier(2), []

    def run() -> None:
        both.wait()
        reports.append(work(NOW).everything())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.warned for report in reports) == 1
    session.rollback()
    keys = session.scalars(select(Mail.key)).all()
    assert len(keys) == len(set(keys))
    assert sum(report.informed for report in reports) == len(keys) - 1


def test_the_day_s_work_is_done_once_a_day(session: Session, idle: Person, work: Jobs) -> None:
    session.rollback()
    first = work(NOW).daily("one")
    assert first is not None
    assert first.warned == 1
    assert work(NOW).daily("two") is None


def test_what_slipped_in_during_an_erasure_is_swept(
    session: Session, cast: Cast, idle: Person, work: Jobs
) -> None:
    session.execute(update(Person.__table__).values(anonymised_at=NOW))  # type: ignore[arg-type]
    session.commit()
    work(NOW).everything()
    session.rollback()
    assert set(session.scalars(select(Person.email))) == {None}


def test_one_erasure_that_fails_stops_no_other(
    session: Session, cast: Cast, work: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Marc", "Lucie"):
        person = cast.person(name)
        session.add(
            Erasure(
                person_id=person.id,
                person_public_id=person.public_id,
                cause=Cause.PILOT,
                asked_at=NOW,
                due_at=NOW,
            )
        )
    session.flush()
    marc, lucie = cast.person("Marc"), cast.person("Lucie")
    session.commit()
    finish = retention.finish

    def fail_for_one(open_: Session, erasure_id: int, **given: object) -> object:
        if open_.get_one(Erasure, erasure_id).person_id == marc.id:
            raise ValueError("a row that nobody foresaw")
        return finish(open_, erasure_id, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "finish", fail_for_one)
    assert work(NOW).hourly() == 1
    assert reread(session, lucie).anonymised_at == NOW
    waiting = session.scalars(select(Erasure).where(Erasure.done_at.is_(None))).one()
    session.refresh(waiting)
    assert waiting.due_at == NOW + DAYS


def test_silent_contacts_are_the_pilots_to_decide(
    session: Session, cast: Cast, idle: Person
) -> None:
    val, since = cast.territory().id, NOW - 3 * YEARS + DAYS
    session.execute(update(Person.__table__).values(created_at=NOW - 4 * YEARS))  # type: ignore[arg-type]
    session.execute(update(Change).values(at=NOW - 4 * YEARS))
    session.flush()
    found = {one.name for one in silent_contacts(session, val, since, NOW.date())}
    # Lucie has an account, Anne leads an open step
    assert "Marc Oudot" in found
    assert found.isdisjoint({"Lucie Perrin", "Anne Vasseur"})


def test_the_command_tells_what_it_did(app: Flask, session: Session, idle: Person) -> None:
    session.close()
    result = app.test_cli_runner().invoke(
        args=["privacy", "run", "--on", NOW.date().isoformat(), "--json"]
    )
    told = json.loads(result.stdout)
    assert sorted(told) == ["erased", "informed", "trimmed", "warned"]
    assert told["warned"] == 1
