"""Where a territory stands: levels, shares, what is missing. Pure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, read
from app.frameworks.scoring import prepare
from app.maturity.kinds import CriterionStatus, EvidenceKind, ProofState, RungState
from app.maturity.labels import missing
from app.maturity.onlookers import for_onlookers
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, CriterionStanding, Proof, Rung, Standing
from app.maturity.wanted_proofs import expected_evidence
from tests.cast import NOW
from tests.maturity.samples import LADDER

ROOTS = read([("echelle.md", LADDER.encode())]).roots
DONE, PLANNED = CriterionStatus.DONE, CriterionStatus.PLANNED


def said(status: CriterionStatus, *, concerned: bool = True) -> Confirmed:
    return Confirmed(status, None, concerned, None, 1, NOW, None)


def proof(
    ref: str, state: ProofState = ProofState.DONE, step: str | None = None, **more: object
) -> Proof:
    known: dict[str, object] = {
        "public_id": f"proof-{ref}-{step}",
        "kind": EvidenceKind.STEP if step else EvidenceKind.PROJECT,
        "title": step or "Invendus",
        "address": "/projets/p1#step-s1" if step else "/projets/p1",
        "project": "Invendus",
        "project_public_id": "p1",
        "is_draft": False,
        "due_on": None,
        "dated_on": None,
        "note": None,
    }
    return Proof(ref=ref, state=state, **{**known, **more})  # type: ignore[arg-type]


def stand(
    confirmed: dict[str, Confirmed] | None = None,
    proofs: tuple[Proof, ...] = (),
    counts: dict[str, int] | None = None,
    *,
    roots: tuple[NodeDraft, ...] = ROOTS,
    is_frozen: bool = False,
) -> tuple[tuple[Rung, ...], int | None, Fraction | None]:
    ground = Ground(roots, prepare(roots), confirmed or {}, proofs, counts or {}, is_frozen, 2026)
    rungs, level, totals = rungs_and_totals(ground)
    return rungs, level, share(totals, "done")


def criterion(
    ref: str,
    confirmed: dict[str, Confirmed] | None = None,
    proofs: tuple[Proof, ...] = (),
    counts: dict[str, int] | None = None,
    **more: bool,
) -> CriterionStanding:
    rungs, _, _ = stand(confirmed, proofs, counts, **more)  # type: ignore[arg-type]
    return next(one for rung in rungs for one in rung.criteria if one.ref == ref)


def test_nothing_confirmed_is_no_level_and_no_score() -> None:
    rungs, level, score = stand()
    assert (level, score) == (0, 0)
    assert [(one.number, one.ref, one.state) for one in rungs] == [
        (1, "7.1", RungState.AHEAD),
        (2, "7.2", RungState.AHEAD),
    ]
    assert [one.ref for rung in rungs for one in rung.criteria] == ["7.1", "7.2.1", "7.2.2"]


def test_half_a_level_done_reaches_it_when_the_levels_below_are_reached() -> None:
    rungs, level, score = stand({"7.1": said(DONE), "7.2.1": said(DONE)})
    assert (level, score) == (2, Fraction(7, 10))
    assert [one.state for one in rungs] == [RungState.REACHED, RungState.REACHED]
    rungs, level, score = stand({"7.2.1": said(DONE)})
    assert (level, score) == (0, Fraction(3, 10))
    assert [one.state for one in rungs] == [RungState.AHEAD, RungState.PARTIAL]


def test_planned_moves_no_level_but_is_on_the_way() -> None:
    rungs, level, _ = stand({"7.1": said(PLANNED)})
    assert level == 0
    assert rungs[0].state is RungState.PARTIAL


def test_proofs_alone_confirm_nothing() -> None:
    rungs, level, score = stand(proofs=(proof("7.1"),))
    assert (level, score, rungs[0].state) == (0, 0, RungState.PARTIAL)
    assert rungs[0].criteria[0].is_to_confirm


@given(
    st.dictionaries(st.sampled_from(["7.1", "7.2.1", "7.2.2"]), st.sampled_from([DONE, PLANNED])),
    st.lists(st.sampled_from(["7.1", "7.2.1", "7.2.2"])),
)
def test_the_level_depends_on_what_was_confirmed_alone(
    confirmed: dict[str, CriterionStatus], linked: list[str]
) -> None:
    words = {ref: said(status) for ref, status in confirmed.items()}
    without = stand(words)
    with_proofs = stand(words, tuple(proof(ref) for ref in linked), {})
    assert without[1:] == with_proofs[1:]


def test_a_frozen_year_proposes_nothing() -> None:
    one = criterion("7.1", proofs=(proof("7.1"),), is_frozen=True)
    assert one.proposal is None
    assert not one.is_to_confirm


def test_a_level_with_criteria_of_its_own_gets_no_proposal() -> None:
    assert criterion("7.2", proofs=(proof("7.2"),)).proposal is None


def test_a_framework_without_levels_has_parts_that_are_reached_when_all_is_done() -> None:
    roots = read([("a.md", LADDER.replace("niveaux: cumulatifs\n", "").encode())]).roots
    rungs, level, _ = stand({"7.2.1": said(DONE), "7.1": said(DONE)}, roots=roots)
    assert level is None
    assert [one.state for one in rungs] == [RungState.REACHED, RungState.PARTIAL]


def test_what_is_not_concerned_says_so_and_misses_nothing() -> None:
    confirmed = {"7.1": said(CriterionStatus.UNSET, concerned=False)}
    rungs, _, _ = stand(confirmed)
    assert (rungs[0].state, rungs[0].share) == (RungState.NOT_CONCERNED, None)
    assert missing(rungs[0].criteria[0]) == ""


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (criterion("7.1"), "Aucune preuve encore\u202f: reliez un projet ou une étape."),
        (criterion("7.1", {"7.1": said(DONE)}), "Réalisé, sans preuve reliée pour l’instant."),
        (criterion("7.1", {"7.1": said(DONE)}, (proof("7.1"),)), ""),
        (criterion("7.1", {}, (proof("7.1"),)), "Plus rien\u202f: il reste à confirmer."),
        (
            criterion("7.2.2", counts={"synergies_operationnelles_annee": 1}),
            "Il manque 1\u00a0synergie opérationnelle dans l’année.",
        ),
        (
            criterion(
                "7.1",
                {},
                (proof("7.1", ProofState.OPEN, "Peser", due_on=date(2026, 4, 17)),),
            ),
            "À terminer\u00a0: «\u00a0Peser\u00a0» (17\u00a0avril 2026).",
        ),
    ],
)
def test_what_is_missing_is_told_as_something_to_do(one: CriterionStanding, words: str) -> None:
    assert missing(one) == words


def test_onlookers_read_projects_and_numbers_never_steps_or_drafts() -> None:
    rungs, level, score = stand(
        proofs=(
            proof("7.1", ProofState.OPEN, "Peser", due_on=date(2026, 4, 1), note="Le Fournil"),
            proof("7.1", ProofState.DONE, "Trier"),
            proof("7.1", project="Secret", project_public_id="p2", is_draft=True),
            proof("7.1", ProofState.STOPPED, project="Fini", project_public_id="p3"),
        )
    )
    whole = Standing("f", "k", "t", 1, 2026, "a", None, level, score, None, rungs)
    (one,) = for_onlookers(whole).rungs[0].criteria
    assert [(p.title, p.within, p.address, p.due_on, p.note) for p in one.proofs] == [
        ("Invendus", None, "/projets/p1", None, None)
    ]
    assert missing(one, by_name=False) == "1\u00a0preuve à terminer."


def test_expected_evidence_is_looked_for_upwards() -> None:
    above = LADDER.replace("id: 7.2\npourcentage: 60\n```\n", "id: 7.2\n```\n#### Preuves\nTout.\n")
    roots = read([("a.md", above.encode())]).roots
    assert expected_evidence(roots, "7.1") == "- La feuille de route votée."
    assert expected_evidence(roots, "7.2.1") == "Tout."
    assert expected_evidence(roots, "7") == ""
