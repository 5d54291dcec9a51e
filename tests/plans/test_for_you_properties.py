"""Whatever is entrusted, taken back and said within minutes: one mail a person, true when read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.registry import find
from app.plans.mails.for_you import FOR_YOU, spoken_of
from app.plans.models import Step
from app.plans.queries.addressees import addressees_of
from app.plans.services.for_you import tell_entrusted
from app.plans.services.mentions import tell_those_named
from app.plans.services.projects import say
from app.plans.services.steps import add_step, complete_step, hand_step, reopen_step
from app.reminders.queries.facts import facts_of
from app.reminders.services.starting import start
from tests.cast import Cast
from tests.parts.examples import ON_ONE_FIXTURE

As = Callable[[str], FlaskClient]
NOW = datetime(2026, 4, 8, 9, tzinfo=UTC)
FIRMS = {"Le Fournil": "Lucie", "Atelier Bois": "Marc"}

ACTS = st.one_of(
    st.tuples(st.just("hand"), st.integers(0, 1), st.sampled_from(sorted(FIRMS))),
    st.tuples(st.sampled_from(["done", "reopened"]), st.integers(0, 1), st.none()),
    st.tuples(st.just("said"), st.none(), st.sampled_from(sorted(FIRMS))),
)


@pytest.fixture
def steps(session: Session, cast: Cast) -> list[Step]:
    """Two steps of Anne's own organisation, in a territory whose relances have started."""
    anne = cast.person("Anne")
    acting(session, anne.id, Via.PAGE, NOW)
    start(session, cast.territory().id, person_id=anne.id, now=NOW - timedelta(days=20))
    own = next(one.organisation_id for one in anne.memberships if not one.ended_on)
    made = [
        add_step(session, cast.project(), title=title, lead_organisation_id=own, now=NOW)
        for title in ("Trier le pain", "Scier le chêne")
    ]
    session.commit()
    return made


def act(session: Session, cast: Cast, steps: list[Step], what: Any, at: datetime) -> None:
    """One thing that Anne does."""
    verb, which, firm = what
    anne = cast.person("Anne").id
    if verb == "said":
        words = f"@{cast.person(FIRMS[firm]).name}, à {at.isoformat()} ?"
        comment = say(session, cast.project(), author_id=anne, body=words, now=at)
        tell_those_named(session, cast.project(), comment, now=at)
    elif verb == "hand":
        step = steps[which]
        before = addressees_of(session, [step.id])
        reopen_step(session, step)
        to = cast.organisation(firm).id
        hand_step(session, step, organisation_id=to, person_id=None)
        tell_entrusted(session, [step], by_id=anne, now=at, before=before)
    elif verb == "done":
        complete_step(session, steps[which], today=at.date())
    else:
        reopen_step(session, steps[which])


@given(acts=st.lists(ACTS, max_size=8))
@settings(max_examples=25, suppress_health_check=ON_ONE_FIXTURE)
def test_one_mail_a_person_tells_exactly_what_is_true(
    app: Flask, session: Session, cast: Cast, steps: list[Step], acts: list[Any]
) -> None:
    kind = find(FOR_YOU)
    assert kind is not None
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    undone = session.begin_nested()
    for number, what in enumerate(acts):
        act(session, cast, steps, what, NOW + timedelta(seconds=number))
    for firm, name in FIRMS.items():
        person = cast.person(name)
        query = select(Mail).where(Mail.kind == FOR_YOU, Mail.recipient_id == person.id)
        mails = session.scalars(query).all()
        handed = {which for verb, which, to in acts if verb == "hand" and to == firm}
        organisation = cast.organisation(firm).id
        theirs = {
            steps[which].title
            for which in handed
            if steps[which].lead_organisation_id == organisation
            and addressees_of(session, [steps[which].id])
        }
        said = sum(verb == "said" and to == firm for verb, _which, to in acts)
        if not theirs and not said:
            assert len(mails) <= 1
            assert not any(isinstance(kind.renew(session, one, NOW), Letter) for one in mails)
            continue
        [mail] = mails
        letter = kind.renew(session, mail, NOW + timedelta(minutes=5))
        assert isinstance(letter, Letter)
        told = {step.title for step in steps if f"- {step.title}" in letter.text}
        assert (told, letter.text.count(", à 2026-04-08")) == (theirs, said)
    undone.rollback()
    session.expire_all()


def test_it_goes_to_whom_the_relances_would_go(session: Session, cast: Cast) -> None:
    found = session.scalars(select(Step.id)).all()
    facts, addressed = facts_of(session, found), addressees_of(session, found)
    both = facts.keys() & addressed.keys()
    assert both
    for step_id in both:
        recipient = facts[step_id].recipient
        assert recipient is not None and recipient.id == addressed[step_id].person_id


def test_two_who_act_at_once_write_one_mail_with_both(
    as_: As, session: Session, cast: Cast, steps: list[Step]
) -> None:
    url, at_once = f"/projets/{cast.project().public_id}", threading.Barrier(4)
    firm = {"lead_organisation_id": cast.organisation("Le Fournil").id, "lead_person_id": 0}

    def tap(client: FlaskClient, number: int) -> int:
        at_once.wait()
        if number % 2:
            return client.post(
                f"{url}/etapes", data={"title": f"Étape {number}", **firm}
            ).status_code
        return client.post(
            f"{url}/echanges", data={"body": f"@Lucie Perrin, {number} ?"}
        ).status_code

    clients = [as_("Anne") for _tap in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(tap, clients, range(4))) == {303}
    session.rollback()
    [mail] = session.scalars(select(Mail).where(Mail.kind == FOR_YOU)).all()
    spoken = spoken_of(mail)
    assert (len(spoken.comments), len(spoken.steps)) == (2, 2)
