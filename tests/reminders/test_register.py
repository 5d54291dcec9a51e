"""The whole ledger: what left, to whom, what came back; narrowed, a page at a time, as a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox.bounces import come_back
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.registry import tell_undelivered
from app.reminders.kinds import Answer, Reason, RelanceState
from app.reminders.models import Relance
from app.sheets.reading import read_file
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.reminders.answering import MailTo
from tests.reminders.conftest import WEEK_BEFORE, Clockwork, at
from tests.reminders.test_pilot_page import words

As = Callable[[str], FlaskClient]
ROW = re.compile(r'<tr>\s*<th scope="row">(.*?)</tr>', re.DOTALL)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(at(date(2026, 4, 20)), tick=False):
        yield


@pytest.fixture
def here(started: Cast) -> str:
    return f"/territoires/{started.territory().public_id}/relances/registre"


def rows(client: FlaskClient, url: str) -> list[str]:
    """The words of each row that a page shows."""
    page = client.get(url)
    assert page.status_code == 200
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in ROW.findall(words(page))]


def decided(session: Session, cast: Cast, count: int, **changes: object) -> list[Relance]:
    """So many decisions about Lucie's step, each of another date and a minute apart."""
    session.rollback()
    step = cast.step()
    values = {
        "state": RelanceState.DROPPED,
        "reason": Reason.TOO_LATE,
        "code": "J-7",
        "recipient_id": cast.person("Lucie").id,
        **changes,
    }
    made = [
        Relance(
            territory_id=step.territory_id,
            subject_kind="step",
            subject_id=step.id,
            basis=date(2030, 1, 1) + timedelta(days=number),
            nominal_on=date(2026, 4, 10),
            decided_at=at(WEEK_BEFORE) + timedelta(minutes=number // 2),
            **values,
        )
        for number in range(count)
    ]
    session.add_all(made)
    session.commit()
    return made


def test_before_the_first_mail_it_says_where_to_look(as_: As, here: str) -> None:
    assert "le registre se remplit au premier envoi" in words(as_("Anne").get(here))


def test_each_occasion_says_to_whom_when_and_what_came_of_it(
    as_: As, here: str, session: Session, clockwork: Clockwork
) -> None:
    clockwork.run(WEEK_BEFORE)
    session.rollback()
    anne = as_("Anne")
    (line,) = [row for row in rows(anne, here) if "Peser les invendus" in row]
    assert line.startswith("Lucie Perrin") and "premier rappel" in line and "va partir" in line
    mail = session.scalars(select(Mail).where(Mail.to == "lucie@example.org")).one()
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    session.commit()
    assert [row for row in rows(anne, f"{here}?suite=sans-reponse") if "Peser" in row]
    told = session.scalars(select(Relance).where(Relance.mail_id == mail.id)).one()
    told.answer, told.answered_at = Answer.AGREED, at(WEEK_BEFORE)
    session.commit()
    (line,) = rows(anne, f"{here}?suite=repondu")
    assert "C’est d’accord" in line


def test_a_mail_that_came_back_is_not_called_unsent(
    as_: As, here: str, session: Session, mail_to: MailTo, started: Cast
) -> None:
    mail = session.get_one(Mail, mail_to("Lucie", WEEK_BEFORE).mail.id)
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    come_back(session, mail, status="5.1.1", told="unknown", is_hard=True, now=at(WEEK_BEFORE))
    tell_undelivered(session, mail)
    session.commit()
    (line,) = rows(as_("Anne"), f"{here}?suite=non-remis")
    assert "Peser les invendus" in line and "non remis ou revenu" in line
    lucie = started.person("Lucie").public_id
    assert rows(as_("Anne"), f"{here}?suite=non-envoye&personne={lucie}") == []
    text = as_("Anne").get(f"{here}.csv?suite=non-remis").get_data(as_text=True)
    assert "adresse" not in text


def test_not_me_is_an_answer_to_a_mail_that_left(
    as_: As, here: str, session: Session, mail_to: MailTo, started: Cast
) -> None:
    mailed, anne = mail_to("Lucie", WEEK_BEFORE), as_("Anne")
    mail = session.get_one(Mail, mailed.mail.id)
    mail.state, mail.ended_at = MailState.SENT, at(WEEK_BEFORE)
    public_id = started.step().public_id
    session.commit()
    form = {"etape": public_id, "vue": "2026-04-17", "reponse": "pas-moi"}
    assert anne.post(mailed.answer_path, data=form).status_code == 303
    (line,) = rows(anne, f"{here}?suite=repondu")
    assert line.startswith("Lucie Perrin") and "Ce n’est pas moi" in line
    lucie = started.person("Lucie").public_id
    assert rows(anne, f"{here}?suite=non-envoye&personne={lucie}") == []


def test_it_is_narrowed_by_person_project_message_and_outcome(
    as_: As, here: str, started: Cast, session: Session
) -> None:
    decided(session, started, 1)
    decided(session, started, 1, code="2026-W16", reason=Reason.OPTED_OUT)
    decided(session, started, 1, code="J-1", recipient_id=started.person("Marc").id)
    lucie, anne = started.person("Lucie").public_id, as_("Anne")
    assert len(rows(anne, here)) == 3
    assert len(rows(anne, f"{here}?personne={lucie}")) == 2
    assert len(rows(anne, f"{here}?projet={started.project().public_id}")) == 3
    (weekly,) = rows(anne, f"{here}?message=semaine")
    assert "point de la semaine" in weekly and "désabonnée" in weekly
    assert len(rows(anne, f"{here}?message=J-1&suite=non-envoye")) == 1
    assert rows(anne, f"{here}?personne=nobody") == []
    assert "Rien ne répond à cette demande." in words(anne.get(f"{here}?suite=repondu"))
    assert len(rows(anne, f"{here}?suite=autre&message=x")) == 3


def test_pages_follow_each_other_without_a_gap(
    as_: As, here: str, started: Cast, session: Session
) -> None:
    decided(session, started, 120)
    anne, seen, url = as_("Anne"), [], here
    for _ in range(3):
        page = anne.get(url)
        seen += [re.sub(r"<[^>]+>", " ", row) for row in ROW.findall(words(page))]
        if following := re.search(r'href="([^"]+)" rel="next"', words(page)):
            url = following.group(1)
    assert len(seen) == len(set(seen)) == 120
    assert anne.get(f"{here}?apres=hier").status_code == 404
    assert anne.get(f"{here}?apres=999999999999999999.1").status_code == 404


def test_it_leaves_as_a_table_of_the_same_lines(
    as_: As, here: str, started: Cast, session: Session
) -> None:
    decided(session, started, 60)
    decided(session, started, 1, code="J-1")
    anne = as_("Anne")
    text = anne.get(f"{here}.csv?message=J-7").get_data(as_text=True)
    assert len(text.strip().split("\r\n")) == 61
    assert "Lucie Perrin;Le Fournil;Peser les invendus" in text
    assert "la date était déjà passée" in text
    [sheet] = read_file("relances.xlsx", anne.get(f"{here}.xlsx").get_data())
    assert len(sheet.rows) == 62 and sheet.rows[0][0] == "Personne"
    assert anne.get(f"{here}.pdf").status_code == 404


def test_only_who_animates_reads_it_and_it_never_costs_more(
    as_: As, here: str, started: Cast, session: Session, queries: QueryCount
) -> None:
    assert as_("Lucie").get(here).status_code == 404
    assert as_("Lucie").get(f"{here}.csv").status_code == 404
    anne, counts = as_("Anne"), []
    for count, code in ((1, "J-7"), (30, "J-1")):
        decided(session, started, count, code=code)
        anne.get(here)
        queries.reset()
        anne.get(here)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_the_part_alone_comes_for_a_filter(as_: As, here: str) -> None:
    part = words(as_("Anne").get(here, headers={"HX-Request-Type": "partial"}))
    assert 'id="registre"' in part and "<html" not in part
