"""Each figure of the page says where it comes from, and the words add up to the figure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flask.testing import FlaskClient
from hypothesis import given
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.maturity.ahead import ahead
from app.maturity.explaining import explained, explained_criterion
from app.maturity.kinds import CriterionStatus
from app.maturity.labels import told_sentences
from app.maturity.models import Assessment
from app.maturity.reading import Ground
from app.maturity.telling import level_reason, score_reasons, share_reasons
from tests.cast import Cast
from tests.maturity.samples import KEY
from tests.maturity.test_outlook import ground, grounds, said, today

As = Callable[[str], FlaskClient]


def test_the_level_and_the_percent_are_told_in_words() -> None:
    # 7.1 is worth 40 of 100, 7.2 60 in two halves
    there = ground(confirmed={"7.1": said(CriterionStatus.DONE)})
    why, standing = explained(there, today(there)), today(there)
    assert level_reason(why, standing, ahead(there, standing)) == (
        "Niveau\u00a01\u00a0: un niveau est atteint quand 50\u202f% de ses points au moins sont "
        "réalisés, et les niveaux précédents aussi. Le suivant, 7.2, en est à 0\u202f%."
    )
    assert score_reasons(why) == [
        "40\u202f%\u00a0: 40\u00a0points réalisés sur 100 que l’on peut atteindre ici."
    ]
    assert list(why.parts) == ["7", "7.1", "7.2"]


def test_a_criterion_says_its_points_and_what_is_done() -> None:
    there = ground(confirmed={"7.1": said(CriterionStatus.DONE)})
    told = told_sentences(explained_criterion(there, "7.1"))
    assert told[0].startswith("40\u00a0points\u00a0: 40\u202f% des 100 points de 7")
    assert any(line.startswith("40\u00a0points réalisés\u00a0:") for line in told)


def test_what_is_planned_is_told_beside_what_is_done() -> None:
    there = ground(confirmed={"7.1": said(CriterionStatus.DETAILED)})
    why = explained(there, today(there))
    # half of 40 is done, a quarter planned
    assert score_reasons(why) == [
        "20\u202f%\u00a0: 20\u00a0points réalisés sur 100 que l’on peut atteindre ici.",
        "10\u202f%\u00a0: 10\u00a0points programmés sur 100 que l’on peut atteindre ici.",
    ]
    assert share_reasons(why.parts["7.1"]) == [
        "50\u202f%\u00a0: 20\u00a0points réalisés sur 40 que l’on peut atteindre ici.",
        "25\u202f%\u00a0: 10\u00a0points programmés sur 40 que l’on peut atteindre ici.",
    ]


@given(grounds)
def test_what_is_told_adds_up_to_what_is_shown(there: Ground) -> None:
    standing = today(there)
    why = explained(there, standing)
    assert Fraction(why.done, why.potential or 1) == (standing.score or 0)
    for rung in standing.rungs:
        part = why.parts[rung.ref]
        assert part.done.value == (rung.share or 0) * part.potential.value


def test_the_page_and_the_criterion_explain_their_figures(
    as_: As, opened: Assessment, session: Session, cast: Cast
) -> None:
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    page = f"/territoires/{cast.territory().public_id}/maturite"
    for who in ("Anne", "Henri"):
        shown = as_(who).get(page).text
        assert "D’où viennent ces chiffres" in shown
        assert "un niveau est atteint quand 50\u202f% de ses points" in shown
        assert "60\u00a0points\u00a0: 60\u202f% des 100 points de 7" in shown
        one = as_(who).get(f"{page}/{framework}/7.2.1").text
        assert "30\u00a0points\u00a0: 50\u202f% des 60 points de 7.2" in one
