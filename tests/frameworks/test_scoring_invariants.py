"""What holds for every tree and every set of statuses."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Score, Status, prepare, score, score_sheet
from tests.frameworks.cases import Case, cases
from tests.frameworks.samples import node, only, read_text


@settings(max_examples=150)
@given(cases())
def test_the_four_parts_sum_to_the_potential(case: Case) -> None:
    tree, statuses = case
    for found in score([tree], statuses).values():
        assert found.done + found.planned + found.not_done + found.unset == found.potential
        assert min(found[1:6]) >= 0


@settings(max_examples=150)
@given(cases())
def test_a_parent_is_worth_the_sum_of_its_concerned_children(case: Case) -> None:
    tree, statuses = case
    scores = score([tree], statuses)
    for draft in walk([tree]):
        active = [scores[child.id] for child in draft.children if scores[child.id].concerned]
        if active:
            assert scores[draft.id].potential == sum(child.potential for child in active)


@given(cases())
def test_what_is_not_concerned_is_worth_nothing(case: Case) -> None:
    tree, statuses = case
    empty = [found[1:6] for found in score([tree], statuses).values() if not found.concerned]
    assert empty == [(0, 0, 0, 0, 0)] * len(empty)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_children_is_irrelevant(case: Case, random: object) -> None:
    tree, statuses = case
    assert score([_shuffled(tree, random)], statuses) == score([tree], statuses)


def _shuffled(draft: NodeDraft, random: object) -> NodeDraft:
    children = [_shuffled(child, random) for child in draft.children]
    random.shuffle(children)  # type: ignore[attr-defined]
    return dataclasses.replace(draft, children=tuple(children))


@settings(max_examples=150)
@given(cases(rules=False))
def test_non_concerne_never_raises_a_total(case: Case) -> None:
    tree, statuses = case
    whole, scores = score([tree], {}), score([tree], statuses)
    assert _root(tree, statuses).potential <= whole[tree.id].potential
    for draft in tree.children:
        if all(scores[other.id].concerned for other in tree.children):
            assert scores[draft.id].potential <= whole[draft.id].potential


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=8))
def test_a_measure_keeps_its_total_while_somebody_can_receive(
    children: list[tuple[int, bool]],
) -> None:
    text = node("1") + "".join(
        node(f"1.{at}", 3, more=f"points: {points}\n") for at, (points, _) in enumerate(children)
    )
    off = {f"1.{at}": Status(concerned=False) for at, (_, here) in enumerate(children) if not here}
    found = score([only(read_text(text))], off)["1"]
    # 1.0 is regulatory: it keeps its points and takes nobody else's.
    can_receive = any(points and here for points, here in children[1:])
    here_alone = sum(points for points, here in children if here)
    total = sum(points for points, _ in children)
    assert found.potential == (total if can_receive else here_alone)


def _root(tree: NodeDraft, statuses: dict[str, Status]) -> Score:
    return score([tree], statuses)[tree.id]


@given(cases())
def test_doing_more_never_lowers_done(case: Case) -> None:
    tree, statuses = case
    more = {
        node_id: Status(StatusKind.DONE, None, status.concerned)
        if status.kind is not StatusKind.UNSET
        else status
        for node_id, status in statuses.items()
    }
    assert _root(tree, more).done >= _root(tree, statuses).done


@given(cases())
def test_a_sheet_made_once_serves_every_territory(case: Case) -> None:
    tree, statuses = case
    sheet = prepare([tree])
    assert score_sheet(sheet, {}) == score([tree], {})
    assert score_sheet(sheet, statuses) == score([tree], statuses)


_CHILDREN = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["", "0.5", "1.625 si 1.1 non concerné"])),
    min_size=2,
    max_size=6,
)


@given(_CHILDREN, st.sets(st.integers(1, 6)))
def test_non_concerne_never_raises_a_total_above_what_its_rules_say(
    children: list[tuple[int, str]], off: set[int]
) -> None:
    text = node("1") + "".join(
        node(f"1.{at}", 3, more=f"points: {points}\n" + (f"facteur: {rule}\n" if rule else ""))
        for at, (points, rule) in enumerate(children, start=1)
    )
    gone = {f"1.{at}": Status(concerned=False) for at in off if at <= len(children)}
    factors = {"": Fraction(1), "0.5": Fraction(1, 2)}
    with_rule = Fraction("1.625") if "1.1" in gone else Fraction(1)
    said = sum(points * factors.get(rule, with_rule) for points, rule in children)
    assert score([only(read_text(text))], gone)["1"].potential <= said


@given(cases(rules=False))
def test_the_points_of_a_measure_in_percents_are_the_sum_of_its_parts(case: Case) -> None:
    tree, _ = case
    scores = score([tree], {})
    for draft in walk([tree]):
        shares = [child.percentage for child in draft.children if child.points is None]
        is_whole = None not in shares and sum(share or 0 for share in shares) == 100
        if is_whole and len(shares) == len(draft.children):
            parts = [scores[child.id].points for child in draft.children]
            assert sum(parts) == scores[draft.id].points


@given(st.integers(1, 12), st.integers(1, 500))
def test_equal_parts_sum_to_the_whole(count: int, points: int) -> None:
    text = node("1", more=f"points: {points}\n")
    text += "".join(node(f"1.{at}", 3) for at in range(1, count + 1))
    scores = score([only(read_text(text))], {})
    assert sum(found.points for key, found in scores.items() if key != "1") == points
