"""What the plan proposes of a criterion, and why."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity.kinds import CriterionStatus, EvidenceKind, Networking, ProofState, RungState
from app.maturity.labels import LABELS, PILLS, label, pill, reasons
from app.maturity.proposals import (
    Proposal,
    differs,
    project_proof,
    propose,
    step_proof,
    wants_comment,
)
from app.plans.kinds import ProjectState, Stage, StepStatus

DONE, OPEN, STOPPED = ProofState.DONE, ProofState.OPEN, ProofState.STOPPED
THREE = {"indicateur": "synergies", "seuil": "3"}
proofs = st.lists(st.sampled_from(ProofState))


@pytest.mark.parametrize(
    ("linked", "status"),
    [
        ([], CriterionStatus.UNSET),
        ([STOPPED], CriterionStatus.UNSET),
        ([OPEN], CriterionStatus.PLANNED),
        ([DONE], CriterionStatus.DONE),
        ([DONE, STOPPED], CriterionStatus.DONE),
        ([DONE, OPEN], CriterionStatus.PLANNED),
    ],
)
def test_proofs_speak_for_a_status(linked: list[ProofState], status: CriterionStatus) -> None:
    assert propose({}, linked, {}).status is status


@pytest.mark.parametrize(
    ("count", "linked", "status", "short_of"),
    [
        (3, [], CriterionStatus.DONE, 0),
        (4, [OPEN], CriterionStatus.DONE, 0),
        (2, [DONE], CriterionStatus.NOT_DONE, 1),
        (2, [OPEN], CriterionStatus.PLANNED, 1),
        (0, [], CriterionStatus.NOT_DONE, 3),
    ],
)
def test_a_declared_threshold_is_decided_by_the_data(
    count: int, linked: list[ProofState], status: CriterionStatus, short_of: int
) -> None:
    found = propose(THREE, linked, {"synergies": count})
    assert (found.status, found.short_of, found.by_data) == (status, short_of, True)


@pytest.mark.parametrize("keys", [THREE, {"indicateur": "synergies"}, {"seuil": "trois"}])
def test_where_the_data_cannot_answer_proofs_speak_alone(keys: dict[str, str]) -> None:
    found = propose(keys, [DONE], {"synergies": 5} if keys != THREE else {})
    assert (found.status, found.by_data) == (CriterionStatus.DONE, False)


@given(proofs, proofs)
def test_the_order_of_the_proofs_changes_nothing(one: list[ProofState], two: list) -> None:
    assert propose({}, one + two, {}) == propose({}, two + one, {})


@given(proofs, st.integers(0, 9), st.integers(0, 9))
def test_more_synergies_never_propose_less(linked: list[ProofState], few: int, more: int) -> None:
    ranks = [CriterionStatus.NOT_DONE, CriterionStatus.PLANNED, CriterionStatus.DONE]
    low, high = sorted((few, more))
    found = [ranks.index(propose(THREE, linked, {"synergies": n}).status) for n in (low, high)]
    assert found == sorted(found)


def test_a_proposal_that_says_more_is_to_confirm_and_one_that_says_less_is_not() -> None:
    done, planned = propose({}, [DONE], {}), propose({}, [OPEN], {})
    assert differs(done, CriterionStatus.PLANNED)
    assert differs(planned, CriterionStatus.UNSET)
    assert not differs(planned, CriterionStatus.DONE)
    assert not differs(planned, CriterionStatus.DETAILED)
    assert not differs(propose({}, [], {}), CriterionStatus.UNSET)


def test_data_that_contradict_a_confirmed_status_are_told() -> None:
    assert differs(propose(THREE, [], {"synergies": 1}), CriterionStatus.DONE)


@given(proofs)
def test_to_say_what_the_plan_says_takes_no_comment(linked: list[ProofState]) -> None:
    found = propose({}, linked, {})
    assert not wants_comment(found, found.status)
    assert not wants_comment(found, CriterionStatus.UNSET)


def test_to_say_otherwise_takes_a_comment() -> None:
    assert wants_comment(propose({}, [OPEN], {}), CriterionStatus.DONE)


@pytest.mark.parametrize("state", ProjectState)
def test_a_step_done_proves_whatever_becomes_of_its_project(state: ProjectState) -> None:
    assert step_proof(StepStatus.DONE, state) is DONE


def test_an_open_step_waits_and_ends_with_its_project() -> None:
    assert step_proof(StepStatus.BLOCKED, ProjectState.ACTIVE) is OPEN
    assert step_proof(StepStatus.TODO, ProjectState.ABANDONED) is STOPPED
    assert step_proof(StepStatus.ABANDONED, ProjectState.ACTIVE) is STOPPED


def test_a_project_proves_once_it_works() -> None:
    assert project_proof(Stage.OPERATIONAL, ProjectState.ACTIVE) is DONE
    assert project_proof(Stage.FEASIBILITY, ProjectState.CLOSED) is DONE
    assert project_proof(Stage.FEASIBILITY, ProjectState.ACTIVE) is OPEN
    assert project_proof(Stage.OPERATIONAL, ProjectState.DRAFT) is OPEN
    assert project_proof(Stage.LASTING, ProjectState.ABANDONED) is STOPPED


def test_reasons_are_told_in_words() -> None:
    assert reasons(Proposal(done=2, open=1)) == ("2\u00a0preuves faites et 1\u00a0preuve en cours.")
    assert reasons(Proposal()) == "Aucune preuve reliée."
    counted = propose(
        {"indicateur": "synergies_collectivite", "seuil": "1"}, [], {"synergies_collectivite": 0}
    )
    assert reasons(counted) == (
        "0\u00a0synergie opérationnelle où la collectivité échange elle-même\u202f; il en faut 1."
    )


def test_every_kind_has_its_word_and_its_pill() -> None:
    for member in itertools.chain(CriterionStatus, ProofState, RungState):
        assert label(member) and pill(member)
    assert (label(CriterionStatus.DONE), label(ProofState.DONE)) == ("Réalisé", "Fait")
    assert PILLS.keys() <= LABELS.keys()
    for member in itertools.chain(EvidenceKind, Networking):
        assert label(member)
