"""What carries over from an earlier framework, and what must be asked again. Pure."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.crosswalk import crosswalk_of
from app.frameworks.format import read
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.taking_over import Asked, Link, Said, Source, Taken, Target, plan
from tests.cast import NOW
from tests.maturity.samples import LADDER, SUCCESSOR

OLD = read([("old.md", LADDER.encode())]).roots
NEW = read([("new.md", SUCCESSOR.encode())]).roots
CROSSWALK = crosswalk_of(NEW)
DONE, PLANNED = CriterionStatus.DONE, CriterionStatus.PLANNED
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


def test_what_comes_from_nothing_is_asked() -> None:
    assert taken({"7.1": said(DONE)})["9.4"].asked is Asked.NEW


def test_a_source_that_was_never_assessed_gives_nothing() -> None:
    found = plan(CROSSWALK, {}, Target(NEW, frozenset(), frozenset()))
    assert [one.asked for one in found] == [Asked.NOT_ASSESSED] * 3 + [Asked.NEW]


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
