"""The patterns that come with Maillage, and what a project takes from one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import is_working_day, working_days_between, working_days_later
from app.plans.kinds import PartnerRole
from app.plans.outline import objectives
from app.plans.patterns import Family, read, shipped

ZONE = "metropole"
MINIMAL = """
key: essai
family: sharing
title: Un essai
summary: Pour voir.
themes: []
roles: [{key: seul, title: Qui s’en charge, part: lead}]
steps: [{title: Commencer, role: seul, after: 3}]
"""


def test_a_dozen_synergies_and_the_four_stages_are_there() -> None:
    families = [pattern.family for pattern in shipped().values()]
    assert families.count(Family.STAGE) == 4
    assert families.count(Family.SHARING) + families.count(Family.SUBSTITUTION) == 12


def test_the_usual_synergies_are_those_that_territories_begin_with() -> None:
    usual = [p.key for p in shipped().values() if p.family in (Family.SHARING, Family.SUBSTITUTION)]
    assert sorted(usual) == [
        "biodechets",
        "chaleur-de-recuperation",
        "eau-industrielle",
        "gardiennage-commun",
        "palettes",
        "parking-partage",
        "photovoltaique-partage",
        "plan-de-mobilite",
        "point-dechets",
        "reseau-de-chaleur",
        "services-aux-salaries",
        "transport-partage",
    ]


def test_three_objectives_have_a_second_title() -> None:
    named_twice = {n: axis.aliases for n, axis in enumerate(objectives(), 1) if axis.aliases}
    assert named_twice == {
        3: ("Développer les compétences locales",),
        8: ("Développer des alliances transfrontalières",),
        9: ("Promouvoir l’artisanat durable",),
    }


@pytest.mark.parametrize("key", sorted(shipped()))
def test_each_says_who_does_what_in_which_order(key: str) -> None:
    pattern = shipped()[key]
    assert [role.part for role in pattern.roles].count(PartnerRole.LEAD) == 1
    assert {step.role for step in pattern.steps} == {role.key for role in pattern.roles}
    days = [step.after for step in pattern.steps]
    assert None not in days and days == sorted(days, key=lambda day: day or 0)
    assert any(step.is_milestone for step in pattern.steps)
    assert set(pattern.themes) <= {axis.key for axis in objectives()}
    assert (pattern.synergy is None) == (pattern.family is Family.STAGE)


@pytest.mark.parametrize("key", sorted(shipped()))
def test_each_is_written_in_good_french(key: str) -> None:
    pattern = shipped()[key]
    words = [pattern.title, pattern.summary, *(step.title for step in pattern.steps)]
    words += [role.title for role in pattern.roles] + [flow.label for flow in pattern.flows]
    assert not any("'" in text or '"' in text for text in words)
    assert all(len(text) <= 200 for text in words)


def test_a_role_that_nobody_named_is_told() -> None:
    with pytest.raises(ValueError, match="essai: no role is called autre"):
        read(MINIMAL.replace("role: seul, after", "role: autre, after"))


def test_somebody_leads_and_one_only() -> None:
    with pytest.raises(ValueError, match="exactly one role leads"):
        read(MINIMAL.replace("part: lead", "part: observer"))


@given(start=st.dates(date(2026, 1, 1), date(2030, 12, 31)), count=st.integers(0, 400))
def test_working_days_there_and_back_are_the_same(start: date, count: int) -> None:
    last = working_days_later(start, count, ZONE)
    assert working_days_between(start, last, ZONE) == count


@given(start=st.dates(date(2026, 1, 1), date(2030, 12, 31)), back=st.integers(0, 50))
def test_a_day_that_is_not_later_is_no_working_day_away(start: date, back: int) -> None:
    assert working_days_between(start, start - timedelta(days=back), ZONE) == 0


@given(start=st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_every_step_of_a_pattern_falls_on_a_working_day(start: date) -> None:
    for step in shipped()["palettes"].steps:
        due_on = step.due_on(start, ZONE)
        assert due_on is not None and is_working_day(due_on, ZONE)
