"""Two texts of one framework: what came, went, changed, and what asks again. Pure."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from app.frameworks.differences import What, differences
from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.labels import summed_up, weight_change, what_changed
from tests.frameworks.cases import trees
from tests.maturity.samples import LADDER


def roots(text: str = LADDER) -> tuple[NodeDraft, ...]:
    return read([("echelle.md", text.encode())]).roots


def changed(*pairs: tuple[str, str], ref: str) -> tuple[frozenset[What], bool]:
    text = LADDER
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    found = {one.ref: one for one in differences(roots(), roots(text)).changed}
    return (found[ref].what, found[ref].asks_again) if ref in found else (frozenset(), False)


@given(trees(), trees())
def test_the_ids_of_both_texts_fall_apart_into_added_removed_changed_and_same(
    a: NodeDraft, b: NodeDraft
) -> None:
    found = differences([a], [b])
    then, now = ({node.id for node in walk([one])} for one in (a, b))
    added = [node.id for node in found.added]
    removed = [node.id for node in found.removed]
    both = [one.ref for one in found.changed] + list(found.same)
    assert (set(added), set(removed), set(both)) == (now - then, then - now, then & now)
    assert len(added) + len(removed) + len(both) == len(then | now)
    split = [*found.rewritten, *found.recomposed, *found.reweighed]
    assert sorted(one.ref for one in split) == sorted(one.ref for one in found.changed)


@given(trees())
def test_a_text_beside_itself_changes_nothing(tree: NodeDraft) -> None:
    found = differences([tree], [tree])
    assert not (found.added or found.removed or found.changed)
    assert summed_up(found) == "rien ne change"


@given(trees(), trees())
def test_the_other_way_round_what_came_has_gone(a: NodeDraft, b: NodeDraft) -> None:
    there, back = differences([a], [b]), differences([b], [a])
    assert there.added == back.removed and set(there.same) == set(back.same)
    asking = {one.ref: (one.what, one.asks_again) for one in there.changed}
    assert asking == {one.ref: (one.what, one.asks_again) for one in back.changed}


@pytest.mark.parametrize(
    ("old", "new", "ref", "what"),
    [
        ("### Vouloir", "### Décider", "7.1", What.TITLE),
        ("Une feuille de route.", "Une délibération.", "7.1", What.DEMAND),
        ("feuille de route votée", "délibération publiée", "7.1", What.PROOFS),
        ("seuil: 2", "seuil: 3", "7.2.2", What.COUNT),
        ("seuil: 2", "seuil: 2\npreuve: oui", "7.2.2", What.COUNT),
        ("id: 7.2.1\n", "id: 7.2.9\n", "7.2", What.PARTS),
    ],
)
def test_what_an_answer_was_given_to_asks_again(old: str, new: str, ref: str, what: What) -> None:
    assert changed((old, new), ref=ref) == ({what}, True)


@pytest.mark.parametrize(
    ("old", "new", "ref", "what"),
    [
        ("#### Preuves", "#### Contexte\nUn contexte.\n\n#### Preuves", "7.1", What.REST),
        ("seuil_niveau: 50", "seuil_niveau: 60", "7", What.REST),
        ("pourcentage: 40", "pourcentage: 45", "7.1", What.WEIGHT),
    ],
)
def test_what_explains_or_weighs_a_little_more_is_told_and_asks_nobody(
    old: str, new: str, ref: str, what: What
) -> None:
    assert changed((old, new), ref=ref) == ({what}, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Une feuille de route.", "Une  feuille de route !"),
        ("### Vouloir", "### VOULOIR"),
        ("- La feuille de route votée.", "* La feuille\u00a0de route votée"),
    ],
)
def test_typography_changes_nothing(old: str, new: str) -> None:
    assert changed((old, new), ref="7.1") == (frozenset(), False)


@pytest.mark.parametrize(
    ("weight", "asks"), [("79", False), ("80", True), ("20", True), ("21", False), ("0", True)]
)
def test_a_weight_asks_again_from_twice_or_half_on(weight: str, asks: bool) -> None:
    pair = ("pourcentage: 40", f"pourcentage: {weight}")
    assert changed(pair, ref="7.1") == ({What.WEIGHT}, asks)


def test_weights_are_parts_of_the_whole_whatever_the_whole_is_worth() -> None:
    text = LADDER.replace("pourcentage: 40", "points: 4").replace("pourcentage: 60", "points: 6")
    found = differences(roots(), roots(text))
    assert found.changed == ()


def test_a_criterion_that_holds_others_now_asks_again() -> None:
    more = "\n###### Actions\n####### Encore\n```yaml\nid: 7.2.2.1\n```\n"
    found = differences(roots(), roots(LADDER + more))
    kinds = {one.ref: (one.what, one.is_rewritten, one.asks_again) for one in found.changed}
    assert kinds == {
        "7": ({What.PARTS}, False, True),
        "7.2": ({What.PARTS}, False, True),
        "7.2.2": ({What.PARTS}, True, True),
    }


def test_the_differences_in_words() -> None:
    text = (
        LADDER.replace("### Vouloir", "### Décider")
        .replace("pourcentage: 40", "pourcentage: 25")
        .replace("id: 7.2.2\npourcentage: 50", "id: 7.2.2\npourcentage: 30")
        .replace("id: 7.2.1\n", "id: 7.2.3\n")
    )
    found = differences(roots(), roots(text))
    assert (
        summed_up(found)
        == "1\u00a0critère ajouté, 1\u00a0retiré, 1\u00a0réécrit et 1\u00a0d’un autre poids"
    )
    will = next(one for one in found.changed if one.ref == "7.1")
    assert what_changed(will) == "le titre et le poids"
    assert weight_change(will) == "40\u202f% → 25\u202f% du total"
    assert will.weighs == Fraction(1, 4)
