"""`flask maturity show`: the command line is a contract."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.assessing import confirm_status
from tests.cast import NOW, Cast
from tests.maturity.samples import KEY, LADDER, import_ladder


def show(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["maturity", "show", *words])


def test_show_answers_levels_and_criteria(
    app: Flask, session: Session, cast: Cast, opened: Assessment
) -> None:
    confirm_status(
        session,
        opened,
        ref="7.1",
        status=CriterionStatus.DONE,
        person_id=None,
        now=NOW,
        seen_version=None,
    )
    session.commit()
    answers = [
        json.loads(show(app, "--territory", name, "--json").stdout)
        for name in (cast.territory().public_id, cast.territory().name)
    ]
    assert answers[0] == answers[1]
    assert answers[0] == {
        "framework": KEY,
        "version": 1,
        "as_of": "2026-04-07",
        "level": 1,
        "score": 0.4,
        "criteria": [
            {
                "id": "7.1",
                "status": "done",
                "proposed": "unset",
                "evidence": 0,
                "missing": "Réalisé, sans preuve reliée pour l’instant.",
            },
            {
                "id": "7.2.1",
                "status": "unset",
                "proposed": "unset",
                "evidence": 0,
                "missing": "Aucune preuve encore\u202f: reliez un projet ou une étape.",
            },
            {
                "id": "7.2.2",
                "status": "unset",
                "proposed": "not_done",
                "evidence": 0,
                "missing": "Il manque 2\u00a0synergies opérationnelles dans l’année.",
            },
        ],
    }


def test_several_frameworks_are_a_list_and_one_is_named(
    app: Flask, session: Session, cast: Cast, opened: Assessment
) -> None:
    import_ladder(session, LADDER.replace("referentiel: echelle", "referentiel: autre"))
    name = cast.territory().name
    one = json.loads(show(app, "--territory", name, "--framework", "autre", "--json").stdout)
    assert (one["framework"], one["level"], one["score"]) == ("autre", 0, 0)
    assert show(app, "--territory", name).stdout.startswith(
        "echelle 2026: 0.0 %, level 0 (indicative)\n  7.1  unset  [0]  Vouloir\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--territory", "Nulle part"), "No territory has the public id or the name Nulle part."),
        (("--territory", "Val d’Aubrive"), "assesses no framework yet"),
        (("--territory", "Val d’Aubrive", "--framework", "x"), "No framework has the key x."),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(
    app: Flask, words: tuple[str, ...], said: str
) -> None:
    result = show(app, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
