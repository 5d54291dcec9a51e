"""Every number can say where it comes from, and what it says computes it again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import given, settings

from app.frameworks.scoring import Explainer, Score, prepare, score
from app.frameworks.scoring.reasons import Explanation, Part, Reason, SumOf
from tests.frameworks.cases import Case, cases

NUMBERS = ("points", "potential", "done", "planned", "not_done", "unset")


def _explained(case: Case) -> Iterator[tuple[Score, Explanation]]:
    tree, statuses = case
    explainer = Explainer(prepare([tree]), statuses)
    for node_id, found in score([tree], statuses).items():
        yield found, explainer.explain(node_id)


@settings(max_examples=200)
@given(cases())
def test_every_reason_computes_the_number_that_it_explains(case: Case) -> None:
    for found, explanation in _explained(case):
        said = {name: getattr(explanation, name).value for name in NUMBERS}
        assert said == {name: getattr(found, name) for name in NUMBERS}


@settings(max_examples=100)
@given(cases())
def test_what_a_sum_adds_up_are_the_numbers_of_its_nodes(case: Case) -> None:
    scores = score([case[0]], case[1])
    for _, explanation in _explained(case):
        for name in NUMBERS:
            reason = getattr(explanation, name)
            if isinstance(reason, SumOf):
                for part in reason.parts:
                    assert part.value == getattr(scores[part.node_id], name)


@given(cases())
def test_every_part_names_a_node_that_is_there(case: Case) -> None:
    scores = score([case[0]], case[1])
    for _, explanation in _explained(case):
        for name in NUMBERS:
            assert {part.node_id for part in _parts(getattr(explanation, name))} <= set(scores)


def _parts(reason: Reason) -> Iterator[Part]:
    for field in dataclasses.fields(reason):
        value = getattr(reason, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Part):
                yield one
            elif isinstance(one, Reason):
                yield from _parts(one)


def test_a_reason_is_exact() -> None:
    thirds = SumOf((Part("1.1", Fraction(1, 3)), Part("1.2", Fraction(1, 3))))
    assert thirds.value == Fraction(2, 3)
