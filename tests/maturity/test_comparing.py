"""Two years side by side: exact, and what changed only. Pure."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.scoring import prepare
from app.maturity.branches import wholes_of
from app.maturity.comparing import Comparison, compare
from app.maturity.kinds import CriterionStatus, ProofState
from app.maturity.labels import gain, percent_gain
from app.maturity.onlookers import for_onlookers
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Proof, Standing
from app.maturity.trends import Known, point, trends
from tests.cast import NOW
from tests.maturity.samples import LADDER
from tests.maturity.test_reading import proof

ROOTS = read([("echelle.md", LADDER.encode())]).roots
OTHER = read(
    [("echelle.md", LADDER.replace("7.2.2", "7.2.3").replace(": 40", ": 30").encode())]
).roots
DONE, PLANNED, NOT_DONE = CriterionStatus.DONE, CriterionStatus.PLANNED, CriterionStatus.NOT_DONE
DETAILED = CriterionStatus.DETAILED
REFS = ("7.1", "7.2", "7.2.1", "7.2.2", "7.2.3", "7")


def said(status: CriterionStatus, *, concerned: bool = True) -> Confirmed:
    parts = (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)) if status is DETAILED else None
    return Confirmed(status, parts, concerned, None, 1, NOW, "Anne Vasseur")


def stand(
    confirmed: dict[str, Confirmed],
    proofs: tuple[Proof, ...] = (),
    roots: tuple[NodeDraft, ...] = ROOTS,
    year: int = 2026,
    counts: dict[str, int] | None = None,
) -> Standing:
    ground = Ground(roots, prepare(roots), confirmed, proofs, counts or {}, True, year)
    rungs, level, totals = rungs_and_totals(ground)
    return Standing(
        framework="f",
        framework_key="k",
        title="Relier",
        version=1 if roots is ROOTS else 2,
        year=year,
        assessment="a",
        frozen_on=None,
        level=level,
        score=share(totals, "done"),
        planned=share(totals, "planned"),
        rungs=rungs,
        points=sum((one.done for one in totals), Fraction(0)),
        counts=counts or {},
        wholes=wholes_of(ground),
        inner=frozenset(node.id for node in walk(roots) if node.children),
    )


WORDS = st.dictionaries(
    st.sampled_from(REFS),
    st.builds(said, st.sampled_from(CriterionStatus), concerned=st.booleans()),
)
PROOFS = st.lists(
    st.builds(
        proof,
        st.sampled_from(REFS[:4]),
        st.sampled_from(ProofState),
        st.none() | st.sampled_from(["Peser", "Trier"]),
    ),
    max_size=4,
).map(tuple)
STANDINGS = st.builds(stand, WORDS, PROOFS, st.sampled_from([ROOTS, OTHER]))
SAME_TEXT = st.builds(stand, WORDS, PROOFS)


@given(STANDINGS)
def test_a_year_compared_with_itself_shows_nothing(one: Standing) -> None:
    found = compare(one, one)
    assert found.is_empty and found.is_same_text
    assert (found.gain, found.percent_gain, found.counts) == (0, 0, ())


@given(STANDINGS, STANDINGS)
def test_compared_the_other_way_round_gains_are_losses(a: Standing, b: Standing) -> None:
    there, back = compare(a, b), compare(b, a)
    assert (back.gain, back.percent_gain) == (-there.gain, -there.percent_gain)
    assert _shown(there) == {
        (ref, now, then, -gained, went, came) for ref, then, now, gained, came, went in _shown(back)
    }


def _shown(found: Comparison) -> set[tuple[object, ...]]:
    return {
        (
            one.ref,
            one.then.status if one.then else None,
            one.now.status if one.now else None,
            one.gain,
            frozenset(one.came),
            frozenset(one.went),
        )
        for one in found.criteria
        if one.is_moved or one.gain or one.came or one.went
    }


@given(STANDINGS, STANDINGS)
def test_what_criteria_gain_adds_up_to_what_the_whole_gains(a: Standing, b: Standing) -> None:
    found = compare(a, b)
    assert sum((one.gain for one in found.criteria), Fraction(0)) == found.gain
    assert sum((rung.gain for rung in found.rungs), Fraction(0)) == found.gain


@given(SAME_TEXT, SAME_TEXT)
def test_with_one_text_each_level_gains_what_its_criteria_gain(a: Standing, b: Standing) -> None:
    for rung in compare(a, b).rungs:
        assert sum((one.gain for one in rung.criteria), Fraction(0)) == rung.gain


@given(STANDINGS, STANDINGS)
def test_gains_come_first(a: Standing, b: Standing) -> None:
    for rung in compare(a, b).rungs:
        gains = [one.gain for one in rung.criteria]
        assert gains == sorted(gains, reverse=True)


@given(STANDINGS, STANDINGS)
def test_onlookers_find_no_step_and_no_draft_in_it(a: Standing, b: Standing) -> None:
    found = compare(for_onlookers(a), for_onlookers(b))
    for one in found.criteria:
        for shown in (*one.came, *one.went, *one.finished):
            assert shown.title == "Invendus" and not shown.is_draft


def test_a_status_then_and_now_with_what_it_gained_and_its_proofs() -> None:
    old = proof("7.1", ProofState.OPEN, "Peser")
    then = stand({"7.1": said(PLANNED)}, (old, proof("7.1")), year=2025)
    now = stand({"7.1": said(DONE)}, (proof("7.1", step="Peser"), proof("7.1", step="Trier")))
    (change,) = compare(then, now).criteria
    assert (change.then and change.then.status, change.now and change.now.status) == (PLANNED, DONE)
    assert change.gain == 40
    assert [
        [one.title for one in some] for some in (change.came, change.went, change.finished)
    ] == [
        ["Trier"],
        ["Invendus"],
        ["Peser"],
    ]


def test_a_proof_that_was_linked_anew_is_the_same_proof() -> None:
    then = stand({}, (proof("7.1", public_id="a"),))
    now = stand({}, (proof("7.1", public_id="b"),))
    assert compare(then, now).is_empty


def test_another_text_tells_which_criteria_are_new_and_which_are_gone() -> None:
    found = compare(stand({"7.2.2": said(DONE)}), stand({"7.2.3": said(DONE)}, roots=OTHER))
    assert not found.is_same_text
    by_ref = {one.ref: one for one in found.criteria}
    assert by_ref["7.2.2"].now is None and by_ref["7.2.2"].gain < 0
    assert by_ref["7.2.3"].then is None and by_ref["7.2.3"].gain > 0


def test_counts_that_moved_are_told() -> None:
    then = stand({}, counts={"rencontres": 2, "animateurs": 1, "gone": 1})
    now = stand({}, counts={"rencontres": 5, "animateurs": 1})
    assert [(c.name, c.then, c.now) for c in compare(then, now).counts] == [
        ("gone", 1, None),
        ("rencontres", 2, 5),
    ]


def test_gains_are_written_as_people_write_them() -> None:
    assert gain(Fraction(5, 4)) == "+1,25\u00a0point"
    assert gain(Fraction(-5, 2)) == "−2,5\u00a0points"
    assert percent_gain(Fraction(100, 3)) == "+33,3\u202f%"
    assert percent_gain(Fraction(0)) == "0\u202f%"


@given(st.lists(st.tuples(st.integers(2020, 2024), st.integers(1, 3), WORDS), max_size=6))
def test_a_curve_has_each_year_once_in_order_by_its_newest_text(
    years: list[tuple[int, int, dict[str, Confirmed]]],
) -> None:
    points = [
        point(Known(1, "f", "k", version, year, is_frozen=True), ROOTS, words)
        for year, version, words in years
    ]
    found = trends(points)
    assert len(found) == (1 if points else 0)
    for trend in found:
        assert [one.year for one in trend.points] == sorted({year for year, _, _ in years})
        for one in trend.points:
            assert one.version == max(v for y, v, _ in years if y == one.year)


def test_a_point_says_what_the_standing_says() -> None:
    words = {"7.1": said(DONE), "7.2.1": said(PLANNED)}
    whole = stand(words)
    one = point(Known(1, "f", "k", 1, 2026, is_frozen=False), ROOTS, words)
    assert (one.level, one.score, one.planned, one.highest) == (
        whole.level,
        whole.score,
        whole.planned,
        2,
    )
    assert [part.share for part in one.parts] == [rung.share for rung in whole.rungs]
