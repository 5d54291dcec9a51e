"""What is missing to the next level is said by the framework's own rule, and what brings it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from app.frameworks.format import NodeDraft, read
from app.maturity.ahead import Ahead, ahead
from app.maturity.explaining import explained
from app.maturity.kinds import CriterionStatus
from app.maturity.reading import Ground
from app.maturity.telling import brings, in_parts, level_reason, missing_to
from tests.maturity.samples import LADDER
from tests.maturity.test_outlook import REFS, SYNERGIES, ground, grounds, said, today

DONE, DETAILED = CriterionStatus.DONE, CriterionStatus.DETAILED


def next_level(there: Ground) -> Ahead:
    found = ahead(there, today(there))
    assert found is not None
    return found


def test_what_is_missing_is_told_by_the_rule_of_the_framework() -> None:
    there = ground(confirmed={"7.1": said(DONE), "7.2.1": said(DETAILED)})
    found = next_level(there)
    # 7.2 is worth 60, half of 30 is done there, half of 60 is wanted
    assert (found.rung.ref, found.potential, found.missing) == ("7.2", 60, 15)
    assert [(one.criterion.ref, one.points) for one in found.bringing] == [
        ("7.2.2", 30),
        ("7.2.1", 15),
    ]
    assert missing_to(found) == (
        "Il est atteint quand 50\u202f% de ses points sont réalisés, et les niveaux précédents "
        "aussi. Il en est à 25\u202f%\u00a0: il manque 15\u00a0points, soit 25\u202f% du "
        "niveau\u202f; le premier critère ci-dessous suffit."
    )
    assert brings(Fraction(30), found.potential) == "+30\u00a0points, 50\u202f% du niveau"


def test_a_framework_says_its_own_share_and_whether_levels_add_up() -> None:
    text = LADDER.replace("cumulatifs", "indépendants").replace("seuil_niveau: 50\n", "")
    roots = read([("e.md", text.encode())]).roots
    found = next_level(ground(roots=roots, counts={SYNERGIES: 0}))
    assert missing_to(found) == (
        "Il est atteint quand 100\u202f% de ses points sont réalisés. Il en est à 0\u202f%\u00a0: "
        "il manque 40\u00a0points, soit 100\u202f% du niveau\u202f; "
        "le premier critère ci-dessous suffit."
    )


@pytest.mark.parametrize(("least", "said_so"), [(100, "il y faut tous"), (60, "tous les critères")])
def test_where_one_criterion_does_not_suffice_it_says_so(least: int, said_so: str) -> None:
    roots = read([("e.md", LADDER.replace("niveau: 50", f"niveau: {least}").encode())]).roots
    found = next_level(ground(roots=roots, confirmed={"7.1": said(DONE)}))
    assert (found.enough, len(found.bringing)) == (2, 2)
    assert said_so in missing_to(found)


def test_a_level_that_does_not_concern_is_passed_over_and_the_last_is_followed_by_none() -> None:
    aside = {"7.1": said(CriterionStatus.UNSET, concerned=False)}
    assert next_level(ground(confirmed=aside)).rung.ref == "7.2"
    done = {ref: said(DONE) for ref in REFS}
    there = ground(confirmed=done)
    assert ahead(there, today(there)) is None


def tree(*changes: tuple[str, str]) -> tuple[NodeDraft, ...]:
    """The ladder with some of its words changed."""
    text = LADDER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read([("e.md", text.encode())]).roots


def reason(there: Ground) -> str:
    found, standing = explained(there, today(there)), today(there)
    assert found is not None
    return level_reason(found, standing, ahead(there, standing))


def test_a_level_that_is_worth_nothing_is_no_next_one() -> None:
    """A level without weight beside others with points has 0 (domain.md §4, the oddities)."""
    there = ground(roots=tree(("pourcentage: 40", "pourcentage: 0")))
    found = next_level(there)
    assert found.rung.ref == "7.2"
    assert "il manque" in missing_to(found)


def test_of_independent_levels_the_first_that_is_not_reached_is_next() -> None:
    roots = tree(("cumulatifs", "indépendants"))
    there = ground(roots=roots, confirmed={"7.2.1": said(DONE), "7.2.2": said(DONE)})
    assert (today(there).level, next_level(there).rung.ref) == (2, "7.1")
    assert "Le suivant, 7.1" in reason(there)


def test_where_all_are_reached_or_none_concerns_it_says_which() -> None:
    assert "Tous le sont" in reason(ground(confirmed={ref: said(DONE) for ref in REFS}))
    aside = said(CriterionStatus.UNSET, concerned=False)
    assert "Aucun ne concerne" in reason(ground(confirmed={"7.1": aside, "7.2": aside}))


@pytest.mark.parametrize("status", [CriterionStatus.PLANNED, DONE])
def test_a_status_of_the_whole_hides_nothing_of_what_brings_a_level(
    status: CriterionStatus,
) -> None:
    """It changes the score, never the level: that is read level by level."""
    found = next_level(ground(confirmed={"7": said(status)}))
    assert [(one.criterion.ref, one.points) for one in found.bringing] == [("7.1", 40)]
    assert "un statut d’ensemble" not in missing_to(found)


@pytest.mark.parametrize("impossible", ["0", "150", "moitié"])
def test_a_threshold_that_cannot_be_is_as_if_there_were_none(impossible: str) -> None:
    there = ground(roots=tree(("niveau: 50", f"niveau: {impossible}")))
    assert (today(there).level, next_level(there).rule.threshold) == (0, 1)


def test_without_levels_there_is_no_next_one() -> None:
    text = LADDER.replace("niveaux: cumulatifs\n", "")
    there = ground(roots=read([("e.md", text.encode())]).roots)
    assert ahead(there, today(there)) is None


def test_below_a_level_with_a_status_of_its_own_nothing_else_brings() -> None:
    own = said(CriterionStatus.PLANNED)
    found = next_level(ground(confirmed={"7.1": said(DONE), "7.2": own, "7.2.1": said(DONE)}))
    assert [(one.criterion.ref, one.points) for one in found.bringing] == [("7.2", 60)]


@given(grounds)
def test_those_that_are_enough_reach_the_level_and_one_less_does_not(there: Ground) -> None:
    found = ahead(there, today(there))
    if found is None:
        return
    assert found.missing > 0
    points = [one.points for one in found.bringing]
    assert points == sorted(points, reverse=True)
    done = found.potential * (found.rung.share or 0)
    assert sum(points, Fraction(0)) == found.potential - done
    refs = [one.criterion.ref for one in found.bringing]
    for number, reached in ((found.enough, True), (found.enough - 1, False)):
        more = {ref: said(DONE) for ref in refs[:number]}
        later = today(replace(there, confirmed={**there.confirmed, **more}))
        assert ((later.level or 0) >= found.rung.number) is reached


def test_detailed_is_told_in_words() -> None:
    parts = (Fraction(3, 5), Fraction(1, 4), Fraction(3, 20))
    one = replace(said(DETAILED), fractions=parts)
    assert in_parts(one) == "60\u202f% fait, 25\u202f% programmé, 15\u202f% pas fait"
    halves = (Fraction(1, 2), Fraction(0), Fraction(1, 2))
    assert in_parts(replace(one, fractions=halves)) == "50\u202f% fait, 50\u202f% pas fait"
    assert in_parts(said(DONE)) == ""
