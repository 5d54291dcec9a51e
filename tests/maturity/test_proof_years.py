"""A proof speaks for the years up to which it is dated: what came later proves no earlier year."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.format import read
from app.frameworks.models import Framework
from app.frameworks.scoring import prepare
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.branches import branches
from app.maturity.comparing import compare
from app.maturity.kinds import CriterionStatus, EvidenceKind, ProofState
from app.maturity.labels import missing, reasons
from app.maturity.queries import standing
from app.maturity.reading import Ground, rungs_and_totals
from app.maturity.services.assessing import freeze
from app.maturity.services.evidence import link_evidence
from app.maturity.standings import CriterionStanding, Proof
from app.plans.kinds import MeasureMethod, Stage
from app.plans.periods import Span
from app.plans.services.measuring import ValueText, add_indicator, measure
from app.plans.services.projects import close_project
from app.plans.services.steps import complete_step
from tests.cast import NOW, Cast
from tests.files.samples import PDF
from tests.maturity.samples import (
    CALL_KEY,
    KEY,
    LADDER,
    assess,
    follow_call,
    import_ladder,
)
from tests.maturity.test_comparing import said, stand
from tests.maturity.test_reading import ROOTS, proof
from tests.maturity.test_working import YEARS

As = Callable[[str], FlaskClient]
CYCLED = read(
    [("e.md", LADDER.replace("seuil_niveau: 50", "seuil_niveau: 50\ncycle: 4").encode())]
).roots


def ground(*proofs: Proof, year: int = 2025, **more: object) -> Ground:
    known: dict[str, object] = {"roots": ROOTS, "confirmed": {}, "counts": {}, "is_frozen": False}
    known = {**known, **more}
    return Ground(sheet=prepare(known["roots"]), proofs=proofs, year=year, **known)  # type: ignore[arg-type]


def criterion(there: Ground, ref: str = "7.1") -> CriterionStanding:
    rungs, _level, _totals = rungs_and_totals(there)
    return next(one for rung in rungs for one in rung.criteria if one.ref == ref)


def test_a_proof_dated_after_the_assessed_year_holds_no_status_of_it() -> None:
    later = proof("7.1", dated_on=date(2026, 1, 1))
    for one, state, status in (
        (later, ProofState.LATER, CriterionStatus.UNSET),
        (replace(later, dated_on=date(2025, 12, 31)), ProofState.DONE, CriterionStatus.DONE),
        (replace(later, dated_on=None), ProofState.DONE, CriterionStatus.DONE),
        (replace(later, state=ProofState.OPEN), ProofState.OPEN, CriterionStatus.PLANNED),
        (replace(later, state=ProofState.STOPPED), ProofState.STOPPED, CriterionStatus.UNSET),
    ):
        found = criterion(ground(one))
        assert found.proposal is not None
        assert [shown.state for shown in found.proofs] == [state]
        assert found.proposal.status is status


def test_it_is_told_where_the_proposal_and_what_is_missing_are() -> None:
    later = proof("7.1", dated_on=date(2026, 5, 2))
    found = criterion(ground(later))
    assert found.proposal is not None
    assert reasons(found.proposal) == "1\u00a0preuve d’une année suivante."
    done = criterion(ground(later, confirmed={"7.1": said(CriterionStatus.DONE)}))
    assert missing(done) == "Réalisé, mais ses preuves sont d’une année suivante."
    (rung, _other), _level, _totals = rungs_and_totals(ground(later))
    assert (rung.proofs, rung.state.value) == (0, "ahead")


def test_a_level_that_it_was_linked_to_says_the_same() -> None:
    found = branches(ground(proof("7.2", dated_on=date(2026, 5, 2))))["7.2"].criterion
    assert [one.state for one in found.proofs] == [ProofState.LATER]


def test_what_runs_over_several_years_as_one_list_is_proved_by_what_comes_later_too() -> None:
    later = proof("7.1", dated_on=date(2026, 1, 1))
    assert criterion(ground(later, runs_on=True)).proofs == (later,)


def test_what_speaks_of_several_days_is_seen_by_the_last_of_them_in_the_year() -> None:
    values = (date(2019, 12, 31), date(2025, 6, 30), date(2025, 12, 31), date(2026, 6, 30))
    one = proof("7.1", dated_on=values[-1], days=values)
    seen = {
        year: criterion(ground(one, year=year, roots=CYCLED)).proofs[0]
        for year in (2018, 2020, 2023, 2025, 2026, 2031)
    }
    assert {year: (found.state, found.dated_on) for year, found in seen.items()} == {
        2018: (ProofState.LATER, date(2026, 6, 30)),
        2020: (ProofState.DONE, date(2019, 12, 31)),
        2023: (ProofState.EXPIRED, date(2019, 12, 31)),
        2025: (ProofState.DONE, date(2025, 12, 31)),
        2026: (ProofState.DONE, date(2026, 6, 30)),
        2031: (ProofState.EXPIRED, date(2026, 6, 30)),
    }


DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


@given(
    st.lists(DAYS, min_size=1),
    st.lists(DAYS),
    st.sampled_from(YEARS),
    st.none() | st.integers(1, 6),
)
def test_what_comes_after_a_year_changes_no_proof_of_it(
    known: list[date], more: list[date], year: int, cycle: int | None
) -> None:
    """A proof that spoke by then is the same whatever is dated after the year."""
    since, until = date(year - cycle + 1, 1, 1) if cycle else None, date(year, 12, 31)
    by_then = sorted(day for day in known if day <= until)
    every = sorted([*by_then, *(day for day in more if day > until)])

    def seen(days: list[date]) -> tuple[ProofState, bool, date | None]:
        one = proof("7.1", dated_on=days[-1], days=tuple(days)).as_of(since, until)
        return one.state, one.is_of_year, one.dated_on

    if by_then:
        assert seen(every) == seen(by_then)
    elif every:
        assert seen(every)[:2] == (ProofState.LATER, False)


def test_a_comparison_takes_what_came_later_for_new() -> None:
    given_in_2026 = proof("7.1", dated_on=date(2026, 2, 3))
    then, now = stand({}, (given_in_2026,), year=2025), stand({}, (given_in_2026,), year=2026)
    (change,) = compare(then, now).criteria
    assert (change.came, change.went, change.finished) == ((given_in_2026,), (), ())


def of_year(session: Session, here: Cast, year: int) -> tuple[Proof, ...]:
    session.commit()
    found = standing(session, here.territory().id, KEY, year)
    assert found is not None
    one = found.criterion("7.1")
    assert one is not None
    return one.proofs


@pytest.fixture
def recording(writing: Session) -> Session:
    acting(writing, None, Via.PAGE, NOW)
    return writing


def link(
    session: Session, here: Cast, subject: object, *, key: str = KEY, ref: str = "7.1"
) -> None:
    link_evidence(
        session,
        territory_id=here.territory().id,
        framework_key=key,
        ref=ref,
        subject=subject,  # type: ignore[arg-type]
        person_id=None,
        now=NOW,
    )


def test_each_year_of_an_indicator_has_the_last_value_that_speaks_of_it(
    recording: Session, here: Cast
) -> None:
    indicator = add_indicator(recording, here.project(), name="Pain sauvé", unit="t", axis=None)
    for year in (2024, 2026):
        span = Span(date(year, 1, 1), date(year, 3, 31))
        value = ValueText(span, Decimal(4), MeasureMethod.MEASURED)
        measure(recording, indicator, value, today=date(2026, 4, 7), now=NOW)
    link(recording, here, indicator)
    seen = [of_year(recording, here, year)[0] for year in (2023, 2024, 2025, 2026)]
    assert [(one.kind, one.state, one.dated_on) for one in seen] == [
        (EvidenceKind.INDICATOR, ProofState.LATER, date(2026, 3, 31)),
        (EvidenceKind.INDICATOR, ProofState.DONE, date(2024, 3, 31)),
        (EvidenceKind.INDICATOR, ProofState.DONE, date(2024, 3, 31)),
        (EvidenceKind.INDICATOR, ProofState.DONE, date(2026, 3, 31)),
    ]
    made = assess(recording, here, 2025)
    freeze(recording, made, now=NOW)
    assert made.kept is not None
    assert list(made.kept["proofs"].values()) == [["done", "2024-03-31"]]
    assert of_year(recording, here, 2025)[0].dated_on == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("stage", "before"),
    [(Stage.OPERATIONAL, ProofState.DONE), (Stage.IMPLEMENTATION, ProofState.LATER)],
)
def test_a_project_that_worked_until_it_was_closed_proves_the_years_before_too(
    recording: Session, here: Cast, stage: Stage, before: ProofState
) -> None:
    project = here.project()
    project.stage = stage
    close_project(project)
    recording.flush()
    link(recording, here, project)
    assert [of_year(recording, here, year)[0].state for year in (2025, 2026)] == [
        before,
        ProofState.DONE,
    ]


def test_a_programme_that_runs_on_is_proved_by_what_is_done_in_january(
    recording: Session, here: Cast
) -> None:
    follow_call(recording, here, {})
    followed = standing(recording, here.territory().id, CALL_KEY, 2026)
    assert followed is not None
    ref = followed.criteria[-1].ref
    complete_step(recording, here.step(), today=date(2027, 1, 5))
    link(recording, here, here.step(), key=CALL_KEY, ref=ref)
    recording.commit()
    found = standing(recording, here.territory().id, CALL_KEY, 2026)
    assert found is not None
    one = found.criterion(ref)
    assert one is not None
    assert [proof.state for proof in one.proofs] == [ProofState.DONE]


def test_the_pages_name_it_of_a_later_year(
    as_: As, session: Session, cast: Cast, on_tuesday: None
) -> None:
    import_ladder(session)
    assess(session, cast, 2025)
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    page = f"/territoires/{cast.territory().public_id}/maturite"
    form = {"file": (io.BytesIO(PDF), "acte.pdf"), "proved_on": "2026-02-03", "annee": "2025"}
    as_("Anne").post(f"{page}/{framework}/7.1/fichiers", data=form)
    for name in ("Anne", "Henri"):
        shown = as_(name).get(f"{page}/{framework}/7.1?annee=2025").text
        assert "D’une année suivante" in shown
    assert (
        "1\u00a0preuve d’une année suivante."
        in as_("Anne").get(f"{page}/{framework}/7.1?annee=2025").text
    )
    overview = as_("Henri").get(f"{page}?annee=2025").text
    assert "(d’une année suivante)" in overview and "pas de preuve valable" in overview
    assert "Fait" in as_("Anne").get(f"{page}/{framework}/7.1?annee=2026").text
