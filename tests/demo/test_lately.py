"""What came back in the last days stands in the story, where the pilot looks for it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Closure, Organisation
from app.core.clock import local_instant
from app.demo.lately import GRANT, INVENTORY, OPENING
from app.demo.story import Story
from app.inbox.kinds import Fate, Trouble
from app.inbox.models import Incoming
from app.plans.models import Comment
from app.reminders.kinds import Answer, NotReached, Reason
from app.reminders.models import Relance
from app.reminders.queries.calls import to_call
from app.reminders.queries.pauses import pauses_of
from app.reports.kinds import Word
from app.reports.queries.answers import answers
from tests.demo.conftest import TUESDAY, told_territory


def _territory(told: Session) -> int:
    return told_territory(told).id


def test_a_person_and_a_project_are_left_in_peace_and_a_firm_shuts(
    told: Session, story: Story
) -> None:
    names = {one.name for one in pauses_of(told, _territory(told), TUESDAY)}
    assert names == {"Damien Galvardin", "Friche de la Verrerie-Noire\u00a0: une matériauthèque"}
    closed = told.execute(
        select(Organisation.name, Closure.starts_on, Closure.ends_on).join(Organisation)
    ).one()
    assert closed.name == story.organisation("brasserie").name
    assert TUESDAY < closed.starts_on < closed.ends_on


def test_people_answered_in_each_of_the_ways_that_they_have(told: Session) -> None:
    given = dict(
        told.execute(
            select(Relance.answer, Relance.answered_as).where(Relance.answer.is_not(None))
        ).all()
    )
    assert {Answer.IN_PROGRESS, Answer.PASSED_ON, Answer.NOT_ME} <= given.keys()
    assert given[Answer.IN_PROGRESS] == "Maël, à l’atelier"
    now = local_instant(TUESDAY, 8, "Europe/Paris")
    seen = answers(told, _territory(told), visited_at=now - timedelta(days=2), now=now)
    words = {one.word: one for one in seen}
    assert {Word.UNDER_WAY, Word.PASSED_ON, Word.NOT_ME} <= words.keys()
    assert words[Word.PASSED_ON].person == "Bastien Rouvrel"


def test_whoever_is_to_be_called_stands_there_with_the_reason(told: Session) -> None:
    why = {one.title: one.why for one in to_call(told, _territory(told), TUESDAY)}
    assert why[GRANT[1]] is NotReached.ADDRESS
    assert why[INVENTORY[1]] is Reason.NOT_ME
    assert OPENING[1] not in why


def test_mail_came_in_a_reply_is_a_message_and_a_stranger_waits(told: Session) -> None:
    came = told.scalars(select(Incoming).order_by(Incoming.id)).all()
    assert sorted(one.fate for one in came) == [Fate.BOUNCED, Fate.COMMENT, Fate.WAITING]
    reply = next(one for one in came if one.fate is Fate.COMMENT)
    comment = told.get_one(Comment, reply.comment_id)
    assert "quatorze kilos par soir" in comment.body and "a écrit" not in comment.body
    [waiting] = [one for one in came if one.fate is Fate.WAITING]
    assert (waiting.trouble, waiting.settled_at) == (Trouble.NO_REFERENCE, None)
