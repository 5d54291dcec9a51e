"""What the mail says, and that it is asked again whether it is true when it leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.models import Grant, MailPreference
from app.core.clock import now as _now
from app.outbox.message import Letter, Skip, Wait, build
from app.outbox.models import Mail
from app.plans.kinds import BarrierKind, ProjectState
from app.plans.services.steps import (
    add_step,
    block_step,
    complete_step,
    reopen_step,
    reschedule_step,
)
from app.privacy.services.exporting import held_about
from app.reminders.kinds import Reason, RelanceState
from app.reminders.letters import MOST_NAMED, MOST_WITH_BUTTONS
from app.reminders.mails import mail_kind
from app.reminders.schedule.policy import Patience
from app.reminders.services.choosing import set_patience
from app.reminders.services.pauses import pause_for
from app.reminders.services.starting import pause
from tests.cast import Cast
from tests.reminders.conftest import (
    DAY_BEFORE,
    STARTED,
    WEEK_BEFORE,
    Clockwork,
    Mailed,
    at,
    mails,
    relances,
)

MailTo = Callable[[str, date], Mailed]
Change = Callable[[], None]
NBSP = "\u00a0"


def _is_lucies_of(mail: Mail, day: date) -> bool:
    return mail.to == "lucie@example.org" and mail.refs["on"] == day.isoformat()


class TestTheWords:
    def test_the_first_mail_asks_to_agree_to_the_date(self, mail_to: MailTo) -> None:
        letter = mail_to("Lucie", WEEK_BEFORE).letter
        assert letter.subject == f"Peser les invendus{NBSP}: d’accord pour le 17{NBSP}avril{NBSP}?"
        for body in (letter.text, unescape(letter.html)):
            assert f"«{NBSP}Peser les invendus{NBSP}»" in body
            assert f"vendredi 17{NBSP}avril" in body
            assert "Le Fournil mène l’étape" in body
            assert "CC du Val d’Aubrive, CCI des Deux Rives et Atelier Bois" in body
            assert "C’est d’accord" in body and "Une autre date" in body
            assert "Ce n’est pas moi" in body and "C’est fait" not in body
            assert "Anne Vasseur, " in body and "03 53 01 00 10" in body.replace(NBSP, " ")
            assert "un seul rappel viendra la veille" in body
            assert "Vous recevez ce rappel parce que" in body

    def test_before_the_date_it_is_a_rappel_and_never_a_relance(self, mail_to: MailTo) -> None:
        letter = mail_to("Lucie", WEEK_BEFORE).letter
        assert "relance" not in letter.text.casefold().replace("/r/", "")
        assert "retard" not in letter.text.casefold()

    def test_after_the_date_it_asks_where_things_stand_and_never_says_late(
        self, mail_to: MailTo
    ) -> None:
        letter = mail_to("Lucie", date(2026, 4, 22)).letter
        assert letter.subject == f"Peser les invendus (17{NBSP}avril){NBSP}: où en êtes-vous{NBSP}?"
        for body in (letter.text, unescape(letter.html)):
            assert "C’est fait" in body and "Nouvelle date" in body and "Ça coince" in body
            assert "cette relance" in body and "retard" not in body.casefold()
            assert "dernier message automatique" in body
            assert "Anne Vasseur vous appellera" in body

    def test_an_agent_is_told_of_the_line_of_every_monday(
        self, started: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        step = started.step()
        step.lead_organisation_id = started.organisation("CCI des Deux Rives").id
        step.lead_person_id = None
        session.commit()
        after = date(2026, 4, 22)
        clockwork.run(after)
        [mail] = [m for m in mails(session) if m.recipient_id == started.person("Karim").id]
        letter = clockwork.renew(session, mail, after)
        assert isinstance(letter, Letter)
        assert "elle figure dans votre point du lundi" in letter.text
        assert "dernier message" not in letter.text

    def test_it_is_from_the_pilot_who_can_be_answered(self, mail_to: MailTo) -> None:
        letter = mail_to("Lucie", WEEK_BEFORE).letter
        assert letter.from_name == "Anne Vasseur (CC du Val d’Aubrive)"
        assert letter.reply_to == "anne@example.org"

    def test_all_mails_about_a_step_stand_together(
        self, mail_to: MailTo, clockwork: Clockwork, session: Session, started: Cast
    ) -> None:
        first = mail_to("Lucie", WEEK_BEFORE).letter
        clockwork.run(DAY_BEFORE)
        eve = next(one for one in mails(session) if _is_lucies_of(one, DAY_BEFORE))
        second = clockwork.renew(session, eve, DAY_BEFORE)
        assert isinstance(second, Letter)
        assert first.thread == second.thread == f"etape-{started.step().public_id}"
        assert first.subject != second.subject

    def test_one_click_unsubscribe_is_in_the_headers(self, mail_to: MailTo) -> None:
        mailed = mail_to("Lucie", WEEK_BEFORE)
        assert mailed.letter.headers["List-Unsubscribe"] == f"<http://localhost{mailed.leave_path}>"
        assert mailed.letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_it_can_be_handed_to_a_relay(self, mail_to: MailTo) -> None:
        mailed = mail_to("Lucie", WEEK_BEFORE)
        raw = build(
            mailed.letter,
            sender="maillage@example.org",
            to=mailed.mail.to,
            public_id=mailed.mail.public_id,
            written_at=at(WEEK_BEFORE),
        )
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw

    def test_the_mail_about_one_step_is_about_twelve_lines(self, mail_to: MailTo) -> None:
        body = mail_to("Lucie", WEEK_BEFORE).letter.text.split("-- \n")[0]
        assert len([line for line in body.split("\n") if line.strip()]) <= 12

    def test_several_steps_stand_in_one_mail_each_with_its_own_answers(
        self, mail_to: MailTo, started: Cast, session: Session, change: Change
    ) -> None:
        change()
        other = started.step("Fabriquer les caisses")
        other.lead_organisation_id = started.organisation("Le Fournil").id
        other.due_on = date(2026, 4, 14)
        session.commit()
        letter = mail_to("Lucie", WEEK_BEFORE).letter
        assert letter.subject.endswith(f"(et 1{NBSP}autre étape)")
        for public_id in (started.step().public_id, other.public_id):
            assert f"?etape={public_id}&reponse=" in letter.text
            assert f"?etape={public_id}&amp;reponse=" in letter.html

    def test_the_sixth_step_and_those_behind_it_are_a_line_each_and_no_step_is_lost(
        self, mail_to: MailTo, started: Cast, session: Session, change: Change
    ) -> None:
        change()
        first = started.step()
        for number in range(MOST_WITH_BUTTONS + MOST_NAMED + 1):
            add_step(
                session,
                first.project,
                title=f"Lot {number}",
                lead_organisation_id=first.lead_organisation_id,
                due_on=first.due_on,
                now=STARTED,
            )
        session.commit()
        letter = mail_to("Lucie", WEEK_BEFORE).letter
        for body in (letter.text, unescape(letter.html)):
            assert body.count("reponse=accord") == MOST_WITH_BUTTONS
            assert len(set(re.findall(r"etape=(\w+)", body))) == MOST_WITH_BUTTONS + MOST_NAMED
            assert f"et 2{NBSP}étapes plus loin" in body


class TestRenewing:
    @pytest.fixture
    def written(self, started: Cast, session: Session, clockwork: Clockwork) -> int:
        """A mail to Lucie that waits; its id."""
        clockwork.run(WEEK_BEFORE)
        return next(one.id for one in mails(session) if one.to == "lucie@example.org")

    def renewed(
        self, session: Session, clockwork: Clockwork, written: int, day: date = WEEK_BEFORE
    ) -> Letter | Skip | Wait:
        session.commit()
        mail = next(one for one in mails(session) if one.id == written)
        answer = clockwork.renew(session, mail, day)
        session.commit()
        return answer

    def test_a_step_done_meanwhile_is_not_spoken_of(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        complete_step(session, started.step(), today=WEEK_BEFORE)
        assert self.renewed(session, clockwork, written) == Skip("facts_changed")
        entry = next(one for one in relances(session) if one.mail_id == written)
        assert (entry.state, entry.reason) == (RelanceState.RELEASED, Reason.FACTS_CHANGED)

    def test_a_step_done_by_mistake_and_reopened_is_told_another_day(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        complete_step(session, started.step(), today=WEEK_BEFORE)
        self.renewed(session, clockwork, written)
        change()
        reopen_step(session, started.step())
        session.commit()
        clockwork.run(WEEK_BEFORE)
        clockwork.run(date(2026, 4, 13))
        own = [one for one in mails(session) if one.to == "lucie@example.org"]
        assert [mail.refs["on"] for mail in own] == ["2026-04-10", "2026-04-13"]

    def test_a_date_moved_meanwhile_is_not_announced(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        reschedule_step(session, started.step(), due_on=date(2026, 5, 5), now=at(WEEK_BEFORE))
        assert self.renewed(session, clockwork, written) == Skip("facts_changed")

    def test_a_step_handed_over_before_sending_is_told_to_the_new_person(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        step = started.step()
        step.lead_organisation_id = started.organisation("Atelier Bois").id
        step.lead_person_id = None
        assert self.renewed(session, clockwork, written) == Skip("facts_changed")
        # Marc was mailed this week about another step: his firm waits seven days
        for offset in range(1, 8):
            clockwork.run(WEEK_BEFORE + timedelta(days=offset))
        told = next(one for one in relances(session) if one.subject_id == step.id and one.mail_id)
        mail = next(one for one in mails(session) if one.id == told.mail_id)
        assert mail.to == "marc@example.org"

    @pytest.mark.parametrize("reason", ["blocked", "opted_out", "paused", "project_idle"])
    def test_what_holds_meanwhile_skips_the_mail_with_its_reason(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
        reason: str,
    ) -> None:
        change()
        if reason == "blocked":
            block_step(
                session,
                started.step(),
                barrier=BarrierKind.ECONOMIC,
                note=None,
                today=WEEK_BEFORE,
            )
        elif reason == "opted_out":
            lucie = started.person("Lucie").id
            session.add(MailPreference(person_id=lucie, rhythm=MailRhythm.OFF, updated_at=STARTED))
        elif reason == "paused":
            pause(session, started.territory().id, until=None)
        else:
            started.project().state = ProjectState.PAUSED
        assert self.renewed(session, clockwork, written) == Skip(reason)

    def test_a_person_who_left_gets_nothing_any_more(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        place = started.membership("Lucie")
        place.ended_on = WEEK_BEFORE
        assert self.renewed(session, clockwork, written) == Skip("facts_changed")

    def test_a_revoked_link_is_not_mailed(
        self, started: Cast, session: Session, clockwork: Clockwork, written: int
    ) -> None:
        grants = select(Grant).where(
            Grant.subject_id == written, Grant.purpose == GrantPurpose.RELANCE
        )
        session.scalars(grants).one().revoked_at = _now()
        assert self.renewed(session, clockwork, written) == Skip("link_revoked")
        # what it was to tell is not lost: the next day's mail has links of its own
        clockwork.run(date(2026, 4, 13))
        told = next(one for one in relances(session) if one.subject_id == started.step().id)
        assert (told.state, told.mailed_on) == (RelanceState.TOLD, date(2026, 4, 13))

    def test_an_address_corrected_meanwhile_is_used(
        self,
        started: Cast,
        session: Session,
        clockwork: Clockwork,
        change: Change,
        written: int,
    ) -> None:
        change()
        started.person("Lucie").email = "lucie@fournil.example"
        assert isinstance(self.renewed(session, clockwork, written), Letter)
        assert {one.to for one in mails(session) if one.id == written} == {"lucie@fournil.example"}

    def test_a_mail_that_waited_past_the_date_speaks_of_the_present(
        self, session: Session, clockwork: Clockwork, written: int
    ) -> None:
        letter = self.renewed(session, clockwork, written, date(2026, 4, 20))
        assert isinstance(letter, Letter)
        assert "où en êtes-vous" in letter.subject

    def test_a_mail_that_the_relay_put_back_waits_for_the_next_working_morning(
        self, session: Session, clockwork: Clockwork, written: int, change: Change
    ) -> None:
        change()
        mail = session.get_one(Mail, written)
        mail.attempts = 1
        sunday = date(2026, 4, 12)
        assert self.renewed(session, clockwork, written, sunday) == Wait(at(date(2026, 4, 13)))
        # it is Monday's one mail now, so that no other joins it
        assert {one.mailed_on for one in relances(session) if one.mail_id == written} == {
            date(2026, 4, 13)
        }

    def test_a_mail_that_found_no_relay_does_not_leave_at_night(
        self, session: Session, clockwork: Clockwork, written: int
    ) -> None:
        mail = next(one for one in mails(session) if one.id == written)
        kind = mail_kind(clockwork.links)
        answer = kind.renew(session, mail, at(WEEK_BEFORE, hour=20))
        assert answer == Wait(at(date(2026, 4, 13)))

    def test_the_eves_mail_of_an_announced_date_offers_done(
        self, mail_to: MailTo, clockwork: Clockwork, session: Session
    ) -> None:
        clockwork.run(WEEK_BEFORE)
        clockwork.run(DAY_BEFORE)
        eve = next(
            one
            for one in mails(session)
            if one.to == "lucie@example.org" and one.refs["on"] == "2026-04-16"
        )
        letter = clockwork.renew(session, eve, DAY_BEFORE)
        assert isinstance(letter, Letter)
        assert "C’est fait" in letter.text and "C’est pour demain" in letter.text
        assert letter.subject == (
            f"Peser les invendus{NBSP}: c’est demain 17{NBSP}avril, où en êtes-vous{NBSP}?"
        )


class TestLinesForWhoKeepsAnEyeOnThings:
    MONDAY = date(2026, 3, 30)

    @pytest.fixture
    def stuck(self, started: Cast, session: Session, change: Change) -> Cast:
        change()
        block_step(
            session, started.step(), barrier=BarrierKind.ECONOMIC, note="", today=date(2026, 3, 18)
        )
        session.commit()
        return started

    def mail(self, cast: Cast, session: Session) -> Mail:
        anne = cast.person("Anne").id
        [found] = [mail for mail in mails(session) if mail.recipient_id == anne]
        return found

    def test_the_pilot_reads_what_has_been_stuck_for_ten_days(
        self, stuck: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        clockwork.run(self.MONDAY)
        letter = clockwork.renew(session, self.mail(stuck, session), self.MONDAY)
        assert isinstance(letter, Letter)
        assert letter.subject == f"Point de la semaine{NBSP}: 1{NBSP}étape coince"
        for body in (letter.text, unescape(letter.html)):
            assert (
                f"«{NBSP}Peser les invendus{NBSP}» coince depuis le mercredi 18{NBSP}mars" in body
            )
            assert f"/projets/{stuck.project().public_id}" in body
            assert "Rien à répondre ici" in body
            assert "retard" not in body.casefold()
        assert "One-Click" in letter.headers["List-Unsubscribe-Post"]

    def test_what_is_stuck_and_has_no_date_is_read_as_well(
        self, stuck: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        stuck.step().due_on = None
        session.commit()
        clockwork.run(self.MONDAY)
        letter = clockwork.renew(session, self.mail(stuck, session), self.MONDAY)
        assert isinstance(letter, Letter)
        assert letter.subject == f"Point de la semaine{NBSP}: 1{NBSP}étape coince"
        session.rollback()
        change()
        reopen_step(session, stuck.step())
        session.commit()
        answer = clockwork.renew(session, self.mail(stuck, session), self.MONDAY)
        assert answer == Skip("facts_changed")

    def test_a_line_waits_again_where_its_territory_waits_longer_before_it_leaves(
        self, stuck: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        clockwork.run(self.MONDAY)
        change()
        set_patience(session, stuck.territory().id, Patience(blocked_days=20))
        session.commit()
        mail = self.mail(stuck, session)
        assert clockwork.renew(session, mail, self.MONDAY) == Skip("facts_changed")
        session.commit()
        clockwork.run(self.MONDAY + timedelta(days=8))
        [line] = [one for one in relances(session) if one.code == "bloque"]
        assert (line.state, line.mail_id == mail.id) == (RelanceState.TOLD, False)

    def test_a_project_left_in_peace_is_not_told_of(
        self, stuck: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        change()
        until, today = date(2026, 4, 2), date(2026, 3, 20)
        place, project = stuck.territory().id, stuck.project()
        pause_for(session, place, project, until=until, today=today)
        session.commit()
        clockwork.run(self.MONDAY)
        assert [one for one in relances(session) if one.code == "bloque"] == []
        clockwork.run(self.MONDAY + timedelta(days=8))
        assert len([one for one in relances(session) if one.code == "bloque"]) == 1

    def test_it_is_said_once(self, stuck: Cast, session: Session, clockwork: Clockwork) -> None:
        for monday in (self.MONDAY, self.MONDAY + timedelta(days=8)):
            clockwork.run(monday)
        assert self.mail(stuck, session).kind == "relance"

    def test_they_stand_in_the_copy_of_ones_data(
        self, stuck: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        clockwork.run(date(2026, 5, 4))
        told = held_about(session, stuck.person("Anne"), at(date(2026, 5, 5)))["sections"]
        stuck_step, silent = sorted(told["relances_noticed"], key=lambda one: str(one["about"]))
        assert [stuck_step[name] for name in ("step", "project", "about", "since", "state")] == [
            *("Peser les invendus", "Invendus du Fournil", "bloque", "2026-03-18", "told")
        ]
        assert (silent["step"], silent["about"]) == (None, "silence")
        lucie = held_about(session, stuck.person("Lucie"), at(date(2026, 5, 5)))["sections"]
        assert lucie["relances_noticed"] == []

    def test_what_goes_on_again_before_it_leaves_is_not_said(
        self, stuck: Cast, session: Session, clockwork: Clockwork, change: Change
    ) -> None:
        clockwork.run(self.MONDAY)
        change()
        reopen_step(session, stuck.step())
        session.commit()
        answer = clockwork.renew(session, self.mail(stuck, session), self.MONDAY)
        assert answer == Skip("facts_changed")
        assert [one.state for one in relances(session) if one.code == "bloque"] == [
            RelanceState.TOLD
        ]

    def test_a_project_without_news_is_told_once_to_who_leads_it_and_animates(
        self, started: Cast, session: Session, clockwork: Clockwork
    ) -> None:
        clockwork.run(date(2026, 5, 4))
        codes = {one.code for one in relances(session) if one.subject_kind == "project"}
        assert codes == {"silence"}
