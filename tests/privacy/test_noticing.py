"""Everybody is told what is done with their data before, or in, the first mail they get."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, MembershipRole, TerritoryRoleKind
from app.accounts.models import Organisation, Person
from app.accounts.services.operators import invite_operator
from app.accounts.services.organisation_invitations import Guest, invite
from app.accounts.services.people import give_place, new_person
from app.accounts.services.team import Nominee, invite_to_team
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.privacy.jobs import Work
from app.privacy.kinds import Means
from app.privacy.models import PrivacyNotice
from app.privacy.queries.informing import to_inform_by_phone, untold_territories
from app.privacy.services.noticing import note_told
from app.privacy.texts import DEFAULT_VERSION
from app.reminders.services.running import run
from app.reminders.services.starting import start
from tests.cast import NOW, TODAY, Cast
from tests.privacy.conftest import Letters
from tests.reminders.conftest import WEEK_BEFORE, at

As = Callable[[str], FlaskClient]
NOTICE = "VOS DONNÉES, UNE FOIS POUR TOUTES"


@pytest.fixture
def typed(session: Session, cast: Cast) -> Person:
    """A contact whom Anne typed in, who now leads Lucie's step."""
    acting(session, cast.person("Anne").id, Via.PAGE, NOW - timedelta(days=20))
    contact = new_person(
        session, name="Léo Levain", email="leo@example.org", now=NOW - timedelta(days=20)
    )
    give_place(
        session,
        person_id=contact.id,
        organisation_id=cast.organisation("Le Fournil").id,
        role=MembershipRole.MEMBER,
        function=None,
        today=TODAY,
    )
    session.commit()
    return contact


@pytest.fixture
def relance(
    session: Session, cast: Cast, typed: Person, letters: Letters
) -> Callable[[], list[str]]:
    """Runs and delivers the day of a reminder to Léo, and answers what he got."""
    anne = cast.person("Anne")
    acting(session, anne.id, Via.PAGE, NOW)
    cast.step().lead_person_id = typed.id
    start(session, cast.territory().id, person_id=anne.id, now=NOW - timedelta(days=20))
    session.commit()

    def send() -> list[str]:
        run(lambda: Session(letters.engine), now=at(WEEK_BEFORE), on=WEEK_BEFORE)
        letters.deliver(at(WEEK_BEFORE))
        return letters.texts_to("leo@example.org")

    return send


def notices(session: Session, person: Person) -> list[PrivacyNotice]:
    session.rollback()
    query = select(PrivacyNotice).where(PrivacyNotice.person_id == person.id)
    return list(session.scalars(query.order_by(PrivacyNotice.id)))


def test_the_first_relance_tells_who_answers_for_it_and_who_typed_the_address(
    session: Session, typed: Person, relance: Callable[[], list[str]]
) -> None:
    (text,) = relance()
    assert NOTICE in text
    for said in (
        "Qui en répond : Val d’Aubrive",
        "notées par Anne Vasseur le 18 mars 2026",
        "mission d’intérêt public (article 6.1.e",
        "http://localhost/mes-donnees",
        "/confidentialite",
        "saisir la CNIL",
    ):
        assert said in text.replace("\u00a0", " "), said
    (told,) = notices(session, typed)
    assert (told.means, told.text_version) == (Means.FIRST_MAIL, DEFAULT_VERSION)


def test_the_second_mail_says_it_no_more(
    session: Session, typed: Person, letters: Letters, relance: Callable[[], list[str]]
) -> None:
    relance()
    mail = session.scalars(select(Mail).where(Mail.recipient_id == typed.id)).one()
    assert untold_territories(session, typed.id) == []
    mail.state = MailState.FAILED
    session.flush()
    # a mail that did not arrive has told nobody
    assert untold_territories(session, typed.id) != []
    session.rollback()


def test_who_was_told_before_gets_the_plain_relance(
    session: Session, cast: Cast, typed: Person, relance: Callable[[], list[str]]
) -> None:
    told = {"person_id": typed.id, "territory_ids": [cast.territory().id], "now": NOW}
    note_told(session, means=Means.PHONE, **told)
    note_told(session, means=Means.PHONE, **told)
    session.commit()
    assert len(notices(session, typed)) == 1
    (text,) = relance()
    assert NOTICE not in text


def test_an_invitation_tells_in_its_own_words(
    session: Session, cast: Cast, letters: Letters
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    invite(
        session,
        organisation=cast.organisation("CCI des Deux Rives"),
        guest=Guest("Ada Roy", "ada@example.org"),
        asker_id=cast.person("Anne").id,
        now=NOW,
    )
    session.commit()
    letters.deliver(NOW)
    (text,) = letters.texts_to("ada@example.org")
    assert "article" not in text or NOTICE not in text
    assert "mission d’intérêt public" in text
    ada = session.scalars(select(Person).where(Person.email == "ada@example.org")).one()
    told = notices(session, ada)
    assert {one.means for one in told} == {Means.INVITATION}
    assert len(told) == 2  # both territories of the chamber answer for it


@pytest.mark.parametrize("kind", [AskKind.TERRITORY_ROLE, AskKind.OPERATOR])
def test_an_invitation_speaks_for_the_territory_that_invites_and_for_no_other(
    session: Session, cast: Cast, letters: Letters, kind: AskKind
) -> None:
    """The same number is an organisation's, too, with territories of its own."""
    sorne, odile = cast.territory("Plaine de Sorne"), cast.person("Odile")
    acting(session, odile.id, Via.PAGE, NOW)
    assert session.get_one(Organisation, sorne.id).territories != [sorne]
    if kind is AskKind.TERRITORY_ROLE:
        observer = Nominee("Ada Roy", "ada@example.org", TerritoryRoleKind.OBSERVER)
        paul = cast.person("Paul").id
        invite_to_team(session, territory=sorne, nominee=observer, asker_id=paul, now=NOW)
    else:
        invite_operator(
            session, name="Ada Roy", email="ada@example.org", asker_id=odile.id, now=NOW
        )
    session.commit()
    letters.deliver(NOW)
    assert len(letters.texts_to("ada@example.org")) == 1
    ada = session.scalars(select(Person).where(Person.email == "ada@example.org")).one()
    expected = {sorne.id} if kind is AskKind.TERRITORY_ROLE else set()
    assert {one.territory_id for one in notices(session, ada)} == expected


def test_who_got_no_mail_is_told_within_a_month(
    session: Session, typed: Person, work: Callable[[datetime], Work], letters: Letters
) -> None:
    typed_on = NOW - timedelta(days=20)
    session.rollback()
    early = work(typed_on + timedelta(days=13)).everything()
    letters.deliver(typed_on + timedelta(days=13))
    assert letters.texts_to("leo@example.org") == []
    late = typed_on + timedelta(days=15)
    report = work(late).everything()
    assert early.informed + report.informed >= 1
    assert work(late).everything().informed == 0
    letters.deliver(late)
    (text,) = letters.texts_to("leo@example.org")
    assert text.count(NOTICE) == 1
    assert "Anne Vasseur a noté vos coordonnées dans Maillage" in text
    assert [one.means for one in notices(session, typed)] == [Means.INFORMATION]
    assert work(late + timedelta(days=30)).everything().informed == 0


def test_a_mail_that_is_overtaken_by_the_first_relance_does_not_leave(
    session: Session,
    cast: Cast,
    typed: Person,
    work: Callable[[datetime], Work],
    letters: Letters,
) -> None:
    session.rollback()
    work(NOW).everything()
    note_told(
        session,
        person_id=typed.id,
        territory_ids=[cast.territory().id],
        means=Means.PHONE,
        now=NOW,
    )
    session.commit()
    letters.deliver(NOW)
    assert letters.texts_to("leo@example.org") == []


def test_without_an_address_the_pilot_calls_and_says_so(
    as_: As, session: Session, cast: Cast, typed: Person
) -> None:
    typed.email = None
    acting(session, None, Via.COMMAND, NOW)
    session.commit()
    val = cast.territory()
    (line,) = to_inform_by_phone(session, val.id)
    assert (line.name, line.phone, line.organisation) == (
        "Léo Levain",
        "03 53 01 00 10",
        "Le Fournil",
    )
    page = f"/territoires/{val.public_id}/donnees-personnelles"
    session.rollback()
    anne = as_("Anne")
    assert "Léo Levain" in anne.get(page).text
    for _twice in range(2):
        answer = anne.post(f"{page}/informer", data={"person": line.public_id})
        assert answer.status_code == 303
    assert "Léo Levain" not in anne.get(page).text
    (told,) = notices(session, typed)
    assert (told.means, told.noted_by_id) == (Means.PHONE, cast.person("Anne").id)


def test_whom_no_mail_reaches_is_called_as_well(
    session: Session, cast: Cast, typed: Person, work: Callable[[datetime], Work]
) -> None:
    val = cast.territory().id
    session.rollback()
    work(NOW).everything()
    assert to_inform_by_phone(session, val) == []
    mail = session.scalars(select(Mail).where(Mail.recipient_id == typed.id)).one()
    mail.state = MailState.BOUNCED
    session.flush()
    assert [one.name for one in to_inform_by_phone(session, val)] == ["Léo Levain"]
