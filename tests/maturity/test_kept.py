"""A frozen year is read from what it kept: nothing that happens later changes it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kept import Kept, Then, as_then, from_json, kept_of, to_json
from app.maturity.kinds import CriterionStatus, ProofState
from app.maturity.models import Assessment, Evidence
from app.maturity.onlookers import for_onlookers
from app.maturity.queries import standing, territory_facts
from app.maturity.services.assessing import confirm_status, freeze
from app.maturity.services.evidence import link_evidence, unlink_evidence
from app.maturity.standings import Standing
from app.plans.kinds import ProjectState, Stage
from app.plans.services.projects import abandon_project
from app.plans.services.steps import abandon_step, complete_step, reopen_step, reschedule_step
from app.web.database import db
from tests.cast import NOW, TODAY, Cast
from tests.maturity.samples import KEY, LADDER, assess, import_ladder
from tests.maturity.test_reading import proof

LATER = NOW + timedelta(days=40)
As = Callable[[str], FlaskClient]


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engine = db.engine
    with Session(engine) as opened:
        import_ladder(opened)
        acting(opened, None, Via.PAGE, NOW)
        yield opened


@pytest.fixture
def here(writing: Session) -> Cast:
    return Cast(writing)


def link(session: Session, here: Cast, ref: str = "7.1", **more: object) -> Evidence:
    known = {"subject": here.project(), "person_id": None, "now": NOW}
    return link_evidence(
        session,
        territory_id=here.territory().id,
        framework_key=KEY,
        ref=ref,
        **{**known, **more},  # type: ignore[arg-type]
    )


def read(session: Session, here: Cast, year: int = 2026) -> Standing:
    session.commit()
    found = standing(session, here.territory().id, KEY, year)
    assert found is not None
    return found


def frozen(session: Session, here: Cast) -> Assessment:
    """The Val's year with two proofs of steps and one of a project, frozen by Anne."""
    made = assess(session, here)
    confirm_status(
        session,
        made,
        ref="7.1",
        status=CriterionStatus.DONE,
        person_id=here.person("Anne").id,
        now=NOW,
        seen_version=None,
    )
    complete_step(session, here.step("Fabriquer les caisses"), today=TODAY)
    link(session, here, subject=here.step())
    link(session, here, subject=here.step("Fabriquer les caisses"))
    link(session, here, "7.2.1")
    freeze(session, made, now=NOW + timedelta(hours=1), person_id=here.person("Anne").id)
    session.commit()
    return made


KEPT = st.builds(
    Kept,
    st.dictionaries(st.text(max_size=8), st.integers(0, 10**6)),
    st.dictionaries(
        st.text(max_size=10),
        st.builds(Then, st.sampled_from(ProofState), st.none() | st.dates()),
    ),
)


@given(KEPT)
def test_what_is_kept_comes_back_as_it_was(kept: Kept) -> None:
    assert from_json(json.loads(json.dumps(to_json(kept)))) == kept


@given(st.sets(st.sampled_from("abcd")), st.lists(st.sampled_from(ProofState), min_size=4))
def test_a_year_has_the_proofs_that_it_kept_whatever_their_state_today(
    had: set[str], today: list[ProofState]
) -> None:
    before = [proof("7.1", public_id=one, dated_on=TODAY) for one in sorted(had)]
    now = [proof("7.1", state, public_id=one) for one, state in zip("abcd", today, strict=False)]
    found = as_then(kept_of({}, before), now)
    assert [(one.public_id, one.state, one.dated_on) for one in found] == [
        (one.public_id, one.state, one.dated_on) for one in before
    ]


def test_freezing_keeps_who_the_counts_and_each_proofs_state_and_day(
    writing: Session, here: Cast
) -> None:
    made = frozen(writing, here)
    assert made.kept is not None
    facts = territory_facts(writing, here.territory().id, 2026)
    assert made.kept["counts"] == dict(facts.within(4))
    assert sorted(made.kept["proofs"].values(), key=str) == [
        ["done", "2026-04-07"],
        ["open", None],
        ["open", None],
    ]
    found = read(writing, here)
    assert (found.frozen_by, found.frozen_on) == ("Anne Vasseur", TODAY)


Edit = Callable[[Session, Cast], object]
EDITS: tuple[Edit, ...] = (
    lambda s, c: complete_step(s, c.step(), today=date(2026, 5, 4)),
    lambda s, c: reopen_step(s, c.step("Fabriquer les caisses")),
    lambda s, c: abandon_step(s, c.step()),
    lambda s, c: reschedule_step(s, c.step(), due_on=date(2026, 9, 1), now=LATER),
    lambda s, c: setattr(c.project(), "stage", Stage.OPERATIONAL),
    lambda s, c: setattr(c.project(), "state", ProjectState.CLOSED),
    lambda s, c: setattr(c.project(), "state", ProjectState.ACTIVE),
    lambda s, c: abandon_project(c.project(), reason="Fini"),
    lambda s, c: setattr(s.scalars(select(Evidence)).first(), "note", "Autre"),
    lambda s, c: unlink_evidence(s, s.scalars(select(Evidence)).all()[-1], now=LATER),
    lambda s, c: import_ladder(s, LADDER.replace("Vouloir", "Décider").replace("40", "30")),
    lambda s, c: assess(s, c, 2027),
)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_becomes_of_the_plan_a_frozen_year_reads_the_same(
    writing: Session, here: Cast, seed: int
) -> None:
    frozen(writing, here)
    before = read(writing, here)
    dice = random.Random(seed)  # noqa: S311  not for secrets
    for edit in dice.choices(EDITS, k=8):
        try:
            edit(writing, here)
            writing.flush()
        except Exception:  # noqa: BLE001  an edit that the plan refuses is none
            writing.rollback()
            acting(writing, None, Via.PAGE, LATER)
    link(writing, here, "7.2.2")
    after = read(writing, here)
    assert _facts(after) == _facts(before)
    assert (after.level, after.score, after.planned, after.points, after.counts) == (
        before.level,
        before.score,
        before.planned,
        before.points,
        before.counts,
    )
    assert (after.title, after.version) == (before.title, 1)


def _facts(found: Standing) -> list[object]:
    """All but the notes, which are words."""
    return [
        (
            one.ref,
            one.title,
            one.status,
            one.confirmed,
            one.share,
            sorted((p.public_id, p.state, str(p.dated_on), p.title) for p in one.proofs),
        )
        for one in found.criteria
    ]


def test_what_stopped_since_is_named_to_no_onlooker(writing: Session, here: Cast) -> None:
    frozen(writing, here)
    shown = for_onlookers(read(writing, here))
    assert [one.title for c in shown.criteria for one in c.proofs] == ["Invendus du Fournil"] * 2
    abandon_project(here.project(), reason="Fini")
    hidden = for_onlookers(read(writing, here))
    assert [one.title for c in hidden.criteria for one in c.proofs if one.ref == "7.2.1"] == []


def test_a_year_that_was_frozen_before_anything_was_kept_reads_as_today(
    writing: Session, here: Cast
) -> None:
    made = frozen(writing, here)
    made.kept = None
    complete_step(writing, here.step(), today=TODAY)
    found = read(writing, here).criterion("7.1")
    assert found is not None
    assert {one.state for one in found.proofs} == {ProofState.DONE}


def test_the_page_says_who_froze_a_year_and_when(
    as_: As, opened: Assessment, session: Session, cast: Cast
) -> None:
    page = f"/territoires/{cast.territory().public_id}/maturite"
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    as_("Anne").post(f"{page}/{framework}/figer", data={"annee": "2026"})
    assert "Année figée le 7\u00a0avril 2026 par Anne Vasseur" in as_("Henri").get(page).text
