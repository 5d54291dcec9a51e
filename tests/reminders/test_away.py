"""Who is there in somebody's place: a substitute away as well, a pilot on holiday."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm, MembershipRole, TerritoryRoleKind
from app.accounts.models import MailPreference, Membership, Person, TerritoryRole
from app.accounts.services.absences import announce
from app.core import clock
from app.core.folding import fold
from app.outbox.message import Letter, Skip
from app.plans.kinds import BarrierKind
from app.plans.services.steps import block_step
from app.reminders.queries.facts import facts_of, territories_by_id
from app.reminders.queries.watched import project_facts
from app.reminders.schedule.away import Gone, There, by_turns, of_the_team
from tests.cast import BEGINNING, Cast, colleague
from tests.reminders.answering import nadia
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, mails

__all__ = ["nadia"]

Begin = Callable[[], None]
FIRST, LAST = date(2026, 4, 6), date(2026, 4, 30)
# a Monday more than ten days after the step got stuck
MONDAY = date(2026, 4, 13)
A, B, C = 1, 2, 3


def day(number: int) -> date:
    return date(2026, 4, number)


def test_who_is_away_as_well_hands_on_for_those_days_alone() -> None:
    gone = [Gone(A, day(1), day(20), B), Gone(B, day(5), day(9), C)]
    assert by_turns(A, gone) == [
        There(day(1), day(4), B),
        There(day(5), day(9), C),
        There(day(10), day(20), B),
    ]


def test_two_who_stand_in_for_each_other_leave_the_person_themself() -> None:
    gone = [Gone(A, day(1), day(20), B), Gone(B, day(5), day(9), A)]
    assert by_turns(A, gone) == [There(day(1), day(4), B), There(day(10), day(20), B)]


def test_of_a_team_whom_she_named_goes_first_then_whoever_is_there() -> None:
    own = Gone(A, day(1), day(20), C)
    assert of_the_team([A, B, C], [own]) == [There(day(1), day(20), C)]
    stranger = Gone(A, day(1), day(20), 99)
    assert of_the_team([A, B, C], [stranger]) == [There(day(1), day(20), B)]
    too = Gone(B, day(5), day(20), A)
    assert of_the_team([A, B, C], [stranger, too]) == [
        There(day(1), day(4), B),
        There(day(5), day(20), C),
    ]
    assert of_the_team([A], [own]) == []


@st.composite
def _absences(draw: st.DrawFn) -> list[Gone]:
    """Of five people, none of whom is away twice on a day."""
    found: list[Gone] = []
    for person in range(1, 6):
        begins = draw(st.integers(1, 10))
        for _time in range(draw(st.integers(0, 2))):
            ends = begins + draw(st.integers(0, 6))
            other = draw(st.sampled_from([id_ for id_ in range(1, 6) if id_ != person]))
            found.append(Gone(person, day(begins), day(ends), other))
            begins = ends + draw(st.integers(1, 4))
            if begins > 28:
                break
    return [one for one in found if one.last <= day(30)]


Reading = Callable[[Sequence[Gone]], list[There]]


@pytest.mark.parametrize(
    "read", [lambda gone: by_turns(A, gone), lambda gone: of_the_team([A, 2, 3, 4, 5], gone)]
)
@given(gone=_absences())
def test_nobody_away_is_written_to_in_anothers_place_and_no_day_has_two(
    read: Reading, gone: list[Gone]
) -> None:
    there = read(gone)
    days = [
        one.first + timedelta(n) for one in there for n in range((one.last - one.first).days + 1)
    ]
    assert len(days) == len(set(days))
    for one in there:
        away = {g.person_id for g in gone if g.first <= one.last and one.first <= g.last}
        assert A in away
        assert one.person_id not in away


def test_a_substitute_who_is_away_hands_on_to_their_own(
    session: Session, started: Cast, nadia: Person, change: Begin
) -> None:
    change()
    lucie, yves = started.person("Lucie"), colleague(session, started, "Yves Roy").person
    announce(session, lucie, substitute_id=nadia.id, starts_on=FIRST, ends_on=LAST)
    announce(session, nadia, substitute_id=yves.id, starts_on=MONDAY, ends_on=MONDAY)
    session.commit()
    fact = facts_of(session, [started.step().id])[started.step().id]

    def spoken_to(on: date) -> str:
        who = fact.recipient_on(on)
        assert who is not None
        return who.name

    assert spoken_to(FIRST - timedelta(1)) == "Lucie Perrin"
    assert spoken_to(WEEK_BEFORE) == "Nadia Roy"
    assert spoken_to(MONDAY) == "Yves Roy"
    assert spoken_to(MONDAY + timedelta(1)) == "Nadia Roy"
    assert spoken_to(LAST + timedelta(1)) == "Lucie Perrin"


@pytest.fixture
def fanny(session: Session, started: Cast, change: Begin) -> Person:
    """She animates the territory with Anne, from the same organisation; the bakery is stuck."""
    change()
    person = Person(
        name="Fanny Weber",
        email="fanny@example.org",
        search_key=fold("Fanny Weber"),
        created_at=BEGINNING,
    )
    place = Membership(
        person=person,
        organisation=started.organisation("CC du Val d’Aubrive"),
        role=MembershipRole.MEMBER,
        started_on=BEGINNING.date(),
    )
    session.add_all([person, place])
    session.flush()
    session.add(
        TerritoryRole(
            person_id=person.id,
            territory_id=started.territory().id,
            role=TerritoryRoleKind.FACILITATOR,
            started_on=BEGINNING.date(),
        )
    )
    step = started.step()
    block_step(session, step, barrier=BarrierKind.REGULATORY, note=None, today=date(2026, 4, 1))
    session.commit()
    return person


def away(session: Session, cast: Cast, substitute: Person, change: Begin) -> None:
    """Anne, on all these days."""
    session.rollback()
    change()
    anne = cast.person("Anne")
    announce(session, anne, substitute_id=substitute.id, starts_on=FIRST, ends_on=LAST)
    session.commit()


def lines_to(session: Session, clockwork: Clockwork, person: Person, on: date) -> list[str]:
    """What the mail of a day to somebody says of what they keep an eye on."""
    found = []
    for mail in mails(session):
        if mail.recipient_id == person.id:
            letter = clockwork.renew(session, mail, on)
            assert isinstance(letter, Letter)
            found += [line for line in letter.text.splitlines() if "coince depuis" in line]
    session.rollback()
    return found


def test_what_is_stuck_is_told_to_who_animates_in_the_pilots_place(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    away(session, started, fanny, change)
    clockwork.run(MONDAY)
    assert len(lines_to(session, clockwork, fanny, MONDAY)) == 1
    assert lines_to(session, clockwork, started.person("Anne"), MONDAY) == []


def test_before_and_after_it_is_the_pilot(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    away(session, started, fanny, change)
    later = LAST + timedelta(days=4)
    clockwork.run(later)
    assert lines_to(session, clockwork, fanny, later) == []
    assert len(lines_to(session, clockwork, started.person("Anne"), later)) == 1


def test_a_substitute_who_animates_nothing_reads_nothing_of_it(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    """Whom she named is a colleague without a role here: whoever animates with her is told."""
    stranger = Person(
        name="Zoé Martin",
        email="zoe@example.org",
        search_key=fold("Zoé Martin"),
        created_at=BEGINNING,
    )
    session.rollback()
    change()
    hers = started.organisation("CC du Val d’Aubrive")
    session.add_all(
        [
            stranger,
            Membership(person=stranger, organisation=hers, started_on=BEGINNING.date()),
        ]
    )
    session.commit()
    away(session, started, stranger, change)
    clockwork.run(MONDAY)
    assert len(lines_to(session, clockwork, fanny, MONDAY)) == 1
    assert lines_to(session, clockwork, stranger, MONDAY) == []


def test_alone_she_is_told_all_the_same(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    session.rollback()
    change()
    [role] = session.scalars(select(TerritoryRole).where(TerritoryRole.person_id == fanny.id))
    role.ended_on = date(2026, 4, 1)
    session.commit()
    away(session, started, fanny, change)
    clockwork.run(MONDAY)
    assert len(lines_to(session, clockwork, started.person("Anne"), MONDAY)) == 1


def test_an_absence_noted_while_the_mail_waits_takes_the_line_out_of_it(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    started.step("Réunir les partenaires").due_on = None
    session.commit()
    clockwork.run(MONDAY)
    [waiting] = [mail for mail in mails(session) if mail.recipient_id == started.person("Anne").id]
    away(session, started, fanny, change)
    assert isinstance(clockwork.renew(session, waiting, MONDAY), Skip)
    session.commit()
    clockwork.run(MONDAY)
    assert len(lines_to(session, clockwork, fanny, MONDAY)) == 1


def test_what_the_pilot_asked_for_herself_holds_nobody_else_back(
    session: Session, started: Cast, fanny: Person, clockwork: Clockwork, change: Begin
) -> None:
    anne = started.person("Anne")
    session.add(MailPreference(person_id=anne.id, rhythm=MailRhythm.OFF, updated_at=clock.now()))
    session.commit()
    away(session, started, fanny, change)
    clockwork.run(MONDAY)
    assert len(lines_to(session, clockwork, fanny, MONDAY)) == 1


def test_who_leads_a_project_is_replaced_like_who_has_a_step(
    session: Session, started: Cast, change: Begin
) -> None:
    session.rollback()
    change()
    project = started.project()
    known = territories_by_id(session, {project.territory_id})
    lead = project_facts(session, known)[project.id].lead
    assert lead is not None
    person = session.get_one(Person, lead.id)
    [place] = [one for one in person.memberships if one.ended_on is None]
    other = Person(
        name="Zoé Martin",
        email="zoe@example.org",
        search_key=fold("Zoé Martin"),
        created_at=BEGINNING,
    )
    session.add_all(
        [
            other,
            Membership(person=other, organisation=place.organisation, started_on=BEGINNING.date()),
        ]
    )
    session.flush()
    announce(session, person, substitute_id=other.id, starts_on=FIRST, ends_on=LAST)
    session.commit()
    fact = project_facts(session, known)[project.id]
    assert [one.name for one in fact.addressees].count("Zoé Martin") == 1
    on_leave, back = fact.on(MONDAY).lead, fact.on(LAST + timedelta(1)).lead
    assert on_leave is not None
    assert on_leave.name == "Zoé Martin"
    assert back == lead
    mine = project_facts(session, known, watchers={other.id})
    assert list(mine) == [project.id]
