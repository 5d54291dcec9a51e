"""What the plan will be worth by the end of the year: never less than today, and reckoned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import read
from app.frameworks.scoring import cycle_of, prepare
from app.maturity.kinds import CriterionStatus, EvidenceKind, ProofState
from app.maturity.labels import expected, missing
from app.maturity.outlook import Outlook, outlook
from app.maturity.reading import (
    Confirmed,
    Ground,
    Proof,
    Standing,
    rungs_and_totals,
    share,
)
from tests.cast import NOW
from tests.maturity.samples import LADDER

ROOTS = read([("echelle.md", LADDER.encode())]).roots
CYCLED = read([("e.md", LADDER.replace("seuil_niveau: 50", "cycle: 4").encode())]).roots
END = date(2026, 12, 31)
REFS = ("7.1", "7.2.1", "7.2.2")
SYNERGIES = "synergies_operationnelles_annee"


def proof(ref: str, state: ProofState = ProofState.OPEN, **more: object) -> Proof:
    known: dict[str, object] = {
        "public_id": f"p-{ref}",
        "kind": EvidenceKind.STEP,
        "title": "Voter",
        "address": "/projets/p1#step-s1",
        "project": "Animer",
        "project_public_id": "p1",
        "is_draft": False,
        "due_on": date(2026, 11, 30),
        "dated_on": None,
        "note": None,
    }
    return Proof(ref=ref, state=state, **{**known, **more})  # type: ignore[arg-type]


def said(status: CriterionStatus, *, concerned: bool = True) -> Confirmed:
    parts = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    detailed = status is CriterionStatus.DETAILED
    return Confirmed(status, parts if detailed else None, concerned, None, 1, NOW, None)


def ground(*proofs: Proof, confirmed: dict[str, Confirmed] | None = None, **more: object) -> Ground:
    known: dict[str, object] = {"roots": ROOTS, "counts": {SYNERGIES: 0}, "year": 2026}
    known |= more
    return Ground(
        sheet=prepare(known["roots"]),  # type: ignore[arg-type]
        confirmed=confirmed or {},
        proofs=proofs,
        is_frozen=False,
        **known,  # type: ignore[arg-type]
    )


def today(there: Ground) -> Standing:
    rungs, level, totals = rungs_and_totals(there)
    return Standing("f", "k", "t", 1, 2026, "a", None, level, share(totals, "done"), None, rungs)


def test_a_step_due_by_december_brings_the_level_that_it_proves() -> None:
    there = ground(proof("7.1"))
    later = outlook(there, END)
    # 7.1 is worth 40 of 100
    assert (today(there).level, today(there).score) == (0, 0)
    assert (later.level, later.score) == (1, Fraction(40, 100))
    assert [one.ref for one in later.awaited] == ["7.1"]
    assert later.gains(today(there))
    assert expected(later, today(there)) == (
        "Si l’étape prévue d’ici le 31\u00a0décembre 2026 est faite et confirmée\u00a0: "
        "niveau\u00a01, 40\u202f% réalisé (aujourd’hui\u00a0: niveau\u00a00, 0\u202f%)."
    )


def test_what_is_due_later_or_has_no_date_is_promised_to_nobody() -> None:
    for due in (date(2027, 1, 4), None):
        there = ground(proof("7.1", due_on=due))
        later = outlook(there, END)
        assert (later.awaited, later.level) == ((), 0)
        assert not later.gains(today(there))


def test_a_meeting_that_is_planned_counts_by_its_day() -> None:
    planned = proof("7.1", kind=EvidenceKind.MEETING, due_on=None, dated_on=date(2026, 12, 4))
    assert outlook(ground(planned), END).level == 1


def test_a_step_that_proves_two_criteria_is_told_once_and_meetings_by_their_name() -> None:
    steps = (proof("7.1"), proof("7.2.1"))
    there = ground(*steps)
    assert expected(outlook(there, END), today(there)).startswith("Si l’étape prévue d’ici le")
    meeting = {"kind": EvidenceKind.MEETING, "dated_on": date(2026, 12, 4), "due_on": None}
    there = ground(*steps, proof("7.1", address="/projets/p2#step-s2"), proof("7.1", **meeting))
    there = replace(there, proofs=(*there.proofs[:3], replace(there.proofs[3], address="/r/1")))
    assert expected(outlook(there, END), today(there)).startswith(
        "Si les 2\u00a0étapes et la rencontre prévues d’ici le 31\u00a0décembre 2026 sont faites"
    )


def test_a_count_that_decides_is_not_moved_by_steps() -> None:
    later = outlook(ground(proof("7.2.2"), counts={SYNERGIES: 1}), END)
    assert later.score == 0


def test_a_proof_of_a_former_cycle_speaks_for_nothing() -> None:
    assert (cycle_of(CYCLED), cycle_of(ROOTS)) == (4, None)
    old = proof("7.1", ProofState.DONE, dated_on=date(2022, 12, 31))
    young = replace(old, dated_on=date(2023, 1, 1))
    for one, state, status in (
        (old, ProofState.EXPIRED, CriterionStatus.UNSET),
        (young, ProofState.DONE, CriterionStatus.DONE),
        (replace(old, dated_on=None), ProofState.DONE, CriterionStatus.DONE),
    ):
        criterion = today(ground(one, roots=CYCLED)).criterion("7.1")
        assert criterion is not None and criterion.proposal is not None
        assert [p.state for p in criterion.proofs] == [state]
        assert criterion.proposal.status is status


def test_a_cycle_that_is_no_number_of_years_is_none() -> None:
    for written in ("0", "21", "quatre", "-4", "4.5", ""):
        text = LADDER.replace("seuil_niveau: 50", f'cycle: "{written}"')
        assert cycle_of(read([("e.md", text.encode())]).roots) is None


grounds = st.builds(
    lambda statuses, proofs, count: ground(
        *proofs,
        confirmed={ref: said(one) for ref, one in statuses.items()},
        counts={SYNERGIES: count},
    ),
    st.dictionaries(st.sampled_from(REFS), st.sampled_from(CriterionStatus)),
    st.lists(
        st.builds(
            lambda ref, state, due: proof(ref, state, due_on=due),
            st.sampled_from(REFS),
            st.sampled_from(ProofState),
            st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        ),
        max_size=5,
    ),
    st.integers(0, 3),
)


@given(grounds)
def test_what_is_expected_is_never_less_than_today(there: Ground) -> None:
    now, later = today(there), outlook(there, END)
    assert (later.score or 0) >= (now.score or 0)
    assert (later.level or 0) >= (now.level or 0)


@given(grounds, st.dates(date(2026, 1, 1), date(2027, 6, 1)))
def test_a_later_day_expects_at_least_as_much(there: Ground, by: date) -> None:
    sooner: Outlook = outlook(there, by)
    later = outlook(there, date(2027, 12, 31))
    assert set(sooner.awaited) <= set(later.awaited)
    assert (sooner.score or 0) <= (later.score or 0)


def test_what_is_done_by_a_proof_of_a_former_cycle_says_so() -> None:
    old = replace(proof("7.1", ProofState.DONE), state=ProofState.EXPIRED)
    there = ground(old, confirmed={"7.1": said(CriterionStatus.DONE)})
    found = next(one for one in today(there).criteria if one.ref == "7.1")
    assert missing(found) == "Réalisé, mais ses preuves sont d’un cycle passé."
