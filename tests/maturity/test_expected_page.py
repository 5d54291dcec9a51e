"""What the maturity page says of the plan's effect and of the next level, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.evidence import link_evidence
from tests.cast import NOW, Cast
from tests.initiatives.gatherings import plain, planned
from tests.maturity.samples import KEY, LADDER, assess, import_ladder, say

As = Callable[[str], FlaskClient]
STEP = "Peser les invendus"


@pytest.fixture
def page(opened: Assessment, cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/maturite"


def prove(session: Session, cast: Cast, ref: str = "7.1") -> None:
    link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=KEY,
        ref=ref,
        subject=cast.step(),
        person_id=None,
        now=NOW,
    )
    session.commit()


def part(page: str, begin: str, end: str) -> str:
    """The page between two words."""
    return page[page.index(begin) : page.index(end, page.index(begin))]


def test_who_animates_reads_the_steps_behind_it_and_who_looks_on_their_number(
    as_: As, page: str, session: Session, cast: Cast
) -> None:
    prove(session, cast)
    for who, said, unsaid in (
        ("Anne", f"Étape « {STEP} », pour le 17 avril 2026", "grâce à"),
        ("Henri", "7.1 – Vouloir : +40 points, grâce à une étape", STEP),
    ):
        shown = as_(who).get(page).text
        assert said in plain(part(shown, "D’où vient ce résultat attendu", "Indicatif."))
        assert unsaid not in shown
        assert "l’étape prévue est faite : niveau 1, 40 % réalisé" in plain(shown)
    anne = as_("Anne").get(page).text
    address = f"/projets/{cast.project().public_id}#step-{cast.step().public_id}"
    assert f'<a href="{address}">{STEP}</a>' in part(anne, "D’où vient ce", "Indicatif.")


def test_where_nothing_has_a_date_it_says_what_would_help(
    as_: As, on_tuesday: None, session: Session, cast: Cast
) -> None:
    import_ladder(
        session, LADDER.replace("synergies_operationnelles_annee", "genres_action_reseau")
    )
    assess(session, cast)
    planned(session, cast)
    cast.step().due_on = None
    prove(session, cast)
    page = f"/territoires/{cast.territory().public_id}/maturite"
    shown = as_("Anne").get(page).text
    assert "Rien de ce qui a une date d’ici le 31\u00a0décembre 2026" in shown
    helps = plain(part(shown, "Ce qui aiderait", "Calculé à partir"))
    assert f"donner une date à ce qui n’en a pas : {STEP}" in helps
    assert "réunir les entreprises ou prendre part au réseau régional" in helps
    assert "gouvernance" not in helps
    looking_on = as_("Henri").get(page).text
    assert "Rien de ce qui a une date" in looking_on and "Ce qui aiderait" not in looking_on


def test_the_next_level_lists_what_brings_most_first_with_one_button_each(
    as_: As, page: str, session: Session, cast: Cast, opened: Assessment
) -> None:
    say(session, cast, opened, "7.1")
    detailed = (Fraction(3, 5), Fraction(1, 4), Fraction(3, 20))
    say(session, cast, opened, "7.2.1", status=CriterionStatus.DETAILED, fractions=detailed)
    shown = as_("Anne").get(page).text
    ahead = part(shown, "Pour atteindre le niveau 2", "ladder")
    words = plain(ahead)
    # 7.2 is worth 60; 18 of the 30 of 7.2.1 are done
    assert "Il en est à 30 % : il manque 12 points, soit 20 % du niveau" in words
    assert words.index("+30 points, 50 % du niveau") < words.index("+12 points, 20 % du niveau")
    made = re.findall(r"maturite/[^/]+/([0-9.]+)/etape", shown)
    assert sorted(made) == ["7.2.1", "7.2.2"]
    assert "/etape" in ahead
    assert "/etape" not in as_("Henri").get(page).text


def test_detailed_is_told_in_words_on_the_page_and_the_criterion(
    as_: As, page: str, session: Session, cast: Cast, opened: Assessment
) -> None:
    detailed = (Fraction(3, 5), Fraction(1, 4), Fraction(3, 20))
    say(session, cast, opened, "7.1", status=CriterionStatus.DETAILED, fractions=detailed)
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    for address in (page, f"{page}/{framework}/7.1"):
        for who in ("Anne", "Henri"):
            shown = as_(who).get(address).text
            assert "60\u202f% fait, 25\u202f% programmé, 15\u202f% pas fait" in shown


def test_when_all_is_reached_nothing_is_ahead_or_expected(
    as_: As, page: str, session: Session, cast: Cast, opened: Assessment
) -> None:
    for ref in ("7.1", "7.2.1", "7.2.2"):
        say(session, cast, opened, ref)
    shown = as_("Anne").get(page).text
    assert "Tous le sont." in shown
    assert "Pour atteindre" not in shown and "Rien de ce qui a une date" not in shown
