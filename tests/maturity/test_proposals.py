"""What the plan proposes of a criterion, and why."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity.kinds import (
    CriterionStatus,
    EvidenceKind,
    Finding,
    Networking,
    ProofState,
    RungState,
)
from app.maturity.labels import LABELS, PILLS, contrary, label, pill, reasons
from app.maturity.proposals import (
    Proposal,
    further,
    project_proof,
    propose,
    step_proof,
    wants_comment,
    weigh,
)
from app.plans.kinds import ProjectState, Stage, StepStatus

DONE, OPEN, STOPPED = ProofState.DONE, ProofState.OPEN, ProofState.STOPPED
THREE = {"indicateur": "synergies", "seuil": "3"}
LADDER = {"indicateur": "synergies", "seuils": "1 = 10; 2 = 30; 3 = 50"}
ATTESTED_LADDER = {**LADDER, "preuve": "oui"}
UNDECIDED = (CriterionStatus.UNSET, CriterionStatus.PLANNED)
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
        (2, [STOPPED], CriterionStatus.UNSET, 1),
        (1, [], CriterionStatus.UNSET, 2),
        (2, [DONE, OPEN], CriterionStatus.PLANNED, 1),
        (3, [DONE], CriterionStatus.DONE, 0),
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


@given(st.sampled_from([THREE, LADDER]), proofs, st.integers(0, 9), st.integers(0, 9))
def test_more_synergies_never_propose_less_as_done(
    keys: dict[str, str], linked: list[ProofState], few: int, more: int
) -> None:
    low, high = (propose(keys, linked, {"synergies": n}) for n in sorted((few, more)))
    assert low.share <= high.share


@given(st.sampled_from([THREE, LADDER, ATTESTED_LADDER]), proofs, st.integers(1, 9))
def test_of_something_nobody_is_told_that_nothing_was_done(
    keys: dict[str, str], linked: list[ProofState], count: int
) -> None:
    assert propose(keys, linked, {"synergies": count}).status is not CriterionStatus.NOT_DONE


@pytest.mark.parametrize(
    ("count", "linked", "fractions"),
    [
        (0, [], None),
        (1, [], ("0.1", "0", "0.9")),
        (2, [STOPPED], ("0.3", "0", "0.7")),
        # what is under way is planned
        (2, [OPEN], ("0.3", "0.7", "0")),
        # a proof that is done is one of these synergies, not of all of the criterion
        (3, [DONE], ("0.5", "0", "0.5")),
        (8, [], ("0.5", "0", "0.5")),
    ],
)
def test_a_count_proposes_the_part_that_its_threshold_is_worth(
    count: int, linked: list[ProofState], fractions: tuple[str, ...] | None
) -> None:
    found = propose(LADDER, linked, {"synergies": count})
    wanted = CriterionStatus.DETAILED if fractions else CriterionStatus.NOT_DONE
    assert found.status is wanted
    assert found.fractions == (fractions and tuple(map(Decimal, fractions)))


def test_the_highest_threshold_makes_it_done_where_it_is_worth_all() -> None:
    whole = {"indicateur": "synergies", "seuils": "1 = 25; 4 = 100"}
    assert propose(whole, [], {"synergies": 4}).status is CriterionStatus.DONE
    assert propose(whole, [], {"synergies": 3}).fractions == (
        Decimal("0.25"),
        Decimal(0),
        Decimal("0.75"),
    )


@pytest.mark.parametrize(
    ("linked", "status"),
    [
        ([], CriterionStatus.UNSET),
        ([OPEN], CriterionStatus.PLANNED),
        ([DONE], CriterionStatus.DETAILED),
    ],
)
def test_a_part_that_wants_its_paper_waits_for_it(
    linked: list[ProofState], status: CriterionStatus
) -> None:
    found = propose(ATTESTED_LADDER, linked, {"synergies": 2})
    assert (found.status, found.is_unattested) == (status, DONE not in linked)


def test_a_detailed_part_is_proposed_where_it_says_more_than_what_was_confirmed() -> None:
    found = propose(LADDER, [], {"synergies": 2})
    detailed = CriterionStatus.DETAILED
    assert weigh(found, detailed, Fraction(1, 10)) is Finding.PROPOSED
    assert weigh(found, detailed, Fraction(3, 10)) is Finding.NOTHING
    assert weigh(found, detailed, Fraction(8, 10)) is Finding.NOTHING
    assert weigh(found, CriterionStatus.PLANNED) is Finding.PROPOSED
    assert weigh(found, CriterionStatus.DONE) is Finding.CONTRADICTED
    # the data know half of it at most: who says that the rest is done is not contradicted
    assert weigh(propose(LADDER, [], {"synergies": 3}), CriterionStatus.DONE) is Finding.NOTHING


def test_another_part_than_the_data_have_takes_a_comment() -> None:
    found = propose(LADDER, [], {"synergies": 2})
    assert found.fractions is not None
    assert not wants_comment(found, CriterionStatus.DETAILED, found.fractions)
    more = (Decimal("0.8"), Decimal(0), Decimal("0.2"))
    assert wants_comment(found, CriterionStatus.DETAILED, more)
    # below the first threshold « pas fait » is what the count says
    assert not wants_comment(propose(THREE, [], {"synergies": 2}), CriterionStatus.NOT_DONE)


def test_the_part_is_told_with_what_each_number_is_worth() -> None:
    named = {"indicateur": "synergies_operationnelles_annee", "seuils": LADDER["seuils"]}
    found = propose(named, [], {"synergies_operationnelles_annee": 2})
    assert reasons(found) == (
        "2\u00a0synergies opérationnelles dans l’année, soit 30\u202f% du critère "
        "(il en faut 1 pour 10\u202f%, 2 pour 30\u202f%, 3 pour 50\u202f%)."
    )


def test_a_proposal_that_says_more_is_to_confirm_and_one_that_says_less_is_not() -> None:
    done, planned = propose({}, [DONE], {}), propose({}, [OPEN], {})
    assert weigh(done, CriterionStatus.PLANNED) is Finding.PROPOSED
    assert weigh(planned, CriterionStatus.UNSET) is Finding.PROPOSED
    assert weigh(planned, CriterionStatus.DONE) is Finding.NOTHING
    assert weigh(planned, CriterionStatus.DETAILED) is Finding.NOTHING
    assert weigh(propose({}, [], {}), CriterionStatus.UNSET) is Finding.NOTHING


@pytest.mark.parametrize("linked", [[], [OPEN], [STOPPED]])
def test_data_that_contradict_a_confirmed_status_are_told_and_propose_nothing(
    linked: list[ProofState],
) -> None:
    found = propose(THREE, linked, {"synergies": 1})
    assert weigh(found, CriterionStatus.DONE) is Finding.CONTRADICTED
    assert contrary(found) == (
        "Les données disent «\u00a0en partie\u00a0»\u00a0: 1\u00a0preuve faite\u202f; "
        "il en faut 3. Ce qui est confirmé reste tant que personne ne dit autre chose."
    )


@pytest.mark.parametrize("linked", [[DONE], [DONE, DONE, STOPPED]])
def test_data_and_proofs_that_contradict_each_other_are_both_told(
    linked: list[ProofState],
) -> None:
    found = propose(
        {"indicateur": "synergies_operationnelles_annee", "seuil": "3"},
        linked,
        {"synergies_operationnelles_annee": 1},
    )
    assert (found.is_split, found.status) == (True, CriterionStatus.UNSET)
    assert reasons(found) == contrary(found)
    assert contrary(found).startswith(
        "Les données disent «\u00a0en partie\u00a0»\u00a0: 1\u00a0synergie opérationnelle dans "
        "l’année\u202f; il en faut 3. Les preuves reliées disent «\u00a0réalisé\u00a0»\u00a0: "
        f"{linked.count(DONE)}\u00a0preuve"
    )
    # who has said one or the other has decided; the word in between has not
    for confirmed, finding in (
        (CriterionStatus.UNSET, Finding.SPLIT),
        (CriterionStatus.PLANNED, Finding.SPLIT),
        (CriterionStatus.NOT_DONE, Finding.NOTHING),
        (CriterionStatus.DONE, Finding.NOTHING),
        (CriterionStatus.DETAILED, Finding.NOTHING),
    ):
        assert weigh(found, confirmed) is finding
    # whichever way she decides, she says why
    for chosen in (CriterionStatus.DONE, CriterionStatus.NOT_DONE):
        assert wants_comment(found, chosen)


@given(proofs, st.integers(0, 9) | st.none(), st.sampled_from(CriterionStatus))
def test_a_click_never_takes_down_what_a_person_confirmed(
    linked: list[ProofState], count: int | None, confirmed: CriterionStatus
) -> None:
    found = propose(THREE, linked, {} if count is None else {"synergies": count})
    finding = weigh(found, confirmed)
    if finding is Finding.PROPOSED:
        assert further(found.status, confirmed)
    if confirmed is CriterionStatus.DONE:
        assert finding is not Finding.PROPOSED
    # a count that falls short is never silent beside a « done » of a person or of the proofs
    if found.short_of and confirmed is CriterionStatus.DONE and not found.is_split:
        assert finding is Finding.CONTRADICTED
    if found.short_of and DONE in linked and OPEN not in linked:
        assert finding is (Finding.SPLIT if confirmed in UNDECIDED else Finding.NOTHING)


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


ATTESTED = {"indicateur": "animation_nommee", "seuil": "1", "preuve": "oui"}


@pytest.mark.parametrize(
    ("linked", "status"),
    [
        ([], CriterionStatus.UNSET),
        ([OPEN], CriterionStatus.PLANNED),
        ([DONE], CriterionStatus.DONE),
        ([DONE, OPEN], CriterionStatus.PLANNED),
        ([ProofState.EXPIRED], CriterionStatus.UNSET),
    ],
)
def test_a_count_that_wants_a_proof_waits_for_the_paper(
    linked: list[ProofState], status: CriterionStatus
) -> None:
    found = propose(ATTESTED, linked, {"animation_nommee": 1})
    assert found.status is status
    # her « done » is not contradicted by a paper that nobody linked
    assert weigh(found, CriterionStatus.DONE) is Finding.NOTHING


def test_a_count_that_falls_short_is_decided_by_data_whatever_it_wants() -> None:
    short = propose(ATTESTED, [], {"animation_nommee": 0})
    assert (short.status, short.is_unattested) == (CriterionStatus.NOT_DONE, False)
    assert propose(ATTESTED, [DONE], {"animation_nommee": 0}).is_split


def test_a_count_that_wants_a_proof_says_so() -> None:
    found = propose(ATTESTED, [], {"animation_nommee": 1})
    assert reasons(found) == (
        "1\u00a0personne nommée pour animer\u202f; il en faut 1, avec une preuve. "
        "Aucune preuve reliée."
    )


@given(proofs, st.integers(0, 3))
def test_wanting_a_proof_never_proposes_more(linked: list[ProofState], count: int) -> None:
    counts = {"animation_nommee": count}
    lenient = {key: value for key, value in ATTESTED.items() if key != "preuve"}
    strict, loose = propose(ATTESTED, linked, counts), propose(lenient, linked, counts)
    assert not further(strict.status, loose.status)
