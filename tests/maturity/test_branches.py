"""Levels and the whole with a status of their own: what it does to those below. Pure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import read, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status, prepare, score
from app.maturity.branches import Branch, branches, decided_above, rows, wholes_of
from app.maturity.kinds import CriterionStatus
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Standing
from tests.frameworks.cases import Case, cases
from tests.maturity.samples import LADDER
from tests.maturity.test_comparing import WORDS, said
from tests.maturity.test_reading import proof

ROOTS = read([("echelle.md", LADDER.encode())]).roots
DONE, PLANNED, NOT_DONE = CriterionStatus.DONE, CriterionStatus.PLANNED, CriterionStatus.NOT_DONE
REFS = ("7", "7.1", "7.2", "7.2.1", "7.2.2")
ANY = st.dictionaries(
    st.sampled_from(REFS),
    st.builds(said, st.sampled_from(CriterionStatus), concerned=st.booleans()),
)


def ground(confirmed: dict[str, Confirmed]) -> Ground:
    return Ground(ROOTS, prepare(ROOTS), confirmed, (), {}, False, 2026)


def test_every_node_with_others_below_it_is_there_with_what_it_holds() -> None:
    found = branches(ground({"7.2.1": said(DONE)}))
    assert list(found) == ["7", "7.2"]
    level = found["7.2"]
    assert (level.criteria, level.answered, level.decides, level.above) == (2, 1, None, None)
    assert [(one.ref, one.share, one.holds) for one in level.parts] == [
        ("7.2.1", 1, False),
        ("7.2.2", 0, False),
    ]
    assert [one.holds for one in found["7"].parts] == [False, True]


def test_an_own_status_goes_before_those_below_and_they_say_so() -> None:
    here = ground({"7.2": said(NOT_DONE), "7.2.1": said(DONE)})
    found = branches(here)
    assert found["7.2"].decides and found["7.2"].decides.said.status is NOT_DONE
    assert (found["7.2"].done, found["7.2"].answered) == (0, 1)
    assert found["7"].decides is None and found["7"].above is None
    above = decided_above(here, "7.2.1")
    assert above and (above.ref, above.title) == ("7.2", "Faire")
    assert decided_above(here, "7.1") is None and decided_above(here, "7.2") is None


def test_the_nearest_of_several_above_is_told() -> None:
    here = ground({"7": said(PLANNED), "7.2": said(DONE, concerned=False)})
    assert (above := decided_above(here, "7.2.1")) and above.ref == "7.2"
    assert (above := decided_above(here, "7.2")) and above.ref == "7"


def test_a_level_of_which_the_status_was_taken_away_decides_nothing() -> None:
    blank = branches(ground({"7.2": said(CriterionStatus.UNSET)}))["7.2"]
    assert blank.decides is None and blank.criterion.confirmed is not None


def test_a_page_lists_parts_and_criteria_in_reading_order() -> None:
    text = LADDER + "\n###### Actions\n####### Encore\n```yaml\nid: 7.2.2.1\n```\n"
    roots = read([("echelle.md", text.encode())]).roots
    here = Ground(roots, prepare(roots), {"7.2.2.1": said(DONE)}, (), {}, False, 2026)
    found = branches(here)
    shown = rows(_standing(here), found)
    assert [_ref(one) for one in shown["7.1"]] == ["7.1"]
    assert [_ref(one) for one in shown["7.2"]] == ["7.2.1", "7.2.2", "7.2.2.1"]
    assert [isinstance(one, Branch) for one in shown["7.2"]] == [False, True, False]


def test_a_level_is_a_line_of_its_own_only_where_something_proves_it() -> None:
    said_of_it = ground({"7.2": said(DONE)})
    proved = replace(said_of_it, proofs=(proof("7.2"),))
    lines = [
        [_ref(one) for one in rows(_standing(here), branches(here))["7.2"]]
        for here in (said_of_it, proved)
    ]
    assert lines == [["7.2.1", "7.2.2"], ["7.2", "7.2.1", "7.2.2"]]


def test_the_nameless_root_of_a_whole_framework_has_no_page() -> None:
    text = '# Tout\n```yaml\nid: ""\nreferentiel: echelle\n```\n' + LADDER[LADDER.index("## ") :]
    roots = read([("echelle.md", text.encode())]).roots
    here = Ground(roots, prepare(roots), {}, (), {}, False, 2026)
    assert "" not in branches(here)


def _ref(one: object) -> str:
    return one.criterion.ref if isinstance(one, Branch) else str(one.ref)  # type: ignore[attr-defined]


def _standing(here: Ground) -> Standing:
    rungs, level, totals = rungs_and_totals(here)
    return Standing(
        framework="f",
        framework_key="k",
        title="Relier",
        version=1,
        year=2026,
        assessment="a",
        frozen_on=None,
        level=level,
        score=share(totals, "done"),
        planned=share(totals, "planned"),
        rungs=rungs,
        points=totals[0].done,
        wholes=wholes_of(here),
        inner=frozenset(node.id for node in walk(here.roots) if node.children),
    )


@given(ANY)
def test_what_stands_in_the_reading_adds_up_to_what_is_done(
    confirmed: dict[str, Confirmed],
) -> None:
    one = _standing(ground(confirmed))
    assert sum((part.points for part in one.criteria), Fraction(0)) == one.points
    assert sum((part.points for part in one.parts), Fraction(0)) == one.points


@given(ANY)
def test_every_branch_is_worth_what_the_scoring_says(confirmed: dict[str, Confirmed]) -> None:
    here = ground(confirmed)
    for found in branches(here).values():
        if found.decides is None and found.above is None:
            assert found.done == sum(part.done for part in found.parts)
        assert found.potential >= found.done


@given(WORDS, st.sampled_from(["7", "7.2"]), st.sampled_from(CriterionStatus), st.booleans())
def test_setting_a_status_and_clearing_it_leaves_every_figure_as_it_was(
    confirmed: dict[str, Confirmed], ref: str, status: CriterionStatus, concerned: bool
) -> None:
    """A cleared row stays, « non renseigné » and concerned: it is as if it were not there."""
    before = {key: one for key, one in confirmed.items() if key != ref}
    cleared = {**before, ref: said(CriterionStatus.UNSET)}
    assert _figures(ground(before)) == _figures(ground(cleared))
    during = branches(ground({**before, ref: said(status, concerned=concerned)}))
    assert [one.answered for one in during.values()] == [
        one.answered for one in branches(ground(before)).values()
    ]


def _figures(here: Ground) -> object:
    one = _standing(here)
    return (
        one.level,
        one.score,
        one.planned,
        one.points,
        [(part.ref, part.share, part.state, part.points) for part in one.rungs],
        [(ref, found.done, found.potential, found.above) for ref, found in branches(here).items()],
    )


@given(cases(), st.data())
def test_clearing_is_the_identity_in_every_framework(case: Case, data: st.DataObject) -> None:
    tree, statuses = case
    ref = data.draw(st.sampled_from([draft.id for draft in walk([tree])]))
    before = {key: one for key, one in statuses.items() if key != ref}
    assert score([tree], {**before, ref: Status(StatusKind.UNSET)}) == score([tree], before)
