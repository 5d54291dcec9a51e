"""Minutes, decisions that become steps, and results: nothing is lost, nothing leaves by itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.core.refusals import RefusedError, StaleError
from app.files.models import Document
from app.initiatives.kinds.meetings import RESULTS
from app.initiatives.models import Decision, Meeting, Minutes, Results
from app.initiatives.outcome import Decided, Told, draft
from app.initiatives.services.attendance import take_attendance, walk_in
from app.initiatives.services.meetings import hold_meeting
from app.initiatives.services.minutes import NOTHING_YET, decide, take_back, write_minutes
from app.initiatives.services.results import send_results, write_results
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Step
from tests.agreements.worlds import act
from tests.cast import NOW, TODAY, Cast
from tests.files.samples import JPEG
from tests.initiatives.gatherings import STARTS, convened, mails, of, plain

As = Callable[[str], FlaskClient]
AFTER = STARTS + timedelta(hours=3)


def held(session: Session, cast: Cast, *firms: str) -> Meeting:
    meeting = convened(session, cast, *(firms or ("Le Fournil", "Atelier Bois")))
    hold_meeting(meeting, now=AFTER)
    session.flush()
    return meeting


def decided(session: Session, cast: Cast, meeting: Meeting, **others: object) -> Decision:
    values: dict[str, object] = {
        "text": "Peser encore une semaine",
        "project": cast.project(),
        "organisation_id": cast.organisation("Le Fournil").id,
        "due_on": date(2026, 5, 4),
        "due_text": None,
    }
    return decide(session, meeting, now=AFTER, **values | others)  # type: ignore[arg-type]


def test_a_decision_with_somebody_to_do_it_is_a_step(session: Session, cast: Cast) -> None:
    decision = decided(session, cast, held(session, cast))
    step = session.get_one(Step, decision.step_id)
    assert (step.title, step.project.title, step.lead_organisation.name, step.due_on) == (
        "Peser encore une semaine",
        "Invendus du Fournil",
        "Le Fournil",
        date(2026, 5, 4),
    )


def test_a_decision_of_no_project_stays_a_sentence(session: Session, cast: Cast) -> None:
    meeting = held(session, cast)
    decision = decided(session, cast, meeting, project=None, organisation_id=None, due_on=None)
    assert (decision.step_id, decision.project_id) == (None, None)


def test_a_step_has_somebody_to_do_it(session: Session, cast: Cast) -> None:
    with pytest.raises(RefusedError):
        decided(session, cast, held(session, cast), organisation_id=None)


@pytest.mark.parametrize(
    ("begun", "left"), [(False, StepStatus.ABANDONED), (True, StepStatus.IN_PROGRESS)]
)
def test_a_decision_taken_back_leaves_what_somebody_has_begun(
    session: Session, cast: Cast, begun: bool, left: StepStatus
) -> None:
    decision = decided(session, cast, held(session, cast))
    step = session.get_one(Step, decision.step_id)
    if begun:
        step.status = StepStatus.IN_PROGRESS
        session.flush()
    take_back(session, decision)
    assert (step.status, session.scalars(select(Decision)).all()) == (left, [])


def test_minutes_of_two_who_write_at_once_are_not_lost(session: Session, cast: Cast) -> None:
    meeting = held(session, cast)
    first = write_minutes(session, meeting, body="Un", seen_version=NOTHING_YET)
    with pytest.raises(StaleError):
        write_minutes(session, meeting, body="Deux", seen_version=NOTHING_YET)
    write_minutes(session, meeting, body="Un et deux", seen_version=first.version)
    assert session.scalars(select(Minutes.body)).all() == ["Un et deux"]


def test_an_old_form_of_minutes_shows_both_texts(session: Session, cast: Cast, as_: As) -> None:
    meeting = held(session, cast)
    write_minutes(session, meeting, body="Le texte d’une autre", seen_version=NOTHING_YET)
    session.commit()
    address = f"/rencontres/{meeting.public_id}/compte-rendu"
    answer = as_("Anne").post(address, data={"body": "Mon texte", "version": "0"})
    assert answer.status_code == 409
    assert "Le texte d’une autre" in plain(answer.text) and "Mon texte" in answer.text


def test_ten_lines_are_typed_one_after_the_other(session: Session, cast: Cast, as_: As) -> None:
    meeting = held(session, cast)
    session.commit()
    client, project = as_("Anne"), cast.project().id
    firm = cast.organisation("Atelier Bois").id
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for number in range(10):
        data = {"text": f"Ligne {number}", "project_id": project, "organisation_id": firm}
        address = f"/rencontres/{meeting.public_id}/decisions"
        part = client.post(address, data=data, headers=headers)
        assert (part.status_code, part.text.count("devenue une étape")) == (200, number + 1)
        # ready for the next one, in the same project
        assert f'selected value="{project}"' in part.text
    session.rollback()
    titles = session.scalars(select(Step.title).where(Step.title.startswith("Ligne")))
    assert sorted(titles) == [f"Ligne {number}" for number in range(10)]


def test_a_line_that_cannot_be_read_keeps_what_was_typed(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    session.commit()
    data = {"text": "Peser", "project_id": cast.project().id, "organisation_id": 0}
    answer = as_("Anne").post(f"/rencontres/{meeting.public_id}/decisions", data=data)
    assert answer.status_code == 422
    assert ">\r\nPeser</textarea>" in answer.text
    assert "Dites qui s’en charge" in plain(answer.text)


def test_ten_lines_of_a_poster_are_ten_decisions_by_one_paste(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    session.commit()
    lines = [f"- Peser la benne {number} @Fournil 17/04/2099" for number in range(9)]
    lines.append("Fêter cela (Marc)")
    data = {
        "text": "\n".join(lines),
        "project_id": cast.project().id,
        "organisation_id": cast.organisation("Atelier Bois").id,
        "due_text": "fin juin ?",
    }
    answer = as_("Anne").post(f"/rencontres/{meeting.public_id}/decisions", data=data)
    assert answer.status_code == 303
    session.rollback()
    noted = session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(one.text, one.due_on, one.due_text) for one in noted[:2]] == [
        ("Peser la benne 0", date(2099, 4, 17), None),
        ("Peser la benne 1", date(2099, 4, 17), None),
    ]
    assert (noted[9].text, noted[9].due_text) == ("Fêter cela", "fin juin ?")
    firms = [one.lead_organisation.name for one in noted if one.lead_organisation]
    assert firms == ["Le Fournil"] * 9 + ["Atelier Bois"]
    assert all(one.step_id for one in noted)


def test_of_lines_with_a_name_that_nobody_answers_to_none_is_noted(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    session.commit()
    text = "Peser @Fournil\nVisiter la ferme @Ferme des Aulnes"
    data = {"text": text, "project_id": cast.project().id, "organisation_id": 0}
    answer = as_("Anne").post(f"/rencontres/{meeting.public_id}/decisions", data=data)
    assert answer.status_code == 422
    assert "Ligne 2 : personne ne répond à « Ferme des Aulnes »" in plain(answer.text)
    assert text.replace("\n", "\r\n") in answer.text or text in answer.text
    session.rollback()
    assert session.scalars(select(Decision)).all() == []


def test_nobody_writes_into_another_territorys_project(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    session.commit()
    data = {
        "text": "Peser",
        "project_id": cast.project("Sciure pour la chaufferie").id,
        "organisation_id": cast.organisation("Le Fournil").id,
    }
    answer = as_("Anne").post(f"/rencontres/{meeting.public_id}/decisions", data=data)
    assert answer.status_code == 422
    session.rollback()
    assert session.scalars(select(Decision)).all() == []


def test_the_photo_of_the_poster_stands_beside_the_lines(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    session.commit()
    client, address = as_("Anne"), f"/rencontres/{meeting.public_id}"
    photo = {"file": (io.BytesIO(JPEG), "poster.jpg"), "title": "Poster"}
    assert client.post(f"{address}/affiches", data=photo).status_code == 303
    session.rollback()
    document = session.scalars(select(Document)).one()
    page = client.get(f"{address}/compte-rendu").text
    assert f'<img src="/documents/{document.public_id}"' in page
    statuses = {}
    for who in ("Lucie", "Marc", "Sylvie", "Karim", "Paul"):
        with as_(who).get(f"/documents/{document.public_id}") as answer:
            statuses[who] = answer.status_code
    # invited or not: who looks on reads no names and signatures
    assert statuses == {"Lucie": 200, "Marc": 200, "Sylvie": 404, "Karim": 404, "Paul": 404}


# ---- attendance


def test_ticks_say_who_came_and_who_did_not(session: Session, cast: Cast) -> None:
    meeting = held(session, cast)
    lucie, marc = of(meeting, "Le Fournil"), of(meeting, "Atelier Bois")
    walk_in(
        session,
        meeting,
        organisation_id=cast.organisation("CCI des Deux Rives").id,
        person_id=None,
        guest=" Une  stagiaire ",
    )
    listed = [lucie.public_id, marc.public_id]
    take_attendance(session, meeting, present=[lucie.public_id], listed=listed)
    assert [(one.organisation.name, one.guest, one.attended) for one in meeting.attendees] == [
        ("Le Fournil", None, True),
        ("Atelier Bois", None, False),
        ("CCI des Deux Rives", "Une stagiaire", True),
    ]


def test_a_walk_in_typed_twice_stands_once(session: Session, cast: Cast) -> None:
    meeting = held(session, cast)
    firm = cast.organisation("CCI des Deux Rives").id
    for _tap in range(2):
        walk_in(session, meeting, organisation_id=firm, person_id=None, guest="Une stagiaire")
    assert len(meeting.attendees) == 3


# ---- results


def test_the_draft_tells_decisions_and_counts_and_exposes_nobody() -> None:
    told = Told(
        decided=[
            Decided("Peser", "Invendus", "Le Fournil", date(2026, 5, 4)),
            Decided("Rappeler le banquier", "Invendus", "Atelier Bois", date(2026, 4, 1)),
            Decided("Adopter le budget"),
            Decided("Visiter", "Chaleur", "Scierie", None, "fin juin ?"),
        ],
        people=1,
        organisations=1,
        next_one="COPIL d’été : jeudi 2 juillet 2026.",
        today=TODAY,
    )
    assert draft(told).replace("\u00a0", " ") == (
        "## Ce qui a été décidé\n\n"
        "**Invendus**\n\n"
        "- Peser (Le Fournil, pour le 4 mai 2026)\n"
        "- Rappeler le banquier (Atelier Bois)\n"
        "- Adopter le budget\n\n"
        "**Chaleur**\n\n"
        "- Visiter (Scierie, fin juin ?)\n\n"
        "1 personne était présente, pour 1 organisation.\n\n"
        "## Prochain rendez-vous\n\nCOPIL d’été : jeudi 2 juillet 2026.\n"
    )


@given(due=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_day_that_has_passed_is_told_of_nobody(due: date) -> None:
    told = Told([Decided("Peser", None, "Le Fournil", due)], 0, 0, None, TODAY)
    assert ("pour le" in draft(told)) == (due >= TODAY)


def test_results_leave_by_a_click_and_once_a_version(session: Session, cast: Cast) -> None:
    meeting = held(session, cast)
    kept = write_results(session, meeting, body="Peser encore.", seen_version=NOTHING_YET)
    assert mails(session, RESULTS) == []
    assert send_results(session, kept, now=AFTER) == 2
    with pytest.raises(RefusedError):
        send_results(session, kept, now=AFTER)
    assert [to for to, _key in mails(session, RESULTS)] == ["lucie@example.org", "marc@example.org"]
    write_results(session, meeting, body="Peser encore une fois.", seen_version=kept.version)
    assert kept.sent_body == "Peser encore."
    assert send_results(session, kept, now=AFTER) == 2
    renewed = registry.find(RESULTS)
    assert renewed is not None
    query = select(Mail).where(Mail.kind == RESULTS).order_by(Mail.id)
    letters = [renewed.renew(session, mail, AFTER) for mail in session.scalars(query)]
    # what was corrected before it left is not sent in its first version
    assert [type(one) for one in letters] == [Skip, Skip, Letter, Letter]
    assert isinstance(letters[2], Letter) and "Peser encore une fois." in letters[2].text


def test_saving_the_draft_writes_to_nobody(session: Session, cast: Cast, as_: As) -> None:
    meeting = held(session, cast)
    session.commit()
    address = f"/rencontres/{meeting.public_id}/resultats"
    with travel(AFTER, tick=False):
        client = as_("Anne")
        assert "Rien n’a été décidé." in client.get(address).text
        assert client.post(address, data={"body": "Peser.", "version": 0}).status_code == 303
        session.rollback()
        assert mails(session, RESULTS) == []
        version = session.scalars(select(Results.version)).one()
        data = {"body": "Peser.", "version": version, "suite": "envoyer"}
        assert client.post(address, data=data).status_code == 303
        assert client.post(address, data=data).status_code in (409, 422)
    session.rollback()
    assert len(mails(session, RESULTS)) == 2


def test_who_looks_on_reads_the_results_and_nothing_else(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = held(session, cast)
    write_minutes(session, meeting, body="Confidences de Lucie", seen_version=NOTHING_YET)
    kept = write_results(session, meeting, body="Peser encore.", seen_version=NOTHING_YET)
    session.commit()
    address = f"/rencontres/{meeting.public_id}"
    assert "Peser encore." not in as_("Sylvie").get(address).text
    session.rollback()
    act(session, cast, "Anne")
    send_results(session, kept, now=AFTER)
    session.commit()
    page = as_("Sylvie").get(address).text
    assert "Peser encore." in page
    assert "Confidences" not in page and "Perrin" not in page
    assert "Confidences de Lucie" in as_("Lucie").get(address).text


def test_results_wait_for_the_meeting(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil", now=NOW)
    with pytest.raises(RefusedError):
        write_results(session, meeting, body="Peser.", seen_version=NOTHING_YET)
