"""The command line as a whole: what every command has in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import make_app

NEEDS_THE_DATABASE = (
    ("demo",),
    ("framework", "show", "maillage-eci"),
    ("maturity", "show", "--territory", "x"),
    ("outbox", "deliver"),
    ("outbox", "list"),
    ("reminders", "preview", "--on", "2026-04-07"),
    ("reminders", "run"),
    ("person", "link", "anne@example.org"),
)


@pytest.mark.parametrize("command", NEEDS_THE_DATABASE, ids=" ".join)
def test_a_database_that_was_never_migrated_is_one_sentence(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'bare.sqlite3'}", tmp_path)
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 2
    assert done.stdout == ""
    [sentence] = done.stderr.splitlines()
    assert "flask --app wsgi db upgrade" in sentence
