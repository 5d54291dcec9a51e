"""The command line is a contract."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.reminders.conftest import mails


def reminders(app: Flask, *arguments: str) -> Any:
    result = app.test_cli_runner().invoke(args=["reminders", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_preview_says_who_would_get_what_and_who_not_and_why(app: Flask, started: Cast) -> None:
    found = reminders(app, "preview", "--on", "2026-04-10")
    lucie = next(mail for mail in found["would_send"] if mail["person"] == "Lucie Perrin")
    assert lucie == {
        "to": "lucie@example.org",
        "person": "Lucie Perrin",
        "mail": "relance",
        "on": "2026-04-10",
        "steps": [
            {
                "id": started.step().public_id,
                "title": "Peser les invendus",
                "due_date": "2026-04-17",
                "occasion": "J-7",
            }
        ],
    }
    late = started.step("Fabriquer les caisses").public_id
    assert {
        "person": "Marc Oudot",
        "step": late,
        "occasion": "J-7",
        "reason": "superseded",
    } in found["would_skip"]


def test_preview_over_days_walks_the_ledger_forward(app: Flask, started: Cast) -> None:
    found = reminders(app, "preview", "--on", "2026-04-10", "--until", "2026-04-30")
    lucie = [
        (mail["on"], mail["steps"][0]["occasion"])
        for mail in found["would_send"]
        if mail["person"] == "Lucie Perrin"
    ]
    assert lucie == [("2026-04-10", "J-7"), ("2026-04-16", "J-1"), ("2026-04-22", "J+5")]


def test_a_territory_that_has_not_started_is_skipped_with_its_reason(
    app: Flask, cast: Cast
) -> None:
    found = reminders(app, "preview", "--on", "2026-04-10")
    assert found["would_send"] == []
    assert {one["reason"] for one in found["would_skip"]} == {"not_started"}


def test_run_counts_what_it_wrote_and_nothing_the_second_time(
    app: Flask, started: Cast, session: Session
) -> None:
    assert reminders(app, "run", "--on", "2026-04-10") == {"written": 2, "skipped": 2}
    assert reminders(app, "run", "--on", "2026-04-10") == {"written": 0, "skipped": 0}
    assert len(mails(session)) == 2


def test_preview_writes_nothing(app: Flask, started: Cast, session: Session) -> None:
    first = reminders(app, "preview", "--on", "2026-04-10")
    assert reminders(app, "preview", "--on", "2026-04-10") == first
    assert mails(session) == []


def test_tables_for_people(app: Flask, started: Cast) -> None:
    shown = app.test_cli_runner().invoke(args=["reminders", "preview", "--on", "2026-04-10"])
    assert "Lucie Perrin <lucie@example.org>" in shown.output
    ran = app.test_cli_runner().invoke(args=["reminders", "run", "--on", "2026-04-10"])
    assert ran.output == "written 2, skipped 2\n"


def test_a_day_that_is_none_is_refused_with_a_sentence(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["reminders", "run", "--on", "2026-13-01"])
    assert result.exit_code == 2
    assert "'2026-13-01' is no day" in result.stderr
    backwards = ["reminders", "preview", "--on", "2026-04-10", "--until", "2026-04-01"]
    assert app.test_cli_runner().invoke(args=backwards).exit_code == 2
