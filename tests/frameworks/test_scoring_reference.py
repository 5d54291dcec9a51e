"""The engine beside an independent, deliberately naive one: every number, exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from app.frameworks.format import read, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status, score
from tests.frameworks.cases import Case, cases
from tests.frameworks.reference import Reference
from tests.frameworks.samples import only

_CATALOGUE = Path(__file__).resolve().parents[2] / "seeds" / "frameworks"


@settings(max_examples=400)
@given(cases())
def test_every_number_is_that_of_the_reference(case: Case) -> None:
    tree, statuses = case
    reference = Reference(tree, statuses)
    for node_id, found in score([tree], statuses).items():
        assert (node_id, *found) == (node_id, *reference.score(node_id))


@pytest.mark.parametrize("name", ["cae-6.3.1.md", "eci-3.5.md"])
def test_our_catalogue_scores_as_the_reference_does(name: str) -> None:
    tree = only(read([(name, (_CATALOGUE / name).read_bytes())]))
    for node in walk([tree]):
        for status in (Status(concerned=False), Status(StatusKind.DONE)):
            reference = Reference(tree, {node.id: status})
            for node_id, found in score([tree], {node.id: status}).items():
                assert tuple(found) == reference.score(node_id)
