"""One mail in seven days to a firm, as the ledger remembers it, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import PartnerRole
from app.plans.models import Partner, Project, Step
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.reminders.queries.coming import coming
from app.reminders.services.starting import start
from tests.cast import BEGINNING, Cast, colleague
from tests.reminders.conftest import (
    DAY_BEFORE,
    STARTED,
    WEEK_BEFORE,
    Clockwork,
    at,
    relances,
)

FIVE_DAYS_AFTER = date(2026, 4, 22)


def said_on(session: Session, step_id: int) -> dict[str, date | None]:
    """By occasion of a step, the day of its mail."""
    return {
        one.code: one.mailed_on
        for one in relances(session)
        if one.subject_id == step_id and one.subject_kind == "step" and one.mail_id
    }


def test_the_eve_does_not_keep_back_what_chases(
    started: Cast, session: Session, clockwork: Clockwork
) -> None:
    for day in (WEEK_BEFORE, DAY_BEFORE, FIVE_DAYS_AFTER):
        clockwork.run(day)
    assert said_on(session, started.step().id) == {
        "J-7": WEEK_BEFORE,
        "J-1": DAY_BEFORE,
        "J+5": FIVE_DAYS_AFTER,
    }


@pytest.fixture
def colleagues(started: Cast, session: Session, change: Callable[[], None]) -> Cast:
    """A second step of Le Fournil, due three days after Lucie's, is Nadia's."""
    change()
    nadia, own = colleague(session, started), started.step()
    session.add(
        Step(
            project_id=own.project_id,
            territory_id=own.territory_id,
            title="Trier les emballages",
            lead_organisation_id=own.lead_organisation_id,
            lead_person_id=nadia.person_id,
            due_on=date(2026, 4, 20),
            scheduled_at=BEGINNING,
            created_at=BEGINNING,
            rank="zz",
        )
    )
    session.commit()
    return started


def test_the_people_of_a_firm_share_its_week(
    colleagues: Cast, session: Session, clockwork: Clockwork
) -> None:
    hers, other = colleagues.step().id, colleagues.step("Trier les emballages").id
    session.rollback()
    for offset in range(21):
        clockwork.run(WEEK_BEFORE + timedelta(days=offset))
    assert said_on(session, hers) == {
        "J-7": WEEK_BEFORE,
        "J-1": DAY_BEFORE,
        "J+5": FIVE_DAYS_AFTER,
    }
    assert said_on(session, other) == {"J-1": date(2026, 4, 17), "J+5": date(2026, 4, 29)}


def test_agents_do_not(colleagues: Cast, session: Session, clockwork: Clockwork) -> None:
    other = colleagues.step("Trier les emballages").id
    colleagues.organisation("Le Fournil").kind = OrganisationKind.CHAMBER
    acting(session, None, Via.COMMAND, STARTED)
    session.commit()
    clockwork.run(WEEK_BEFORE)
    clockwork.run(date(2026, 4, 13))
    assert said_on(session, other) == {"J-7": date(2026, 4, 13)}


@pytest.mark.parametrize(
    ("kind", "waits"), [("for_you", True), ("results", True), ("convocation", False)]
)
def test_what_somebody_wrote_to_a_colleague_fills_it_too(
    colleagues: Cast, session: Session, clockwork: Clockwork, kind: str, waits: bool
) -> None:
    nadia, hers = colleagues.person("Nadia"), colleagues.step().id
    session.add(
        Mail(
            key=kind,
            kind=kind,
            to="nadia@example.org",
            recipient_id=nadia.id,
            subject="",
            not_before=at(date(2026, 4, 8)),
            created_at=at(date(2026, 4, 8)),
            state=MailState.SENT,
            ended_at=at(date(2026, 4, 8)),
        )
    )
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert ("J-7" in said_on(session, hers)) != waits


def test_a_line_to_whoever_leads_for_a_firm_fills_it(
    colleagues: Cast, session: Session, clockwork: Clockwork, change: Callable[[], None]
) -> None:
    change()
    hers, fournil = colleagues.step(), colleagues.organisation("Le Fournil")
    step_id = hers.id
    mail = Mail(
        key="line",
        kind="relance",
        to="nadia@example.org",
        subject="",
        not_before=at(date(2026, 4, 7)),
        created_at=at(date(2026, 4, 7)),
        state=MailState.SENT,
    )
    session.add(mail)
    session.flush()
    written = Relance(
        territory_id=hers.territory_id,
        subject_kind="project",
        subject_id=hers.project_id,
        basis=date(2026, 2, 2),
        code="silence-lead",
        nominal_on=date(2026, 4, 6),
        recipient_id=colleagues.person("Nadia").id,
        mail_id=mail.id,
        mailed_on=date(2026, 4, 7),
        state=RelanceState.TOLD,
        decided_at=at(date(2026, 4, 7)),
    )
    parts = session.scalars(select(Partner).where(Partner.project_id == hers.project_id)).all()
    for part in parts:
        part.role = PartnerRole.CONTRIBUTOR
    session.flush()
    next(part for part in parts if part.organisation_id == fournil.id).role = PartnerRole.LEAD
    session.add(written)
    session.commit()
    clockwork.run(WEEK_BEFORE)
    assert said_on(session, step_id) == {}
    clockwork.run(date(2026, 4, 14))
    assert said_on(session, step_id) == {"J-7": date(2026, 4, 14)}


def test_the_pilots_preview_knows_what_a_firms_other_people_are_told_elsewhere(
    colleagues: Cast, session: Session, clockwork: Clockwork, change: Callable[[], None]
) -> None:
    change()
    sorne = colleagues.territory("Plaine de Sorne")
    start(session, sorne.id, person_id=colleagues.person("Paul").id, now=STARTED)
    other = colleagues.step("Trier les emballages")
    elsewhere = session.scalars(select(Project).where(Project.territory_id == sorne.id)).first()
    assert elsewhere is not None
    other.project_id, other.territory_id = elsewhere.id, sorne.id
    other.due_on = date(2026, 4, 15)
    session.commit()
    val, hers, today = colleagues.territory().id, colleagues.step().id, date(2026, 4, 7)
    announced = {
        mail.on
        for who in coming(session, val, today, as_if_started=False).people
        if who.name == "Lucie Perrin"
        for mail in who.mails
    }
    session.rollback()
    for offset in range(15):
        clockwork.run(today + timedelta(days=offset))
    left = set(said_on(session, hers).values())
    assert announced == left and WEEK_BEFORE not in left
