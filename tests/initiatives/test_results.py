"""Results to a group: reread first, at most monthly, never empty, as each reader wishes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference
from app.core.refusals import RefusedError
from app.initiatives.kinds.meetings import RESULTS, GroupKind, MeetingState
from app.initiatives.models import GroupMember, Meeting, Results, WorkingGroup
from app.initiatives.outcome import NOTHING, says_something
from app.initiatives.services.results import (
    NOTHING_YET,
    TooSoonError,
    send_results,
    write_results,
)
from app.outbox.message import Wait
from app.outbox.models import Mail
from app.outbox.registry import find
from tests.cast import NOW, Cast
from tests.initiatives.gatherings import planned

As = Callable[[str], FlaskClient]
FIRST = datetime(2026, 4, 14, 15, tzinfo=NOW.tzinfo)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def two(session: Session, cast: Cast) -> list[Meeting]:
    """Two meetings of one group, both held, with Lucie in the group."""
    meetings = [planned(session, cast, "Le Fournil") for _meeting in range(2)]
    group = WorkingGroup(
        territory_id=cast.territory().id, kind=GroupKind.WORKING, title="Pain", created_at=NOW
    )
    group.members.append(
        GroupMember(
            territory_id=cast.territory().id,
            organisation_id=cast.organisation("Le Fournil").id,
            person_id=cast.person("Lucie").id,
            joined_on=NOW.date(),
        )
    )
    session.add(group)
    session.flush()
    for number, meeting in enumerate(meetings):
        meeting.group_id, meeting.state = group.id, MeetingState.HELD
        meeting.title = f"Atelier {number + 1}"
    session.flush()
    return meetings


def written(session: Session, meeting: Meeting, body: str = "Peser encore.") -> Results:
    return write_results(session, meeting, body=body, seen_version=NOTHING_YET)


def test_a_second_meeting_of_the_month_waits_and_says_until_when(
    session: Session, two: list[Meeting]
) -> None:
    first, second = [written(session, meeting) for meeting in two]
    assert send_results(session, first, now=FIRST) == 1
    with pytest.raises(TooSoonError, match="à partir du mardi 12\u00a0mai 2026"):
        send_results(session, second, now=FIRST + timedelta(days=27))
    assert second.sent_number == 0
    assert send_results(session, second, now=FIRST + timedelta(days=28)) == 1


def test_a_correction_of_what_was_read_leaves_at_once(session: Session, two: list[Meeting]) -> None:
    kept = written(session, two[0])
    send_results(session, kept, now=FIRST)
    write_results(session, two[0], body="Peser mieux.", seen_version=kept.version)
    assert send_results(session, kept, now=FIRST + timedelta(hours=1)) == 1


def test_meetings_without_a_group_do_not_wait_for_each_other(
    session: Session, two: list[Meeting]
) -> None:
    for meeting in two:
        meeting.group_id = None
    for meeting in two:
        send_results(session, written(session, meeting), now=FIRST)


def test_the_page_keeps_the_text_and_offers_no_sending_meanwhile(
    as_: As, session: Session, two: list[Meeting]
) -> None:
    send_results(session, written(session, two[0]), now=FIRST)
    session.commit()
    here = f"/rencontres/{two[1].public_id}/resultats"
    with travel(FIRST + timedelta(days=2), tick=False):
        anne = as_("Anne")
        page = anne.get(here).text
        assert "déjà reçu des résultats" in page and 'value="envoyer"' not in page
        data = {"body": "Trier aussi.", "version": 0, "suite": "envoyer"}
        answer = anne.post(here, data=data, follow_redirects=True)
    assert answer.status_code == 200
    assert "mardi 12\u00a0mai 2026" in answer.text and "Trier aussi." in answer.text
    session.rollback()
    kept = session.scalars(select(Results).where(Results.meeting_id == two[1].id)).one()
    assert (kept.body, kept.sent_number) == ("Trier aussi.", 0)


@pytest.mark.parametrize("body", ["", "  \n", f"## Ce qui a été décidé\n\n{NOTHING}\n", "# \n---"])
def test_nothing_is_not_sent(session: Session, two: list[Meeting], body: str) -> None:
    with pytest.raises(RefusedError, match="rien à envoyer"):
        send_results(session, written(session, two[0], body), now=FIRST)


@given(st.text(alphabet="#*-_ \n>`"))
def test_marks_alone_say_nothing(body: str) -> None:
    assert not says_something(body)
    assert says_something(f"{body}\nPeser")


def test_who_wants_none_gets_none_and_a_weekly_reader_waits_for_monday(
    session: Session, cast: Cast, two: list[Meeting]
) -> None:
    wish = MailPreference(
        person_id=cast.person("Lucie").id, rhythm=MailRhythm.WEEKLY, updated_at=NOW
    )
    session.add(wish)
    kept = written(session, two[0])
    send_results(session, kept, now=FIRST)
    kind, mail = find(RESULTS), session.scalars(select(Mail).where(Mail.kind == RESULTS)).one()
    assert kind is not None
    waits = kind.renew(session, mail, FIRST)
    assert isinstance(waits, Wait) and waits.until.date() == date(2026, 4, 20)
    wish.rhythm = MailRhythm.OFF
    write_results(session, two[0], body="Peser mieux.", seen_version=kept.version)
    assert send_results(session, kept, now=FIRST) == 0
