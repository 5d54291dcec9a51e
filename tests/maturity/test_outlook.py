"""What the plan will be worth by the end of the year: never less than today, and reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format import read
from app.frameworks.scoring import cycle_of, prepare
from app.maturity.kinds import CriterionStatus, EvidenceKind, Finding, Networking, ProofState
from app.maturity.labels import missing
from app.maturity.outlook import Outlook, Promise, expected_counts, outlook
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed, Proof, Standing
from app.maturity.telling import expected, gained, promise_day, promise_word, thanks_to, unplanned
from tests.cast import NOW
from tests.maturity.samples import LADDER

ROOTS = read([("echelle.md", LADDER.encode())]).roots
CYCLED = read([("e.md", LADDER.replace("seuil_niveau: 50", "cycle: 4").encode())]).roots
END = date(2026, 12, 31)
REFS = ("7.1", "7.2.1", "7.2.2")
SYNERGIES = "synergies_operationnelles_annee"
OWN, KINDS, MEETINGS = "synergies_collectivite", "genres_action_reseau", "rencontres_tenues_annee"
TODAY = date(2026, 4, 7)
# as the ladder, with a criterion for each count that the plan can move: 10 points each
COUNTED = read(
    [
        (
            "e.md",
            LADDER.replace("pourcentage: 50\n", "").encode()
            + b"".join(
                f"""
##### Au moins {least} {name}
```yaml
id: 7.2.{place}
indicateur: {name}
seuil: {least}
```
""".encode()
                for place, (name, least) in enumerate(
                    ((KINDS, 1), (KINDS, 3), (MEETINGS, 2), (OWN, 1)), start=3
                )
            ),
        )
    ]
).roots


# two synergies bring a part of 7.2.2, four all of it; and the same with a paper beside
STEPPED, ATTESTED = (
    read([("e.md", LADDER.replace("seuil: 2", f"seuils: {steps}").encode())]).roots
    for steps in ("1 = 20; 2 = 60; 4 = 100", "1 = 20; 2 = 60\npreuve: oui")
)


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


def seen(there: Ground, *promised: Promise, by: date = END) -> Outlook:
    return outlook(there, today(there), promised, today=TODAY, by=by)


def meeting(on: date, kind: Networking = Networking.GOVERN, name: str = "copil") -> Promise:
    return Promise(EvidenceKind.MEETING, "COPIL", f"/rencontres/{name}", on, networking=kind)


def synergy(on: date, name: str = "p9", *, own: bool = False) -> Promise:
    return Promise(EvidenceKind.PROJECT, "Vapeur", f"/projets/{name}", on, own=own)


def counting(*proofs: Proof, **counts: int) -> Ground:
    """All counts at 0 but these, in the framework that asks for each."""
    zero = dict.fromkeys((SYNERGIES, OWN, KINDS, MEETINGS, "animation_nommee"), 0)
    return ground(*proofs, roots=COUNTED, counts={**zero, **counts})


def test_a_step_due_by_december_brings_the_level_that_it_proves() -> None:
    there = ground(proof("7.1"))
    later = seen(there)
    # 7.1 is worth 40 of 100
    assert (today(there).level, today(there).score) == (0, 0)
    assert (later.level, later.score) == (1, Fraction(40, 100))
    assert [(one.ref, one.points) for one in later.gains] == [("7.1", 40)]
    assert expected(later, today(there)) == (
        "Si, d’ici le 31\u00a0décembre 2026, l’étape prévue est faite\u00a0: "
        "niveau\u00a01, 40\u202f% réalisé une fois tout confirmé "
        "(aujourd’hui\u00a0: niveau\u00a00, 0\u202f%)."
    )
    (step,) = later.promises
    assert (promise_word(step), step.title, promise_day(step)) == (
        "Étape",
        "Voter",
        "pour le 30\u00a0novembre 2026",
    )


def test_what_is_due_later_or_has_no_date_is_promised_to_nobody() -> None:
    for due in (date(2027, 1, 4), None):
        there = ground(proof("7.1", due_on=due))
        later = seen(there)
        assert (later.gains, later.level, later.score) == ((), 0, 0)
        assert expected(later, today(there)) == (
            "Rien de ce qui a une date d’ici le 31\u00a0décembre 2026 ne fait avancer ce score."
        )
        assert [one.title for one in later.undated] == ([] if due else ["Voter"])


def test_a_step_that_is_late_can_still_be_done_but_nobody_meets_on_a_day_that_is_over() -> None:
    yesterday = date(2026, 4, 6)
    assert seen(ground(proof("7.1", due_on=yesterday))).level == 1
    held = {"kind": EvidenceKind.MEETING, "due_on": None, "dated_on": yesterday}
    assert seen(ground(proof("7.1", **held))).gains == ()
    assert seen(counting(), meeting(yesterday)).gains == ()
    assert seen(counting(), meeting(TODAY)).gains != ()


def test_a_meeting_that_is_planned_counts_by_its_day() -> None:
    planned = proof("7.1", kind=EvidenceKind.MEETING, due_on=None, dated_on=date(2026, 12, 4))
    assert seen(ground(planned)).level == 1


def test_a_step_that_proves_two_criteria_is_told_once_and_meetings_by_their_name() -> None:
    steps = (proof("7.1"), proof("7.2.1"))
    there = ground(*steps)
    assert "2026, l’étape prévue est faite\u00a0:" in expected(seen(there), today(there))
    held = {"kind": EvidenceKind.MEETING, "dated_on": date(2026, 12, 4), "due_on": None}
    there = ground(
        *steps,
        proof("7.1", address="/projets/p2#step-s2"),
        proof("7.1", address="/r/1", **held),
    )
    later = seen(there, synergy(date(2026, 6, 1)), synergy(date(2026, 7, 1), "p8"))
    assert expected(later, today(there)).startswith(
        "Si, d’ici le 31\u00a0décembre 2026, les 2\u00a0étapes prévues sont faites, la rencontre "
        "prévue est tenue et les 2\u00a0synergies attendues sont en service\u00a0: niveau\u00a02"
    )
    assert [one.on for one in later.promises] == sorted(one.on for one in later.promises)


def test_a_count_that_decides_is_moved_by_synergies_to_come_and_not_by_steps() -> None:
    there = ground(proof("7.2.2"), counts={SYNERGIES: 1})
    assert seen(there).score == 0
    # another one by June, where two are wanted; 7.2.2 is worth 30 of 100
    coming = synergy(date(2026, 6, 30))
    later = seen(there, coming, synergy(date(2026, 9, 1), "p8"), synergy(date(2027, 1, 5), "p7"))
    assert [(one.ref, one.points, one.because) for one in later.gains] == [("7.2.2", 30, (coming,))]
    assert thanks_to(later.gains[0]) == "grâce à une synergie"
    assert promise_day(coming) == "en service vers le 30\u00a0juin 2026"
    assert seen(there, coming, by=date(2026, 6, 29)).gains == ()


def test_a_synergy_to_come_brings_the_part_that_its_threshold_is_worth() -> None:
    coming, second, third = (synergy(date(2026, month, 1), f"p{month}") for month in (6, 7, 8))
    later = seen(ground(roots=STEPPED), coming, second, third)
    # 60 % of 30 points; the third of four wanted changes nothing yet
    (gain,) = later.gains
    assert (gain.ref, gain.points, gain.because) == ("7.2.2", 18, (coming, second))
    # one runs and waits for a click, a second one comes
    there = ground(roots=STEPPED, counts={SYNERGIES: 1})
    (gain,) = seen(there, coming).gains
    assert (gain.points, gain.because) == (18, (coming,))
    # what is confirmed already comes no more
    confirmed = {"7.2.2": replace(said(CriterionStatus.DETAILED), fractions=(Fraction(3, 5),))}
    assert seen(replace(there, confirmed=confirmed), coming).gains == ()


def test_a_meeting_brings_the_kind_of_action_that_is_not_done_yet() -> None:
    there = replace(counting(**{KINDS: 1}), networked=frozenset({Networking.GATHER}))
    again = meeting(date(2026, 5, 2), Networking.GATHER, "atelier")
    first, other = (meeting(date(2026, 5, day), name=f"c{day}") for day in (4, 6))
    network = meeting(date(2026, 9, 1), Networking.NETWORK, "reseau")
    later = seen(there, network, other, first, again)
    by_ref = {one.ref: one.because for one in later.gains}
    # one kind is there, two are new; what was held once more adds to the meetings alone
    assert by_ref == {"7.2.4": (first, network), "7.2.5": (again, first)}
    assert [one.ref for one in later.ready] == ["7.2.3"]
    assert thanks_to(later.ready[0]) == "prouvé déjà, à confirmer"
    assert ", y compris un critère que le plan prouve déjà (" in expected(later, today(there))
    assert later.unplanned == (Networking.INFORM,)
    assert unplanned(later.unplanned).startswith("informer et sensibiliser, par une campagne")


def test_a_meeting_of_another_year_is_none_of_this_one_and_of_a_former_cycle_none() -> None:
    there = replace(counting(), year=2027)
    assert expected_counts(there, [meeting(date(2026, 12, 1))])[MEETINGS] == 0
    assert expected_counts(there, [meeting(date(2026, 12, 1))])[KINDS] == 1
    assert expected_counts(replace(there, year=2030), [meeting(date(2026, 12, 1))])[KINDS] == 0


def test_a_synergy_in_which_the_collectivite_exchanges_counts_twice_others_once() -> None:
    counts = expected_counts(
        counting(), [synergy(date(2026, 6, 1), own=True), synergy(date(2026, 6, 2), "p8")]
    )
    assert (counts[SYNERGIES], counts[OWN], counts["animation_nommee"]) == (2, 1, 0)


def test_a_project_that_proves_counts_once_it_comes_into_service() -> None:
    linked = {"kind": EvidenceKind.PROJECT, "address": "/projets/p9", "due_on": None}
    there = ground(proof("7.1", **linked))
    assert seen(there).gains == ()
    assert seen(there, synergy(date(2026, 6, 1))).gains[0].because == (synergy(date(2026, 6, 1)),)


def test_what_is_proved_already_waits_for_a_click_and_is_no_effect_of_the_plan() -> None:
    there = ground(proof("7.1", ProofState.DONE))
    later = seen(there)
    assert (later.level, later.score, later.gains, later.ready) == (0, 0, (), ())


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


proofs = st.builds(
    lambda ref, state, due, kind, name: proof(
        ref, state, due_on=due, dated_on=due, kind=kind, address=f"/projets/{name}"
    ),
    st.sampled_from(REFS),
    st.sampled_from(ProofState),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from((EvidenceKind.STEP, EvidenceKind.MEETING, EvidenceKind.PROJECT)),
    st.sampled_from(("p1", "p2", "p3")),
)
networked = st.frozensets(st.sampled_from(Networking))
grounds = st.builds(
    lambda statuses, proofs, counts, done, roots: replace(
        ground(*proofs, confirmed={ref: said(one) for ref, one in statuses.items()}, roots=roots),
        counts={**counts, KINDS: len(done)},
        networked=done,
    ),
    st.dictionaries(
        st.sampled_from((*REFS, "7.2.4", "7.2", "7")), st.sampled_from(CriterionStatus)
    ),
    st.lists(proofs, max_size=5),
    st.fixed_dictionaries(dict.fromkeys((SYNERGIES, OWN, MEETINGS), st.integers(0, 3))),
    networked,
    st.sampled_from((ROOTS, COUNTED, STEPPED, ATTESTED)),
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
promises = st.lists(
    st.builds(meeting, days, st.sampled_from(Networking), st.sampled_from("abcd"))
    | st.builds(synergy, days, st.sampled_from(("p1", "p2", "p9")), own=st.booleans()),
    max_size=6,
    unique_by=lambda one: one.address,
)


@given(grounds, promises)
def test_what_is_expected_is_never_less_than_today(
    there: Ground, promised: Sequence[Promise]
) -> None:
    now, later = today(there), seen(there, *promised)
    assert (later.score or 0) >= (now.score or 0)
    assert (later.level or 0) >= (now.level or 0)
    assert all(
        count >= there.counts[name] for name, count in expected_counts(there, promised).items()
    )


@given(grounds, promises, days)
def test_a_later_day_expects_at_least_as_much(
    there: Ground, promised: Sequence[Promise], by: date
) -> None:
    sooner, later = seen(there, *promised, by=by), seen(there, *promised, by=date(2027, 12, 31))
    assert {one.ref for one in sooner.gains} <= {one.ref for one in later.gains}
    assert (sooner.score or 0) <= (later.score or 0)
    assert (sooner.level or 0) <= (later.level or 0)


def test_below_a_status_of_the_whole_a_gain_moves_the_level_alone() -> None:
    there = ground(proof("7.1"), confirmed={"7": said(CriterionStatus.PLANNED)})
    later = seen(there)
    assert (today(there).level, later.level, later.score) == (0, 1, 0)
    (gain,) = later.gains
    assert (gain.ref, gain.points, gain.level) == ("7.1", 0, 1)
    assert gained(gain).startswith("fait avancer le niveau\u00a01, sans changer le score")


def test_below_a_level_with_a_status_of_its_own_nothing_is_expected_or_proposed() -> None:
    steps = (proof("7.2.1"), proof("7.2.1", due_on=None, address="/projets/p2#step-s2"))
    there = ground(*steps, counts={SYNERGIES: 2}, confirmed={"7.2": said(CriterionStatus.PLANNED)})
    later = seen(there, synergy(date(2026, 6, 1)))
    assert (later.gains, later.ready, later.undated) == ((), (), ())
    below = [one for one in today(there).criteria if one.ref.startswith("7.2.")]
    assert [(one.is_silenced, one.finding, one.next_step) for one in below] == [
        (True, Finding.NOTHING, None)
    ] * 2
    # what is said of the whole silences no level
    whole = replace(there, confirmed={"7": said(CriterionStatus.PLANNED)})
    assert not any(one.is_silenced for one in today(whole).criteria)
    assert len(seen(whole).undated) == 1


@given(grounds)
def test_with_nothing_planned_the_outlook_is_the_standing(there: Ground) -> None:
    idle = replace(there, proofs=[one for one in there.proofs if one.state is not ProofState.OPEN])
    later, now = seen(idle), today(idle)
    assert (later.level, later.score, later.gains) == (now.level, now.score, ())


@given(grounds, promises)
def test_what_each_criterion_adds_makes_up_the_difference_and_has_its_reasons(
    there: Ground, promised: Sequence[Promise]
) -> None:
    later = seen(there, *promised)
    gained = sum((one.points for one in (*later.gains, *later.ready)), Fraction(0))
    # the ladder is worth 100
    assert gained == 100 * ((later.score or 0) - (today(there).score or 0))
    assert all(one.because and (one.points > 0 or one.level) for one in later.gains)
    if any(one.level for one in later.gains):
        assert (later.level or 0) > (today(there).level or 0)
    assert all(one.on <= later.by for one in later.promises)


@given(grounds, promises)
def test_only_what_is_told_is_needed(there: Ground, promised: Sequence[Promise]) -> None:
    later = seen(there, *promised)
    told = {one.address for one in later.promises}
    fewer = seen(there, *(one for one in promised if one.address in told))
    assert (fewer.level, fewer.score) == (later.level, later.score)


def test_what_is_done_by_a_proof_of_a_former_cycle_says_so() -> None:
    old = replace(proof("7.1", ProofState.DONE), state=ProofState.EXPIRED)
    there = ground(old, confirmed={"7.1": said(CriterionStatus.DONE)})
    found = next(one for one in today(there).criteria if one.ref == "7.1")
    assert missing(found) == "Réalisé, mais ses preuves sont d’un cycle passé."
