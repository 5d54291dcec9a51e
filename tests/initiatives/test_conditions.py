"""What each stage needs: read from data, judged without a database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.initiatives.conditions import (
    FILE,
    ORDER,
    Figure,
    Need,
    Ticked,
    following,
    judge,
    missing,
    months_before,
    outline,
    reached,
)
from app.initiatives.kinds.stages import FRESH, InitiativeStage, Known
from app.initiatives.labels.stages import TOWARDS, told
from app.plans.patterns import Family, shipped

NEEDS = [need for one in outline() for need in one.needs]
COUNTED = [need for need in NEEDS if need.known is not Known.HAND and need.known not in FRESH]
PASSED = st.sets(st.sampled_from(ORDER[1:]))


def test_the_four_stages_stand_in_their_order_each_with_what_it_needs() -> None:
    assert [one.stage for one in outline()] == list(InitiativeStage)
    assert [len(one.needs) for one in outline()] == [6, 4, 5, 5]
    assert {need.known for need in NEEDS} == set(Known)
    assert TOWARDS.keys() == set(InitiativeStage)


def test_each_stage_leads_through_a_pattern_of_its_own() -> None:
    patterns = [shipped()[one.pattern] for one in outline()]
    assert len({pattern.key for pattern in patterns}) == 4
    assert {pattern.family for pattern in patterns} == {Family.STAGE}


def test_the_conditions_are_written_in_good_french() -> None:
    words = [one.title for one in outline()] + [one.sentence for one in outline()]
    words += [need.title for need in NEEDS]
    assert not any("'" in text or '"' in text for text in words)


@pytest.mark.parametrize(
    ("wrong", "told_so"),
    [
        (("stage: preparation", "stage: workshops"), "another order"),
        (("key: diagnostic", "key: portrait"), "share a key"),
        (("months: 3, ", ""), "for how many months"),
        (("known: gatherings", "known: rumour"), "rumour"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, wrong: tuple[str, str], told_so: str
) -> None:
    file = tmp_path / "demarche.yaml"
    file.write_text(FILE.read_text("utf-8").replace(*wrong, 1), "utf-8")
    with pytest.raises(ValueError, match=told_so):
        outline(file)


@given(PASSED)
def test_a_stage_is_never_skipped(passed: set[InitiativeStage]) -> None:
    at = ORDER.index(reached(passed))
    assert set(ORDER[1 : at + 1]) <= passed
    assert following(reached(passed)) not in passed


@given(st.sampled_from(COUNTED), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_more_of_what_is_counted_never_takes_a_condition_away(
    need: Need, have: int, of: int, more: int
) -> None:
    """Among as many as before: a new company in the zone asks for a call of its own."""

    def met(number: int) -> bool:
        figures = {need.known: Figure(number, of if need.every else None)}
        return judge([need], figures, {})[0].met

    assert met(have) <= met(have + more)


def test_all_of_nothing_is_not_enough() -> None:
    [contacted] = [need for need in NEEDS if need.known is Known.CONTACTED]
    [standing] = judge([contacted], {Known.CONTACTED: Figure(0, 0)}, {})
    assert (standing.met, told(standing)) == (False, "aucune entreprise connue dans la zone pilote")


def test_what_is_ticked_says_when_and_in_which_words() -> None:
    [hand] = [need for need in NEEDS if need.key == "diagnostic"]
    [open_one] = judge([hand], {}, {})
    assert (open_one.met, told(open_one)) == (False, "à cocher quand c’est fait")
    [done] = judge([hand], {}, {"diagnostic": Ticked(date(2026, 3, 2), "Rendu aux élus")})
    assert (done.met, told(done)) == (True, "le 2\u00a0mars 2026 : Rendu aux élus")
    assert missing([open_one, done]) == [open_one]


@pytest.mark.parametrize(
    ("known", "figure", "words"),
    [
        (Known.CONTACTED, Figure(12, 31), "12\u00a0entreprises sur 31 contactées"),
        (Known.CONTACTED, Figure(1, 31), "1\u00a0entreprise sur 31 contactée"),
        (Known.LEADS, Figure(2), "2\u00a0pistes et besoins notés, il en faut 5"),
        (Known.WORKSHOPS, Figure(1), "1\u00a0atelier tenu"),
        (Known.PILOT_ZONE, Figure(0), "à choisir"),
        (Known.PLENARY, Figure(0), "aucune encore"),
        (
            Known.RESULTS,
            Figure(0, day=date(2026, 1, 5)),
            "derniers résultats envoyés le 5\u00a0janvier 2026",
        ),
    ],
)
def test_a_figure_is_told_as_people_say_it(known: Known, figure: Figure, words: str) -> None:
    [need] = [one for one in NEEDS if one.known is known]
    [standing] = judge([need], {known: figure}, {})
    assert told(standing) == words


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_ago_are_counted_by_the_calendar(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before + timedelta(days=1)).day == 1
