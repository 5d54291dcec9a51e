"""`flask framework …`: the command line is a contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import FrameworkVersion, Node
from tests.frameworks.samples import PLAIN, node

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "seeds"


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["framework", *map(str, words)])


def answer(app: Flask, *words: object) -> Any:
    return json.loads(run(app, *words, "--json").stdout)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    file = tmp_path / "ateliers.md"
    file.write_text(PLAIN, encoding="utf-8")
    return file


def test_import_says_what_came_in_and_that_nothing_changes_twice(app: Flask, plain: Path) -> None:
    first = {
        "frameworks": [
            {"id": "ateliers", "version": 1, "roots": ["7.1"], "nodes": 3, "changed": True}
        ],
        "nodes": 3,
        "diagnostics": [],
    }
    assert answer(app, "import", plain) == first
    first["frameworks"][0]["changed"] = False
    assert answer(app, "import", plain) == first


def test_check_says_the_same_without_a_database(app: Flask, plain: Path, session: Session) -> None:
    read = answer(app, "check", plain)
    assert (read["nodes"], read["frameworks"][0]["id"]) == (3, "ateliers")
    assert session.scalars(select(FrameworkVersion)).all() == []


def test_show_answers_the_nodes_in_reading_order(app: Flask, plain: Path) -> None:
    run(app, "import", plain)
    by_key, by_root = answer(app, "show", "ateliers"), answer(app, "show", "7.1")
    assert by_key == by_root
    assert by_key[2] == {
        "id": "7.1.2",
        "title": "Échanger",
        "parent": "7.1",
        "depth": 1,
        "points": None,
        "category": "mise en œuvre",
        "sections": {"Exemples": "Une chaufferie commune."},
        "file": "ateliers.md",
        "line": 18,
    }
    assert [one["points"] for one in by_key] == [40, None, None]


def test_a_malformed_file_is_told_by_file_and_line_and_changes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(
        "# Bien\n```yaml\nid: 1\n```\n\n## Actions\n### Sans id\n```yaml\npoints: 3\n```\n"
    )
    result = run(app, "import", bad, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (said["frameworks"], said["nodes"]) == ([], 0)
    (error,) = [d for d in said["diagnostics"] if d["level"] == "error"]
    assert (error["file"], error["line"], error["code"]) == (str(bad), 7, "no-id")
    assert result.stderr.startswith(f"Nothing is imported: {bad}:7: ")
    assert session.scalars(select(Node)).all() == []


def test_score_is_exact_and_reads_statuses_from_a_file(
    app: Flask, plain: Path, tmp_path: Path
) -> None:
    statuses = tmp_path / "statuses.json"
    statuses.write_text(
        '{"7.1.1": {"status": "detailed", "fractions": [0.1, 0.2, 0.7]},'
        ' "7.1.2": {"status": "planned"}}'
    )
    run(app, "import", plain)
    scores = answer(app, "score", "7.1", "--statuses", statuses)
    assert scores["7.1.1"] == {
        "points": 24,
        "potential": 24,
        "done": 2.4,
        "planned": 4.8,
        "not_done": 16.8,
        "unset": 0,
        "concerned": True,
    }
    assert scores["7.1"]["planned"] == 20.8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nowhere"), "No framework has the key or the root nowhere"),
        (("show", "7.1"), "Several frameworks have a root 7.1: name one by its key (ateliers, b)"),
        (("import", "/nowhere/x.md"), "/nowhere/x.md does not exist."),
        (("score", "b", "--statuses", "/nowhere.json"), "/nowhere.json cannot be read as JSON"),
        (("score", "b", "--statuses", "{}"), "« 9 » n’existe pas dans ce référentiel."),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(
    app: Flask, plain: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    other, statuses = tmp_path / "b.md", tmp_path / "statuses.json"
    other.write_text(node("7.1"))
    statuses.write_text('{"9": {"status": "done"}}')
    run(app, "import", plain, other)
    result = run(app, *[str(statuses) if word == "{}" else word for word in words])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_without_json_people_read_lines(app: Flask, plain: Path) -> None:
    assert run(app, "import", plain).stdout == "ateliers, version 1 (new): 3 nodes under 7.1\n"
    shown = run(app, "show", "7.1").stdout
    assert "  7.1.1  Connaître les flux  [–; bases]  ateliers.md:10\n" in shown
    assert "      pourcentage: 60\n" in shown


def test_keys_that_nothing_reads_are_shown_all_the_same(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(node("1", more="points: 3\npointsDOM: 4\ncouleur: vert\n"))
    run(app, "import", file)
    assert run(app, "show", "a").stdout == (
        "1  Titre  [3; –]  a.md:1\n    pointsDOM: 4\n    couleur: vert\n"
    )


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official files lie beside the repository")
def test_the_two_official_files_come_in_and_are_shown(app: Flask) -> None:
    assert answer(app, "import", OFFICIAL / "cae-6.3.1.md")["nodes"] == 6
    assert answer(app, "import", OFFICIAL / "eci-3.5.md")["nodes"] == 5
    cae = answer(app, "show", "6.3.1")[1:]
    assert [one["id"] for one in cae] == [f"6.3.1.{n}" for n in range(1, 6)]
    assert [one["points"] for one in cae] == [15, 20, 20, 25, 20]
    assert [one["category"] for one in cae] == ["bases"] * 2 + ["mise en œuvre"] * 3
    assert [one["id"] for one in answer(app, "show", "3.5")] == [
        "3.5",
        "3.5.1",
        "3.5.2",
        "3.5.3",
        "3.5.4",
    ]
