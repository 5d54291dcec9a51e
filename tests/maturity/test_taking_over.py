"""What carries over from an earlier framework, and what must be asked again. Pure."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.crosswalk import crosswalk_of
from app.frameworks.format import read
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status, score
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.taking_over import Asked, Link, Said, Source, Taken, Target, plan
from tests.cast import NOW
from tests.maturity.samples import LADDER, SUCCESSOR

OLD = read([("old.md", LADDER.encode())]).roots
NEW = read([("new.md", SUCCESSOR.encode())]).roots
CROSSWALK = crosswalk_of(NEW)
DONE, PLANNED = CriterionStatus.DONE, CriterionStatus.PLANNED
DETAILED = CriterionStatus.DETAILED
STEP = EvidenceKind.STEP


def said(status: CriterionStatus, days: int = 0, *, concerned: bool = True) -> Said:
    return Said(status, None, concerned, None, 7, "Anne", NOW + timedelta(days=days))


def taken(
    words: dict[str, Said],
    links: tuple[Link, ...] = (),
    confirmed: frozenset[str] = frozenset(),
    linked: frozenset[tuple[str, tuple[EvidenceKind, int]]] = frozenset(),
) -> dict[str, Taken]:
    source = Source("echelle", "Relier", 2025, OLD, words, links)
    found = plan(CROSSWALK, {"ech": source}, Target(NEW, confirmed, linked))
    return {one.ref: one for one in found}


def from_one(words: dict[str, Said], ref: str) -> Taken:
    """Of a framework that takes this one node over, status and all."""
    keys = f"id: 9\nsources: ech = echelle\nreprend: ech {ref}\nreprise: statut"
    text = f"# Suite\n```yaml\n{keys}\n```\n"
    new = read([("new.md", text.encode())]).roots
    source = Source("echelle", "Relier", 2025, OLD, words, ())
    (one,) = plan(crosswalk_of(new), {"ech": source}, Target(new, frozenset(), frozenset()))
    return one


def whole(words: dict[str, Said]) -> Taken:
    return from_one(words, "7")


def test_a_status_carries_over_where_the_file_says_so_with_who_and_when() -> None:
    one = taken({"7.1": said(DONE)})["9.1"]
    assert (one.said, one.asked) == (said(DONE), None)
    assert [(origin.ref, origin.title) for origin in one.origins] == [("7.1", "Vouloir")]


def test_proofs_carry_over_and_the_status_is_asked_again() -> None:
    links = (Link("a", "7.2.1", (STEP, 1)), Link("b", "7.1", (STEP, 2)))
    one = taken({"7.2.1": said(DONE)}, links)["9.2"]
    assert (one.said, one.asked) == (None, Asked.PROOFS_ALONE)
    # of the node itself and of all below it; each thing once
    assert [link.public_id for link in one.links] == ["a"]


def test_several_sources_carry_a_status_only_if_all_of_them_agree() -> None:
    assert taken({"7.1": said(DONE), "7.2": said(DONE, 3)})["9.3"].said == said(DONE, 3)
    assert taken({"7.1": said(DONE), "7.2": said(PLANNED)})["9.3"].asked is Asked.DISAGREE
    assert taken({"7.1": said(DONE)})["9.3"].asked is Asked.DISAGREE
    assert taken({})["9.3"].asked is Asked.NOTHING_SAID


def test_a_node_that_nobody_spoke_of_itself_agrees_by_all_below_it() -> None:
    words = {"7.1": said(DONE), "7.2.1": said(DONE, 1), "7.2.2": said(DONE, 2)}
    assert taken(words)["9.3"].said == said(DONE, 2)
    assert taken({**words, "7.2.2": said(PLANNED)})["9.3"].asked is Asked.DISAGREE


def test_what_was_decided_above_a_source_carries_over_to_what_comes_from_it() -> None:
    for words in ({"7": said(DONE)}, {"7": said(DONE), "7.1": said(PLANNED)}):
        one = taken(words)["9.1"]
        assert (one.said, one.asked) == (said(DONE), None)
    closed = said(CriterionStatus.UNSET, concerned=False)
    # « non concerné » goes down to all, whatever stands between
    words = {"7": closed, "7.1": said(DONE), "7.2": said(PLANNED), "7.2.1": said(DONE)}
    assert [taken(words)[ref].said for ref in ("9.1", "9.3")] == [closed, closed]


def test_parts_of_what_stands_above_say_nothing_of_one_of_them() -> None:
    halves = Said(DETAILED, ("0.5", "0.5", "0"), True, None, 7, "Anne", NOW)
    one = taken({"7": halves, "7.1": said(DONE)})["9.1"]
    assert (one.said, one.asked) == (None, Asked.DECIDED_ABOVE)
    assert taken({"7.1": halves})["9.1"].said == halves


def test_what_was_decided_between_a_source_and_its_criteria_is_heard_for_them() -> None:
    words = {"7.1": said(DONE), "7.2": said(DONE, 1), "7.2.1": said(PLANNED, 2)}
    assert whole(words).said == said(DONE, 1)
    assert whole({**words, "7.2": said(PLANNED)}).asked is Asked.DISAGREE


def test_what_comes_from_nothing_is_asked() -> None:
    assert taken({"7.1": said(DONE)})["9.4"].asked is Asked.NEW


def test_a_source_that_was_never_assessed_gives_nothing() -> None:
    found = plan(CROSSWALK, {}, Target(NEW, frozenset(), frozenset()))
    assert [one.asked for one in found] == [Asked.NOT_ASSESSED] * 3 + [Asked.NEW]


STATUSES = st.sampled_from([*CriterionStatus])
PARTS = st.sampled_from([("0.5", "0.5", "0"), ("0.25", "0", "0.75")])
SPOKEN = st.dictionaries(
    st.sampled_from(["7", "7.1", "7.2", "7.2.1", "7.2.2"]),
    st.builds(
        lambda status, parts, concerned, days: Said(
            status,
            parts if status is DETAILED else None,
            concerned,
            None,
            7,
            "Anne",
            NOW + timedelta(days=days),
        ),
        STATUSES,
        PARTS,
        st.booleans(),
        st.integers(0, 9),
    ),
)


@given(SPOKEN, st.sampled_from(["7", "7.1", "7.2", "7.2.1", "7.2.2"]))
def test_what_carries_over_is_what_the_old_framework_scored(
    words: dict[str, Said], ref: str
) -> None:
    """Whatever was said, and at which level: the share that a status stands for is that of the
    node that it comes from."""
    statuses = {one: _status(word) for one, word in words.items()}
    scores, carried = score(OLD, statuses), from_one(words, ref).said
    if carried is None:
        return
    assert carried.concerned == scores[ref].concerned
    path = [one for one in ("7", "7.1", "7.2", "7.2.1", "7.2.2") if f"{ref}.".startswith(f"{one}.")]
    decided = [one for one in path if one in statuses and statuses[one].parts is not None]
    scored = scores[next(iter(decided), ref)]
    if carried.concerned and scored.potential:
        parts = _status(carried).parts
        assert parts is not None
        done, planned, _not_done = parts
        assert (scored.done, scored.planned) == (
            done * scored.potential,
            planned * scored.potential,
        )


@given(SPOKEN, st.sampled_from(["7", "7.1", "7.2", "7.2.1", "7.2.2"]))
def test_what_is_asked_though_it_was_decided_above_was_decided_in_parts(
    words: dict[str, Said], ref: str
) -> None:
    if from_one(words, ref).asked is Asked.DECIDED_ABOVE:
        above = [words[one] for one in ("7", "7.2") if ref.startswith(f"{one}.") and one in words]
        assert any(one.status is DETAILED for one in above)


def _status(said: Said) -> Status:
    parts = tuple(Fraction(part) for part in said.fractions) if said.fractions else None
    return Status(StatusKind(said.status), parts, said.concerned)  # type: ignore[arg-type]


WORDS = st.dictionaries(
    st.sampled_from(["7.1", "7.2", "7.2.1", "7.2.2"]),
    st.builds(said, st.sampled_from(CriterionStatus), st.integers(0, 9), concerned=st.booleans()),
)
LINKS = st.lists(
    st.builds(
        Link,
        st.text("abc", min_size=1, max_size=3),
        st.sampled_from(["7.1", "7.2", "7.2.1"]),
        st.tuples(st.sampled_from(EvidenceKind), st.integers(1, 3)),
    ),
    max_size=5,
).map(tuple)
CONFIRMED = st.frozensets(st.sampled_from(["9.1", "9.2", "9.3", "9.4"]))


@given(WORDS, LINKS, CONFIRMED)
def test_what_was_confirmed_here_is_never_replaced(
    words: dict[str, Said], links: tuple[Link, ...], confirmed: frozenset[str]
) -> None:
    for one in taken(words, links, confirmed).values():
        assert one.is_confirmed == (one.ref in confirmed)
        assert not (one.is_confirmed and one.said)
        # nothing is invented: what carries over was said, word for word, by somebody
        assert one.said is None or one.said in words.values()


@given(WORDS, LINKS, CONFIRMED)
def test_taking_over_twice_takes_nothing_more(
    words: dict[str, Said], links: tuple[Link, ...], confirmed: frozenset[str]
) -> None:
    first = taken(words, links, confirmed)
    again = taken(
        words,
        links,
        confirmed | {one.ref for one in first.values() if one.said},
        frozenset((one.ref, link.subject) for one in first.values() for link in one.links),
    )
    assert not any(one.changes for one in again.values())
