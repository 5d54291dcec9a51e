"""The story in the database: its rows, its history, and what leaves on the first day."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.hashing import is_right
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.agreements.kinds import CommitmentKind, GivenBy, ProposalState
from app.agreements.mails import QUESTION
from app.agreements.models import Commitment, Proposal
from app.agreements.queries.charter import adherents
from app.core.clock import local_instant
from app.demo.build import build
from app.demo.commands import demo
from app.demo.relances import first_decision
from app.demo.story import Story, tell
from app.initiatives.models import Decision, Meeting, WorkingGroup
from app.journal.kinds import Action, Via
from app.journal.models import Change
from app.maturity.queries import territory_facts
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import PartnerState, ProjectKind, Stage
from app.plans.mails.for_you import FOR_YOU
from app.plans.models import Comment, Measurement, Partner, Project, Step
from app.reminders.kinds import Answer, RelanceState
from app.reminders.models import Relance, RelanceSetting
from app.reminders.services.running import Written, run
from app.reminders.services.writing import MAIL_KIND
from tests.demo.conftest import TUESDAY, told_territory
from tests.demo.test_story import FICTION, luhn


def count(session: Session, model: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def count_here(session: Session, territory_id: int, model: type[Project | Step]) -> int:
    query = select(func.count()).select_from(model).where(model.territory_id == territory_id)
    return session.scalar(query) or 0


def test_the_story_stands_in_the_database(told: Session, story: Story) -> None:
    session = told
    territory = told_territory(session)
    assert territory.is_demo and territory.name == story.territory
    here = partial(count_here, session, territory.id)
    assert here(Project) == 15
    # two of them were decided at a workshop
    assert (here(Step), count(session, Decision)) == (122, 2)
    assert (count(session, Meeting), count(session, WorkingGroup)) == (2, 1)
    belongs = organisation_territory.c.territory_id == territory.id
    assert session.scalar(select(func.count()).where(belongs)) == 13
    # and one that came as a reply to a mail
    assert count(session, Comment) == sum(len(p.remarks) for p in story.projects) + 1
    values = sum(len(one.values) for p in story.projects for one in p.indicators)
    assert count(session, Measurement) == values
    for tale in story.projects:
        project = session.scalars(select(Project).where(Project.title == tale.title)).one()
        assert (project.stage, project.state) == (tale.stage, tale.state)
        found = [(s.title, s.status, s.due_on, s.done_on) for s in project.steps]
        # what the workshop decided comes after the steps that the project began with
        assert found[: len(tale.steps)] == [
            (step.title, step.status, step.due_on, step.done_on) for step in tale.steps
        ]


def test_those_whom_the_visitor_can_be_know_the_password(told: Session, story: Story) -> None:
    people = told.scalars(select(Person)).all()
    with_password = {person.email for person in people if person.password_hash}
    assert with_password == {person.email for person in story.accounts}
    assert is_right(story.password, next(p.password_hash for p in people if p.password_hash))


def test_the_journal_tells_two_years_in_order(told: Session, story: Story) -> None:
    changes = told.scalars(select(Change).order_by(Change.id)).all()
    instants = [change.at for change in changes]
    assert instants == sorted(instants)
    assert (TUESDAY - instants[0].date()).days > 730
    assert instants[-1].date() < TUESDAY
    assert {change.via for change in changes} == {Via.COMMAND, Via.PAGE, Via.MAIL_LINK}
    assert all(change.actor_id for change in changes if change.via is not Via.COMMAND)


def test_a_project_passed_its_stages_one_after_the_other(told: Session, story: Story) -> None:
    project = told.scalars(
        select(Project).where(Project.title == "Achat groupé d’électricité")
    ).one()
    changes = told.scalars(
        select(Change)
        .where(Change.entity == "Project", Change.entity_id == project.id)
        .order_by(Change.id)
    ).all()
    stages = [change.fields["stage"][1] for change in changes if "stage" in change.fields]
    assert stages == [stage.value for stage in Stage]
    assert changes[0].action is Action.CREATED


def test_the_past_of_the_relances_is_there_to_be_read(told: Session, story: Story) -> None:
    session = told
    setting = session.scalars(select(RelanceSetting)).one()
    assert setting.started_at is not None and setting.run_on is not None
    assert setting.run_on < TUESDAY
    states = Counter(session.scalars(select(Mail.state).where(Mail.kind == MAIL_KIND)))
    assert states.keys() == {MailState.SENT, MailState.BOUNCED} and states.total() > 120
    assert states[MailState.BOUNCED] == 1
    rows = session.scalars(select(Relance).where(Relance.state == RelanceState.TOLD)).all()
    answers = Counter(one.answer for one in rows)
    assert {Answer.DONE, Answer.AGREED, Answer.STUCK} <= answers.keys()
    assert all(one.answered_at >= one.decided_at for one in rows if one.answered_at)


def test_something_waits_for_an_agreement_and_something_for_the_meeting(told: Session) -> None:
    proposals = told.scalars(select(Proposal).order_by(Proposal.proposed_at)).all()
    assert [one.state for one in proposals] == [ProposalState.OBJECTED, ProposalState.OPEN]
    waiting = told.scalars(select(Mail).where(Mail.state == MailState.WAITING)).all()
    # and the message that came as a reply
    assert {mail.kind for mail in waiting} == {QUESTION, FOR_YOU}


def test_who_has_confirmed_has_said_so_to_a_text(told: Session) -> None:
    parts = told.scalars(select(Partner).where(Partner.state == PartnerState.CONFIRMED)).all()
    given = told.scalars(
        select(Commitment).where(
            Commitment.kind == CommitmentKind.PART, Commitment.withdrawn_at.is_(None)
        )
    ).all()
    assert sorted(one.subject_id for one in given) == sorted(part.id for part in parts)
    assert {GivenBy.PAGE, GivenBy.MAIL} <= {one.given_by for one in given}


def test_some_adhere_to_the_charter_in_force_and_some_to_the_one_before(
    told: Session, story: Story
) -> None:
    territory = told.scalars(select(Territory).where(Territory.name == story.territory)).one()
    now = adherents(told, territory)
    assert Counter(one.version for one in now) == {1: 3, 2: 4}
    assert "Le Fournil d’Aubrive" in {one.name for one in now if one.version == 2}


def test_an_answer_from_a_mail_is_the_change_that_the_journal_tells(
    told: Session, story: Story
) -> None:
    answered = told.scalars(select(Relance).where(Relance.answer == Answer.DONE)).all()
    for one in answered:
        told.scalars(
            select(Change).where(
                Change.entity == "Step",
                Change.entity_id == one.subject_id,
                Change.via == Via.MAIL_LINK,
                Change.at == one.answered_at,
            )
        ).one()


def test_the_first_run_writes_what_the_story_foresees_and_the_second_nothing(
    empty_session: Session, story: Story
) -> None:
    build(empty_session, story)
    empty_session.commit()
    open_session = partial(Session, empty_session.get_bind())
    now = local_instant(TUESDAY, 8, "Europe/Paris")
    before = count(empty_session, Mail)
    empty_session.commit()
    foreseen = first_decision(story)
    # the address that failed the evening before is noted
    assert run(open_session, now=now, on=TUESDAY) == Written(len(foreseen.mails), 1)
    assert run(open_session, now=now, on=TUESDAY) == Written(0, 0)
    waiting = empty_session.scalars(
        select(Mail).where(Mail.state == MailState.WAITING, Mail.kind == MAIL_KIND)
    ).all()
    assert count(empty_session, Mail) == before + len(waiting)
    assert {mail.key for mail in waiting} == {mail.key for mail in foreseen.mails}


def test_a_crowd_is_of_realistic_size_and_mails_nobody(empty_session: Session) -> None:
    session = empty_session
    build(session, tell(TUESDAY), scale=3)
    session.commit()
    # the story's, the small one next door, and two of the crowd
    assert count(session, Territory) == 4
    for territory in session.scalars(select(Territory).order_by(Territory.id).offset(2)):
        steps = select(func.count()).where(Step.territory_id == territory.id)
        changes = select(func.count()).where(
            Change.territory_id == territory.id, Change.entity == "Step"
        )
        assert session.scalar(steps) == session.scalar(changes) == 500
        working = select(func.count()).where(
            Project.territory_id == territory.id,
            Project.kind == ProjectKind.SYNERGY,
            Project.stage.in_((Stage.OPERATIONAL, Stage.LASTING)),
        )
        counts = territory_facts(session, territory.id, TUESDAY.year).counts
        assert 0 < counts["synergies_operationnelles_annee"] == session.scalar(working)
    assert count(session, Organisation) == 13 + 4 + 2 * 60
    assert count(session, Person) == 20 + 4 + 2 * 80
    assert count(session, Membership) == 19 + 4 + 2 * 80
    assert all(luhn(one) for one in session.scalars(select(Organisation.siret)) if one)
    assert all(FICTION.fullmatch(one) for one in session.scalars(select(Person.phone)) if one)
    assert all(one.endswith("@example.org") for one in session.scalars(select(Person.email)) if one)
    assert count(session, RelanceSetting) == 1


def _runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_the_command_answers_in_json_and_does_not_double(empty_app: Flask) -> None:
    first = _runner(empty_app).invoke(demo, ["--today", "2026-11-24", "--json"])
    assert (first.exit_code, first.stderr) == (0, "")
    answer = json.loads(first.stdout)
    assert answer.keys() == {"territory", "accounts"}
    assert answer["territory"].keys() == {"id", "name"}
    assert [account.keys() for account in answer["accounts"]] == [{"role", "email", "password"}] * 8
    again = _runner(empty_app).invoke(demo, ["--today", "2026-11-25", "--json"])
    assert again.exit_code == 0
    assert json.loads(again.stdout) == answer
    said = _runner(empty_app).invoke(demo)
    assert said.exit_code == 0
    assert "stands here already" in said.stdout


def test_the_command_leaves_a_real_territory_alone(app: Flask, session: Session) -> None:
    before = count(session, Change)
    refused = _runner(app).invoke(demo)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    session.rollback()
    assert count(session, Change) == before
