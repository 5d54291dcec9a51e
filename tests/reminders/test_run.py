"""What a run writes, on both databases: each thing once, whoever runs and however often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.models import Grant, MailPreference, Membership
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.reminders import jobs
from app.reminders.kinds import Reason, RelanceState
from app.reminders.models import RelanceSetting
from app.reminders.queries.facts import territories, world
from app.reminders.schedule.fold import outlook
from app.reminders.services.running import Written, run
from app.reminders.services.starting import FOREVER, pause, resume
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.conftest import (
    DAY_BEFORE,
    STARTED,
    WEEK_BEFORE,
    Clockwork,
    at,
    mails,
    relances,
)

Change = Callable[[], None]


def told(session: Session) -> list[tuple[int, str]]:
    return [
        (one.subject_id, one.code) for one in relances(session) if one.state is RelanceState.TOLD
    ]


class TestWriting:
    def test_a_mail_its_occasion_and_its_two_links_are_written_together(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        lucie, step = started.person("Lucie"), started.step()
        clockwork.run(WEEK_BEFORE)
        (mail,) = (one for one in mails(session) if one.recipient_id == lucie.id)
        assert mail.key == f"relance:{lucie.public_id}:2026-04-10"
        assert (mail.to, mail.recipient_id, mail.state) == (
            "lucie@example.org",
            lucie.id,
            MailState.WAITING,
        )
        assert mail.subject == "Peser les invendus\u00a0: d’accord pour le 17\u00a0avril\u00a0?"
        entry = next(one for one in relances(session) if one.subject_id == step.id)
        assert (entry.state, entry.code, entry.basis, entry.nominal_on, entry.mail_id) == (
            RelanceState.TOLD,
            "J-7",
            date(2026, 4, 17),
            WEEK_BEFORE,
            mail.id,
        )
        grants = session.scalars(select(Grant).where(Grant.subject_id == mail.id))
        assert {(grant.purpose, grant.person_id) for grant in grants} == {
            (GrantPurpose.RELANCE, lucie.id),
            (GrantPurpose.UNSUBSCRIBE, lucie.id),
        }

    def test_the_same_day_again_writes_nothing(self, started: Cast, clockwork: Clockwork) -> None:
        # Lucie is told; so is Marc, whose date passed: its two announcements are superseded
        assert clockwork.run(WEEK_BEFORE) == Written(mails=2, drops=2)
        assert clockwork.run(WEEK_BEFORE) == Written(mails=0, drops=0)

    def test_nothing_is_written_for_a_territory_that_has_not_started(
        self, cast: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        assert clockwork.run(WEEK_BEFORE) == Written(0, 0)
        assert mails(session) == [] and relances(session) == []

    def test_a_person_of_two_territories_gets_one_mail(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        karim = started.person("Karim")
        cci = started.organisation("CCI des Deux Rives")
        sorne = started.territory("Plaine de Sorne")
        session.add(RelanceSetting(territory_id=sorne.id, started_at=STARTED))
        for title in ("Peser les invendus", "Chiffrer le transport"):
            started.step(title).lead_organisation_id = cci.id
            started.step(title).lead_person_id = None
            started.step(title).due_on = date(2026, 4, 17)
        session.commit()
        clockwork.run(WEEK_BEFORE)
        own = [mail for mail in mails(session) if mail.recipient_id == karim.id]
        assert len(own) == 1
        assert own[0].subject.endswith("(et 1\u00a0autre étape)")
        assert len([one for one in relances(session) if one.mail_id == own[0].id]) == 2

    def test_four_runs_at_once_write_each_mail_once(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        written: list[Written] = []
        runners = [
            threading.Thread(target=lambda: written.append(clockwork.run(WEEK_BEFORE)))
            for _ in range(4)
        ]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()
        assert len(written) == 4
        assert sum(one.mails for one in written) == len(mails(session)) > 0
        assert sum(one.mails + one.drops for one in written) >= len(relances(session))
        assert all(one.mail_id for one in relances(session) if one.state is RelanceState.TOLD)

    def test_a_day_run_in_the_morning_waits_for_the_send_hour_of_the_reader(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        started.person("Lucie").time_zone = "Indian/Reunion"
        session.commit()
        dawn = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
        run(lambda: Session(clockwork.engine), now=dawn)
        (mail,) = (one for one in mails(session) if one.to == "lucie@example.org")
        assert mail.not_before == datetime(2026, 4, 10, 4, 0, tzinfo=UTC)

    def test_a_run_asked_for_by_hand_leaves_at_once(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        now = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
        run(lambda: Session(clockwork.engine), now=now, on=WEEK_BEFORE, at_once=True)
        assert {mail.not_before for mail in mails(session)} == {now}

    @pytest.mark.parametrize(
        ("kind", "state", "waits"),
        [
            ("for_you", MailState.SENT, True),
            ("question", MailState.SENT, True),
            ("results", MailState.SENT, True),
            ("for_you", MailState.SKIPPED, False),
            ("convocation", MailState.SENT, False),
            ("security", MailState.SENT, False),
        ],
    )
    def test_after_a_mail_by_somebodys_act_a_firm_hears_of_no_date_for_a_week(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        kind: str,
        state: MailState,
        waits: bool,
    ) -> None:
        mail = Mail(
            key=kind,
            kind=kind,
            to="lucie@example.org",
            recipient_id=started.person("Lucie").id,
            subject="",
            not_before=at(date(2026, 4, 4)),
            created_at=at(date(2026, 4, 4)),
            state=state,
            ended_at=at(date(2026, 4, 4)),
        )
        session.add(mail)
        session.commit()
        step = started.step().id
        clockwork.run(WEEK_BEFORE)
        assert ((step, "J-7") in told(session)) != waits
        # a week after the fourth is a Saturday
        clockwork.run(date(2026, 4, 13))
        assert (step, "J-7") in told(session)

    def test_what_was_noted_as_unreachable_is_told_once_an_address_is_known(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        started.person("Lucie").email = None
        session.commit()
        clockwork.run(WEEK_BEFORE)
        step = started.step()
        (noted,) = (one for one in relances(session) if one.subject_id == step.id)
        assert (noted.state, noted.reason) == (RelanceState.DROPPED, Reason.NO_ADDRESS)
        started.person("Lucie").email = "lucie@fournil.example"
        session.commit()
        clockwork.run(date(2026, 4, 13))
        session.refresh(noted)
        assert (noted.state, noted.reason) == (RelanceState.TOLD, None)

    def test_preview_is_what_a_run_then_writes_day_after_day(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        for offset in range(60):
            day = date(2026, 4, 1) + timedelta(days=offset)
            seen = world(session, territories(session), first=day, last=day)
            session.rollback()
            coming = outlook(seen.facts, seen.ledger, day, 1)
            before = len(mails(session))
            session.rollback()
            written = clockwork.run(day)
            assert written.mails == len(coming.mails)
            keys = {mail.key for mail in mails(session)}
            session.rollback()
            assert {mail.key for mail in coming.mails} <= keys
            assert len(keys) == before + len(coming.mails)


class TestToWhom:
    def recipient(self, clockwork: Clockwork, session: Session, cast: Cast) -> str | None:
        clockwork.run(WEEK_BEFORE)
        step = cast.step()
        entry = next(one for one in relances(session) if one.subject_id == step.id)
        return next((mail.to for mail in mails(session) if mail.id == entry.mail_id), None)

    def test_the_persons_step_is_told_to_that_person(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        assert self.recipient(clockwork, session, started) == "lucie@example.org"

    def test_a_person_who_left_the_firm_is_replaced_by_its_contact(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        fournil, marc = started.organisation("Le Fournil"), started.person("Marc")
        place = started.membership("Lucie")
        place.ended_on, place.is_default = date(2026, 4, 1), False
        session.flush()
        session.add(
            Membership(
                person_id=marc.id,
                organisation_id=fournil.id,
                is_default=True,
                started_on=date(2026, 4, 1),
            )
        )
        session.commit()
        assert self.recipient(clockwork, session, started) == "marc@example.org"

    def test_a_firm_without_a_contact_is_told_through_the_leader_of_the_project(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        place = started.membership("Lucie")
        place.ended_on = date(2026, 4, 1)
        session.commit()
        assert self.recipient(clockwork, session, started) == "anne@example.org"

    def test_who_unsubscribed_is_not_mailed_and_it_is_noted_once(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        session.add(
            MailPreference(
                person_id=started.person("Lucie").id, rhythm=MailRhythm.OFF, updated_at=STARTED
            )
        )
        session.commit()
        assert self.recipient(clockwork, session, started) is None
        assert clockwork.run(WEEK_BEFORE).drops == 0


class TestPausing:
    def test_while_everything_is_paused_nothing_is_decided(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        pause(session, started.territory().id, until=None)
        session.commit()
        assert clockwork.run(WEEK_BEFORE) == Written(0, 0)
        change()
        resume(session, started.territory().id)
        session.commit()
        assert clockwork.run(date(2026, 4, 13)).mails > 0

    def test_a_pause_without_an_end_lasts_until_it_is_lifted(
        self, started: Cast, session: Session, change: Change
    ) -> None:
        change()
        pause(session, started.territory().id, until=None)
        assert territories(session)[started.territory().id].paused_until == FOREVER


class TestTheClock:
    def at_paris(self, hour: int, day: date = WEEK_BEFORE) -> datetime:
        return at(day, hour - 2)

    def tick(self, clockwork: Clockwork, now: datetime) -> Written:
        return jobs.run_due(lambda: Session(clockwork.engine), now)

    def test_a_day_is_decided_an_hour_ahead_and_once(
        self, started: Cast, clockwork: Clockwork
    ) -> None:
        assert self.tick(clockwork, self.at_paris(6)) == Written(0, 0)
        assert self.tick(clockwork, self.at_paris(7)).mails > 0
        assert self.tick(clockwork, self.at_paris(9)) == Written(0, 0)

    def test_a_clockwork_that_was_off_over_its_minute_catches_up_the_same_day(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        assert self.tick(clockwork, self.at_paris(15)).mails > 0
        assert {mail.not_before for mail in mails(session)} == {self.at_paris(15)}

    def test_nothing_leaves_late_in_the_evening(self, started: Cast, clockwork: Clockwork) -> None:
        assert self.tick(clockwork, self.at_paris(21)) == Written(0, 0)

    def test_after_a_month_off_one_mail_tells_the_present_state(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        self.tick(clockwork, self.at_paris(8, date(2026, 5, 18)))
        lucie = [mail for mail in mails(session) if mail.to == "lucie@example.org"]
        assert len(lucie) == 1
        assert lucie[0].subject.startswith("Peser les invendus (17\u00a0avril)\u00a0: où en")

    @pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 3, 30), date(2026, 10, 26)])
    def test_the_hour_is_the_local_one_on_both_sides_of_the_time_changes(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change, day: date
    ) -> None:
        change()
        started.step().due_on = day + timedelta(days=7)
        session.commit()
        offset = 2 if date(2026, 3, 29) <= day < date(2026, 10, 25) else 1
        self.tick(clockwork, at(day, 7 - offset))
        lucie = [mail for mail in mails(session) if mail.to == "lucie@example.org"]
        assert [mail.not_before for mail in lucie] == [at(day, 8 - offset)]


def test_facts_and_ledger_cost_twelve_statements_whatever_the_number_of_steps(
    started: Cast, session: Session, queries: QueryCount
) -> None:
    queries.reset()
    world(session, territories(session), first=DAY_BEFORE, last=DAY_BEFORE)
    # who leads a project may be away, as who has a step may
    assert len(queries) == 12
