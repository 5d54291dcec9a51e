"""Levels and the cycle hold wherever a framework declares them: below others, beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.models import Framework
from app.frameworks.scoring import check_levels, cycle_of, ladder_of, layout_of
from app.frameworks.services import Source, import_sources
from app.maturity.ahead import ahead
from app.maturity.branches import wholes_of
from app.maturity.explaining import explained
from app.maturity.kinds import CriterionStatus, ProofState
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Standing
from app.maturity.telling import level_reason
from tests.cast import NOW, Cast
from tests.frameworks.samples import node
from tests.maturity.samples import KEY, LADDER, assess, say
from tests.maturity.test_outlook import ground, proof, said

As = Callable[[str], FlaskClient]
DONE = CriterionStatus.DONE
BESIDE = node("6", title="À côté", more="points: 20\n") + node("6.1", 3) + node("6.2", 3)


def _deeper(text: str) -> str:
    """The same two headings further in."""
    return "".join(f"##{line}" if line[0] == "#" else line for line in text.splitlines(True))


LADDER_ALONE = LADDER.replace("referentiel: echelle\n", "points: 100\ncycle: 4\n")
# one nameless root above both, as whole official frameworks have
BELOW = (
    node('""', title="Tout", more="referentiel: echelle\n")
    + "## Actions\n"
    + _deeper(BESIDE)
    + _deeper(LADDER_ALONE)
)
SIDE_BY_SIDE = read([("a.md", BESIDE.encode()), ("b.md", LADDER_ALONE.encode())]).roots
INSIDE = read([("a.md", BELOW.encode())]).roots
BOTH = pytest.mark.parametrize("roots", [SIDE_BY_SIDE, INSIDE], ids=["side by side", "inside"])


def standing(there: Ground) -> Standing:
    rungs, level, totals = rungs_and_totals(there)
    points = sum((one.done for one in totals), Fraction(0))
    score = share(totals, "done")
    known = ("f", "k", "t", 1, 2026, "a", None, level, score, None, rungs, points)
    return Standing(*known, wholes=wholes_of(there))


@BOTH
def test_levels_are_read_where_they_are_declared(roots: Sequence[NodeDraft]) -> None:
    there = ground(roots=roots, confirmed={"7.1": said(DONE), "6.1": said(DONE)})
    found = standing(there)
    assert found.level == 1
    assert [(rung.number, rung.ref) for rung in found.rungs] == [(0, "6"), (1, "7.1"), (2, "7.2")]
    assert [rung.ref for rung in found.levels] == ["7.1", "7.2"]
    assert [rung.state.value for rung in found.rungs] == ["partial", "reached", "ahead"]
    assert [one.ref for one in found.wholes][-1] == "7"
    # nothing of the framework is left out
    leaves = {one.id for one in walk(roots) if not one.children}
    assert leaves <= {one.ref for one in found.criteria}


@BOTH
def test_the_next_level_and_its_reason_follow_the_same_rule(roots: Sequence[NodeDraft]) -> None:
    there = ground(roots=roots, confirmed={"7.1": said(DONE)})
    found, why = standing(there), explained(there, standing(there))
    next_level = ahead(there, found)
    # 7.2 is worth 60, half of it is wanted
    assert next_level is not None
    assert (next_level.rung.ref, next_level.missing) == ("7.2", 30)
    assert level_reason(why, found, next_level).startswith(
        "Niveau\u00a01\u00a0: un niveau est atteint quand 50\u202f% de ses points au moins"
    )
    assert {"7", "7.1", "7.2", "6"} <= why.parts.keys()


@BOTH
@given(
    confirmed=st.dictionaries(
        st.sampled_from(("6", "6.1", "6.2", "7", "7.1", "7.2", "7.2.1", "7.2.2", "")),
        st.tuples(st.sampled_from(CriterionStatus), st.sampled_from((True, True, False))),
    )
)
def test_all_that_counts_adds_up_to_what_is_done(
    roots: Sequence[NodeDraft], confirmed: dict[str, tuple[CriterionStatus, bool]]
) -> None:
    known = {ref: said(status, concerned=on) for ref, (status, on) in confirmed.items()}
    ids = {one.id for one in walk(roots)}
    there = ground(roots=roots, confirmed={k: one for k, one in known.items() if k in ids})
    found = standing(there)
    assert sum((one.points for one in found.criteria), Fraction(0)) == found.points
    assert sum((one.points for one in found.parts), Fraction(0)) == found.points
    assert 0 <= (found.level or 0) <= 2


@BOTH
def test_a_cycle_holds_wherever_it_is_declared(roots: Sequence[NodeDraft]) -> None:
    assert cycle_of(roots) == 4
    old, young = (
        proof(ref, ProofState.DONE, dated_on=date(year, 5, 1), address=f"/p/{year}")
        for ref, year in (("6.1", 2022), ("7.1", 2023))
    )
    found = standing(ground(old, young, roots=roots))
    states = {one.ref: [each.state for each in one.proofs] for one in found.criteria if one.proofs}
    assert states == {"6.1": [ProofState.EXPIRED], "7.1": [ProofState.DONE]}


def test_a_second_ladder_and_another_cycle_are_told() -> None:
    other = (
        node("8", more="niveaux: indépendants\nseuil_niveau: 40\ncycle: 6\n")
        + node("8.1", 3)
        + node("9", more="cycle: 4\n")
    )
    roots = read([("a.md", LADDER_ALONE.encode()), ("b.md", other.encode())]).roots
    ladder = ladder_of(roots)
    assert ladder is not None and ladder.id == "7"
    told = [(one.file, one.line, one.message) for one in check_levels(roots)]
    assert told == [
        ("b.md", 1, "« 8 » : « niveaux » sans effet ; ceux de « 7 », plus haut, sont lus."),
        ("b.md", 1, "« 8 » : « cycle: 6 » sans effet ; 4 ans, déclarés plus haut, valent partout."),
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("niveaux: cumulatifs\n", "rien ne se trouve en dessous"),
        ("seuil_niveau: 50\n", "« seuil_niveau » sans « niveaux »"),
    ],
)
def test_levels_of_a_node_that_holds_none_are_told(keys: str, told: str) -> None:
    (found,) = check_levels(read([("a.md", node("1", more=keys).encode())]).roots)
    assert told in found.message
    assert ladder_of(read([("a.md", node("1", more=keys).encode())]).roots) is None


def test_without_a_ladder_the_parts_are_those_of_the_only_root_or_the_roots() -> None:
    plain = read([("a.md", BESIDE.encode())]).roots
    alone = layout_of(plain)
    assert ([one.id for one in alone.wholes], [one.id for _, one in alone.steps]) == (
        ["6"],
        ["6.1", "6.2"],
    )
    two = layout_of((*plain, *read([("b.md", node("8").encode())]).roots))
    assert (two.wholes, [(number, one.id) for number, one in two.steps]) == (
        (),
        [(1, "6"), (2, "8")],
    )


def test_the_pages_show_the_levels_and_what_stands_beside_them(
    as_: As, session: Session, cast: Cast, on_tuesday: None
) -> None:
    import_sources(session, [Source("echelle.md", "echelle.md", BELOW.encode(), KEY)], now=NOW)
    session.commit()
    made = assess(session, cast)
    say(session, cast, made, "7.1")
    key = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    page = f"/territoires/{cast.territory().public_id}/maturite"
    anne = as_("Anne")
    shown = anne.get(page).text
    assert "Niveau atteint, lecture Maillage" in shown and "sur 2" in shown
    assert "Pour atteindre le niveau 2" in shown
    assert 'id="critere-6.1"' in shown and 'id="critere-7.2.2"' in shown
    assert "7 dans son ensemble" in shown
    assert "il se lit toujours niveau par niveau" in anne.get(f"{page}/{key}/7").text
    assert "il se lit toujours niveau par niveau" not in anne.get(f"{page}/{key}/6").text
