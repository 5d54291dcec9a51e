"""Writing to somebody’s superior: the pilot’s click, with the text shown (domain.md §6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference, Person
from app.core import clock
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from app.initiatives.services.notes import LETTER_RESTS
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.reminders.queries.calls import latest_calls, to_call
from app.reminders.superiors import SUPERIOR
from app.reminders.words import plea
from tests.cast import Cast, colleague
from tests.reminders.conftest import WEEK_BEFORE, Clockwork

As = Callable[[str], FlaskClient]
Begin = Callable[[], None]


@dataclass
class Firm:
    """Le Fournil, to be called; Nadia works there besides Lucie, whom no mail reaches."""

    cast: Cast
    session: Session
    page: str
    nadia: Person

    @property
    def writing(self) -> str:
        return f"{self.page}/ecrire/{self.nadia.public_id}"

    def sent(self, body: str = "Bonjour Nadia,\n\nOù en est la pesée ?") -> dict[str, str]:
        return {"body": body, "etape": self.cast.step().public_id}

    def mails(self) -> list[Mail]:
        self.session.rollback()
        return list(self.session.scalars(select(Mail).where(Mail.kind == SUPERIOR)))

    def letter(self) -> Letter | Skip:
        """What leaves when the one letter has rested."""
        [mail] = self.mails()
        kind = registry.find(SUPERIOR)
        assert kind is not None
        made = kind.renew(self.session, mail, mail.not_before)
        assert isinstance(made, (Letter, Skip))
        return made


@pytest.fixture
def firm(started: Cast, session: Session, change: Begin, clockwork: Clockwork) -> Firm:
    change()
    started.person("Lucie").email = None
    nadia = colleague(session, started).person
    nadia.email = "nadia@example.org"
    session.commit()
    clockwork.run(WEEK_BEFORE)
    own = started.organisation("Le Fournil").public_id
    page = f"/territoires/{started.territory().public_id}/appels/{own}"
    return Firm(started, session, page, nadia)


def test_the_text_is_shown_before_it_leaves_and_can_be_changed(as_: As, firm: Firm) -> None:
    anne = as_("Anne")
    assert firm.writing in anne.get(firm.page).text
    shown = anne.get(firm.writing).text
    assert re.search(r"<textarea[^>]*>[^<]*Bonjour Nadia", shown)
    assert "Peser les invendus" in shown
    assert "pouvez-vous nous aider" in shown
    assert firm.mails() == []
    assert anne.post(firm.writing, data=firm.sent("Un mot à moi")).status_code == 303
    letter = firm.letter()
    assert isinstance(letter, Letter)
    assert "Un mot à moi" in letter.text
    assert "Un mot à moi" in letter.html
    assert letter.reply_to == firm.cast.person("Anne").email
    assert letter.from_name == f"{firm.cast.person('Anne').name} (Maillage)"
    assert letter.subject.startswith("Peser les invendus (vendredi 17\u00a0avril)")


def test_nobody_but_who_was_chosen_is_written_to_and_twice_tapped_is_one_mail(
    as_: As, firm: Firm
) -> None:
    anne = as_("Anne")
    for _time in range(2):
        assert anne.post(firm.writing, data=firm.sent()).status_code == 303
    [mail] = firm.mails()
    assert (mail.recipient_id, mail.to) == (firm.nadia.id, "nadia@example.org")
    [note] = firm.session.scalars(select(ContactNote))
    assert (note.kind, note.visibility) == (NoteKind.LETTER, NoteVisibility.ORGANISATION)
    assert note.person_id == firm.nadia.id
    assert [step.id for step in note.steps] == [firm.cast.step().id]


def test_no_automat_ever_writes_this_mail(
    firm: Firm, session: Session, clockwork: Clockwork
) -> None:
    """A quarter of days in which nobody answers."""
    for day in range(1, 92):
        clockwork.run(WEEK_BEFORE + timedelta(days=day))
    session.rollback()
    assert session.scalar(select(func.count()).where(Mail.recipient_id == firm.nadia.id)) == 0


def test_it_can_be_taken_back_until_it_leaves_and_not_after(
    as_: As, firm: Firm, session: Session
) -> None:
    anne = as_("Anne")
    said = anne.post(firm.writing, data=firm.sent(), follow_redirects=True).text
    undo = re.search(r"/notes/\w+/annuler", said)
    assert undo
    assert "ne part pas" in anne.post(undo[0], follow_redirects=True).text
    assert firm.letter() == Skip("letter_over")
    session.rollback()
    assert session.scalars(select(ContactNote)).all() == []
    anne.post(firm.writing, data=firm.sent("Une autre"))
    session.rollback()
    note = session.scalars(select(ContactNote)).one()
    note.noted_at -= LETTER_RESTS
    session.commit()
    assert "est parti" in anne.post(f"/notes/{note.public_id}/annuler", follow_redirects=True).text
    session.rollback()
    assert session.scalars(select(ContactNote)).one()


def test_the_mail_leaves_not_before_it_can_no_longer_be_taken_back(as_: As, firm: Firm) -> None:
    as_("Anne").post(firm.writing, data=firm.sent())
    [mail] = firm.mails()
    note = firm.session.scalars(select(ContactNote)).one()
    assert mail.not_before == note.noted_at + LETTER_RESTS


def test_after_it_the_firm_rests_for_seven_days_and_the_register_tells(
    as_: As, firm: Firm, session: Session
) -> None:
    territory = firm.cast.territory()
    today = clock.local_day(clock.now(), territory.time_zone)

    def waits(days: int) -> bool:
        day = today + timedelta(days=days)
        lines = to_call(session, territory.id, day)
        return "Peser les invendus" in [line.title for line in lines]

    assert waits(0)
    as_("Anne").post(firm.writing, data=firm.sent())
    session.rollback()
    assert (waits(0), waits(6), waits(7)) == (False, False, True)
    [called] = latest_calls(session, territory.id)
    assert (called.kind, called.by) == (NoteKind.LETTER, firm.cast.person("Anne").name)
    page = as_("Anne").get(f"/territoires/{territory.public_id}/relances").text
    assert "courriel écrit par" in page


def test_a_letter_stays_as_it_was_written(as_: As, firm: Firm, session: Session) -> None:
    anne = as_("Anne")
    anne.post(firm.writing, data=firm.sent())
    session.rollback()
    note = session.scalars(select(ContactNote)).one()
    url = f"/notes/{note.public_id}/modifier"
    fields = dict(re.findall(r'name="(version|noted_on)"[^>]*value="([^"]*)"', anne.get(url).text))
    data = {**fields, "kind": "note", "body": "Autre chose", "visibility": "author"}
    answer = anne.post(url, data=data)
    assert answer.status_code == 422
    assert "reste tel" in answer.text
    listed = anne.get(f"/organisations/{note.organisation.public_id}/notes").text
    assert "Courriel" in listed
    assert url not in listed


def test_whom_no_mail_reaches_and_who_wants_none_are_not_offered(
    as_: As, firm: Firm, session: Session, change: Begin
) -> None:
    anne, lucie = as_("Anne"), firm.cast.person("Lucie").public_id
    assert f"/ecrire/{lucie}" not in anne.get(firm.page).text
    assert anne.get(f"{firm.page}/ecrire/{lucie}").status_code == 404
    session.rollback()
    change()
    session.add(
        MailPreference(person_id=firm.nadia.id, rhythm=MailRhythm.OFF, updated_at=clock.now())
    )
    session.commit()
    assert firm.writing not in anne.get(firm.page).text
    assert anne.get(firm.writing).status_code == 404


def test_what_has_moved_on_meanwhile_is_not_asked(
    as_: As, firm: Firm, session: Session, change: Begin
) -> None:
    as_("Anne").post(firm.writing, data=firm.sent())
    session.rollback()
    change()
    step = firm.cast.step()
    step.status, step.done_on = StepStatus.DONE, clock.now().date()
    session.commit()
    assert firm.letter() == Skip("facts_changed")


def test_who_has_left_or_wants_no_mail_by_then_gets_none(
    as_: As, firm: Firm, session: Session, change: Begin
) -> None:
    as_("Anne").post(firm.writing, data=firm.sent())
    session.rollback()
    change()
    session.add(
        MailPreference(person_id=firm.nadia.id, rhythm=MailRhythm.OFF, updated_at=clock.now())
    )
    session.commit()
    assert firm.letter() == Skip("opted_out")
    session.rollback()
    change()
    session.get_one(MailPreference, firm.nadia.id).rhythm = MailRhythm.AT_ONCE
    [place] = [one for one in firm.nadia.memberships if one.ended_on is None]
    place.ended_on = clock.now().date()
    session.commit()
    assert firm.letter() == Skip("letter_over")


def test_without_a_word_nothing_leaves(as_: As, firm: Firm) -> None:
    answer = as_("Anne").post(firm.writing, data=firm.sent("   "))
    assert answer.status_code == 422
    assert "Écrivez d’abord votre message." in answer.text
    assert firm.mails() == []


def test_where_nothing_waits_any_more_there_is_nothing_to_write(as_: As, firm: Firm) -> None:
    data = {"body": "Bonjour", "etape": "unknown"}
    answer = as_("Anne").post(firm.writing, data=data, follow_redirects=True)
    assert "Rien n’attend plus ici" in answer.text
    assert firm.mails() == []


def test_what_is_proposed_names_the_steps_and_blames_nobody() -> None:
    due = WEEK_BEFORE + timedelta(days=7)
    one = plea("Nadia", "Le Fournil", [("Peser", due)], "Lucie", "Anne")
    assert "- «\u00a0Peser\u00a0», prévue pour le 17\u00a0avril" in one
    assert "Lucie la suit avec nous" in one
    several = plea("Nadia", "Le Fournil", [("Peser", due), ("Trier", due)], None, "Anne")
    assert "mène ces étapes" in several
    assert "Nous les suivons avec vos équipes" in several
    for blame in ("retard", "pas répondu", "sans réponse", "relance"):
        assert blame not in one + several
