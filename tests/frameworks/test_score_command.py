"""`framework score --json` on cases made by hand: the arithmetic of each stands beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.frameworks.format import write
from tests.frameworks.samples import outline_of

_HERE = Path(__file__).resolve().parents[2]
OFFICIAL = _HERE.parent / "shared" / "seeds"
CATALOGUE = _HERE / "seeds" / "frameworks"
official = pytest.mark.skipif(
    not (OFFICIAL / "cae-6.3.1.md").exists(), reason="the official files are not at hand"
)

OFF = {"concerned": False}
DONE = {"status": "done"}
NUMBERS = ("points", "potential", "done", "planned", "not_done", "unset")


@pytest.fixture
def score(app: Flask, tmp_path: Path) -> Any:
    """A file of the format, or the lines of one, and statuses → the command's answer."""

    def scored(said: Path | tuple[str, ...], statuses: dict[str, Any]) -> dict[str, Any]:
        run = app.test_cli_runner().invoke
        file = said if isinstance(said, Path) else tmp_path / "cas.md"
        if not isinstance(said, Path):
            file.write_bytes(write([outline_of(*said)]))
        raw = tmp_path / "statuses.json"
        raw.write_text(json.dumps(statuses))
        assert run(args=["framework", "import", str(file), "--as", "cas"]).exit_code == 0
        command = ["framework", "score", "cas", "--statuses", str(raw), "--json"]
        return dict(json.loads(run(args=command).stdout))

    return scored


def _column(scores: dict[str, Any], name: str) -> list[float]:
    return [found[name] for found in scores.values()]


@pytest.mark.parametrize("folder", [CATALOGUE, pytest.param(OFFICIAL, marks=official)])
def test_6_3_1_without_industry(score: Any, folder: Path) -> None:
    scores = score(folder / "cae-6.3.1.md", {"6.3.1.4": OFF, "6.3.1.3": DONE})
    if folder == CATALOGUE:  # 8 points in percents, and the rule × 1,625
        assert _column(scores, "points") == [8, 8 * 0.15, 8 * 0.2, 8 * 0.2, 8 * 0.25, 8 * 0.2]
        third = 8 * 0.20 * 1.625  # 2.6
        assert _column(scores, "potential") == [8, 1.2, 1.6, third, 0, third]
        assert scores["6.3.1"]["done"] == third
    else:  # 15 + 20 + 20 + 25 + 20 written, no rule: 25 in four equal parts
        assert _column(scores, "points") == [100, 15, 20, 20, 25, 20]
        quarter = 25 / 4  # 6.25
        assert _column(scores, "potential") == [100, 15 + quarter, *[20 + quarter] * 2, 0, 26.25]
        assert scores["6.3.1"]["done"] == 26.25
    assert _column(scores, "concerned") == [True] * 4 + [False, True]


@pytest.mark.parametrize("folder", [CATALOGUE, pytest.param(OFFICIAL, marks=official)])
def test_3_5_with_its_third_level_in_detail(score: Any, folder: Path) -> None:
    detail = {"status": "detailed", "fractions": [0.5, 0.25, 0.25]}
    scores = score(folder / "eci-3.5.md", {"3.5.1": DONE, "3.5.3": detail})
    # ours: 25 × 20, 20, 30, 30 %; the official file says no weight: 100 in four
    level = [5, 5, 7.5, 7.5] if folder == CATALOGUE else [25] * 4
    assert [scores[f"3.5.{at}"]["points"] for at in (1, 2, 3, 4)] == level
    # all of .1; half, a quarter and a quarter of .3; .2 and .4 unset
    root = scores["3.5"]
    assert root["done"] == level[0] + level[2] / 2
    assert (root["planned"], root["not_done"]) == (level[2] / 4, level[2] / 4)
    assert root["unset"] == level[1] + level[3]


def test_thresholds_that_accumulate(score: Any) -> None:
    # two synergies in the year: at least 1 (10 %) and at least 2 (20 %) of 30 % of 25 points
    met = {"3.5.3.3": DONE, "3.5.3.4": DONE, "3.5.3.5": {"status": "not_done"}}
    kinds = {f"3.5.2.{at}": DONE for at in (1, 2, 3)}  # three kinds of four: 25 % each
    scores = score(CATALOGUE / "eci-3.5.md", {**met, **kinds})
    assert scores["3.5.3"]["done"] == 25 * 30 * (10 + 20) / 100**2  # 2.25
    assert scores["3.5.3"]["not_done"] == 25 * 30 * 20 / 100**2  # 1.5
    assert scores["3.5.2"]["done"] == 25 * 20 * 75 / 100**2  # 3.75
    assert scores["3.5"]["done"] == 2.25 + 3.75


def test_a_factor_with_and_without_one_above_it(score: Any) -> None:
    lines = (
        "1 | points: 30",
        "1.1 | points: 20 | facteur: 0.5",
        "1.1.1 | points: 12 | facteur: 0.25",
        "1.1.2 | points: 8",
        "1.2 | points: 10",
        "1.2.1 | points: 10 | facteur: 2",
    )
    # 1.1.1: 12 × 0.5 × 0.25 = 1.5; 1.1.2: 8 × 0.5 = 4; 1.2.1: 10 × 2 = 20
    # 1.2 and 1 have no factor on them or above: sums, 20 and 5.5 + 20
    assert _column(score(lines, {}), "potential") == [25.5, 5.5, 1.5, 4, 20, 20]
    assert _column(score(lines, {}), "points") == [30, 20, 12, 8, 10, 10]


def test_deactivated_goes_down_and_not_concerned_climbs(score: Any) -> None:
    lines = (
        "1 | points: 10 | niveau_mesure: 3",
        "1.1 | points: 4 | desactive: oui",
        "1.1.1 | points: 4",
        "1.2 | points: 6",
        "1.2.1 | points: 4",
        "1.2.2 | points: 2",
    )
    scores = score(lines, {"1.1.1": DONE, "1.2.1": OFF, "1.2.2": OFF})
    # all of 1.1 by the rule; 1.2 because both are out; 1 because both 1.1 and 1.2 are
    assert _column(scores, "concerned") == [False] * 6
    assert {scores["1"][name] for name in NUMBERS[1:]} == {0}
    one_left = score(lines, {"1.2.1": OFF})
    # measures have three components: above them nothing is shared out, 10 − 4 − 4
    assert _column(one_left, "potential") == [2, 0, 0, 2, 0, 2]


def test_redistribution_passes_regulatory_nodes_by(score: Any) -> None:
    lines = (
        "2.4 | points: 20",
        "2.4.0 | points: 2",
        "2.4.1 | points: 6",
        "2.4.2 | points: 8",
        "2.4.3 | points: 4",
        "2.4.3.1 | points: 3",
        "2.4.3.2 | points: 1",
    )
    scores = score(lines, {"2.4.2": OFF, "2.4.3.1": DONE})
    # 8 lost, two that receive: + 4 each, none to 2.4.0; 2.4.3 grows 4 → 8, below × 2
    assert _column(scores, "potential") == [20, 2, 6 + 4, 0, 4 + 4, 3 * 2, 1 * 2]
    assert scores["2.4"]["done"] == 6


def test_an_own_status_stands_over_those_of_the_children(score: Any) -> None:
    lines = ("1 | points: 10", "1.1 | points: 6", "1.2 | points: 4")
    detail = {"status": "detailed", "fractions": [0.1, 0.2, 0.7]}
    scores = score(lines, {"1": detail, "1.1": DONE})
    # 10 × 0.1, 0.2, 0.7, whatever 1.1 says; 1.1 keeps its own 6
    assert [scores["1"][name] for name in NUMBERS[2:]] == [1, 2, 7, 0]
    assert (scores["1.1"]["done"], scores["1.2"]["unset"]) == (6, 4)


def test_all_children_out_beside_a_status_of_its_own(score: Any) -> None:
    lines = ("1 | points: 10", "1.1 | points: 6", "1.2 | points: 4")
    out = {"1.1": OFF, "1.2": OFF}
    kept = score(lines, {**out, "1": {"status": "planned"}})
    assert (kept["1"]["potential"], kept["1"]["planned"]) == (10, 10)
    assert score(lines, out)["1"]["concerned"] is False


def test_a_score_formula(score: Any) -> None:
    lines = (
        "1 | points: 20",
        "1.1 | points: 8",
        "1.2 | points: 12 | score_plafond: 1.1",
        "1.2.1 | points: 9",
        "1.2.2 | points: 3",
    )
    quarter = {"status": "detailed", "fractions": [0.25, 0, 0.75]}
    scores = score(lines, {"1.1": quarter, "1.2.1": DONE, "1.2.2": DONE})
    # 1.1: 8 × 0.25 = 2, wanted; present 12, so × 2/12: 9 → 1.5, 3 → 0.5; 1: 2 + 2
    assert _column(scores, "done") == [4, 2, 2, 1.5, 0.5]
    assert _column(scores, "not_done") == [16, 6, 10, 7.5, 2.5]


def test_equal_shares_and_overseas_points(score: Any) -> None:
    lines = ("1 | points: 9", "1.1 | pourcentage: 40 | pointsDOM: 7", "1.2", "1.3", "1.4")
    scores = score(lines, {})
    # 40 % of 9; the other 60 % in three: 1.8 each; pointsDOM is kept, no rule reads it
    assert _column(scores, "points") == [9, 3.6, 1.8, 1.8, 1.8]


def test_numbers_are_not_rounded(score: Any) -> None:
    scores = score(("1 | points: 1", "1.1", "1.2", "1.3"), {"1.1": DONE})
    assert scores["1.1"]["done"] == 1 / 3
    assert scores["1"]["potential"] == 1
