"""`plan import` and `plan export`: a contract for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Claim
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Project
from tests.cast import NOW, Cast
from tests.imports.samples import line, pasted


@pytest.fixture
def engine_name() -> str:
    """What the commands say does not hang on the engine."""
    return "sqlite"


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["plan", *arguments])
    return done.exit_code, done.output


def test_a_file_comes_in_once_and_says_what_it_did(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "suivi.csv"
    file.write_text(pasted(line(action="Réemploi", lead="Vallon", end="31/02/2027")))
    told = ("import", str(file), "--territory", "Val d’Aubrive", "--json")
    before = session.scalar(select(func.count()).select_from(Project)) or 0
    code, dry = run(app, *told, "--dry-run")
    assert (code, json.loads(dry)["applied"]) == (0, False)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Project)) == before
    code, answer = run(app, *told)
    assert code == 0
    assert json.loads(answer) == {
        "file": "suivi.csv",
        "applied": True,
        "counts": {"check": 1, "refused": 0, "create": 0, "update": 0, "same": 0, "skipped": 0},
        "diagnostics": [
            {
                "file": "suivi.csv",
                "sheet": "suivi.csv",
                "line": 2,
                "column": "AB",
                "value": "31/02/2027",
                "wanted": "une date, par exemple 17/04/2027",
            }
        ],
    }
    run(app, *told)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Project)) == before + 1


def test_the_plan_goes_out_and_comes_back_unchanged(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    code, said = run(app, "export", "--territory", "Val d’Aubrive", str(file), "--json")
    assert code == 0
    told = json.loads(said)
    code, answer = run(app, "import", str(file), "--territory", "Val d’Aubrive", "--json")
    counts = json.loads(answer)["counts"]
    assert (code, counts["same"]) == (0, told["projects"] + told["steps"])
    assert sum(counts.values()) == counts["same"]


@pytest.mark.parametrize(
    ("territory", "content", "said"),
    [
        ("Nulle part", "a;b", "There is no territory 'Nulle part'."),
        ("Val d’Aubrive", "%PDF-1.7", "Ce fichier n’est pas un tableau"),
    ],
)
def test_an_error_is_one_sentence_and_exit_2(
    app: Flask, tmp_path: Path, territory: str, content: str, said: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(content)
    code, output = run(app, "import", str(file), "--territory", territory)
    assert code == 2
    assert said in output


def test_a_siret_of_another_territory_is_left_out_and_told(
    app: Flask, session: Session, cast: Cast, tmp_path: Path
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.organisation("Scierie de la Sorne").siret = "35600000000048"
    session.commit()
    file = tmp_path / "contacts.csv"
    file.write_text("Nom;Entreprise;SIRET\nZoé Lambert;Le Fournil;35600000000048\n")
    code, answer = run(app, "import", str(file), "--territory", "Val d’Aubrive", "--json")
    assert (code, [one["wanted"] for one in json.loads(answer)["diagnostics"]]) == (
        0,
        ["un SIRET libre : celui-ci est d’une organisation d’un autre territoire"],
    )
    session.rollback()
    assert cast.organisation("Le Fournil").siret is None
    assert session.scalars(select(Claim)).all() == []
