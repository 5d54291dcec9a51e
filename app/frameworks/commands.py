"""`flask framework …`: import, check, show and score files of the official format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

from app.core import clock
from app.core.database import read_only
from app.frameworks import queries
from app.frameworks.format import Diagnostic, NodeDraft, walk
from app.frameworks.format.vocabulary import ID_KEYS
from app.frameworks.models import FrameworkVersion
from app.frameworks.scoring import Score, StatusError, read_statuses, score
from app.frameworks.services import (
    ImportReport,
    UnreadableSourceError,
    check_files,
    import_files,
)
from app.web.database import db

# The line of a node says these; every other key is shown below it.
_TOLD_ALREADY = frozenset({*ID_KEYS, "points", "categorie"})

framework = AppGroup("framework", help="Référentiels: files of the official format.")
paths_argument = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…"
)
as_option = click.option("--as", "as_key", metavar="KEY", help="The key to keep them under.")
with_option = click.option(
    "--with",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="OVERLAY",
    help="A file of keys to add by id to one framework; its own file stays as it is.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


def register(app: Flask) -> None:
    """Give the application its `framework` commands."""
    app.cli.add_command(framework)


@framework.command("import")
@paths_argument
@as_option
@with_option
@json_option
def import_command(
    paths: tuple[Path, ...], as_key: str | None, overlays: tuple[Path, ...], as_json: bool
) -> None:
    """Read files or folders and keep them: a new version where the content is new."""
    with _errors_as_sentences():
        report = import_files(
            db.session(), paths, as_key=as_key, overlays=overlays, now=clock.now()
        )
        db.session.commit()
    _answer(report, as_json)


@framework.command("check")
@paths_argument
@as_option
@with_option
@json_option
def check_command(
    paths: tuple[Path, ...], as_key: str | None, overlays: tuple[Path, ...], as_json: bool
) -> None:
    """Say what an import would read, without a database."""
    with _errors_as_sentences():
        report = check_files(paths, as_key=as_key, overlays=overlays)
    _answer(report, as_json)


@framework.command("show")
@click.argument("name", metavar="ID")
@json_option
def show_command(name: str, as_json: bool) -> None:
    """Show the nodes of a framework's latest version, in reading order.

    ID is the framework's key, or the id of a root where no other framework has it.
    """
    with _errors_as_sentences():
        read_only(db.session())
        nodes = list(walk(queries.tree_of(db.session(), _version(name).id)))
    if as_json:
        _print_json([_shown(node) for node in nodes])
        return
    for node in nodes:
        weight = _number(node.points) if node.points is not None else "–"
        what = f"{'  ' * node.depth}{node.id}  {node.title}"
        click.echo(f"{what}  [{weight}; {node.category or '–'}]  {node.file}:{node.line}")
        for key, value in node.keys.items():
            if key not in _TOLD_ALREADY:
                click.echo(f"{'  ' * node.depth}    {key}: {value}")


@framework.command("score")
@click.argument("name", metavar="ID")
@click.option(
    "--statuses", required=True, type=click.Path(path_type=Path), help="A JSON file of statuses."
)
@json_option
def score_command(name: str, statuses: Path, as_json: bool) -> None:
    """Score a framework for these statuses: nothing is rounded, nothing is written."""
    with _errors_as_sentences():
        read_only(db.session())
        roots = queries.tree_of(db.session(), _version(name).id)
        raw = _read_json(statuses)
        try:
            known = read_statuses(raw, list(score(roots, {})))
        except StatusError as fault:
            _fail(f"{statuses}: {fault}")
        scores = score(roots, known)
    if as_json:
        _print_json({node_id: _scored(one) for node_id, one in scores.items()})
        return
    for node_id, one in scores.items():
        said = ", ".join(f"{name} {value}" for name, value in _scored(one).items())
        click.echo(f"{node_id}: {said}")


def _version(name: str) -> FrameworkVersion:
    found = queries.named(db.session(), name)
    if not found:
        _fail(f"No framework has the key or the root {name}; `framework import` brings one in.")
    if len(found) > 1:
        keys = ", ".join(version.framework.key for version in found)
        _fail(f"Several frameworks have a root {name}: name one by its key ({keys}).")
    return found[0]


def _read_json(file: Path) -> Mapping[str, Mapping[str, object]]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as fault:
        _fail(f"{file} cannot be read as JSON ({str(fault).splitlines()[0]}).")
    if not isinstance(raw, dict):
        _fail(f"{file}: an object of statuses by id is wanted.")
    return raw


def _shown(node: NodeDraft) -> dict[str, object]:
    return {
        "id": node.id,
        "title": node.title,
        "parent": node.parent,
        "depth": node.depth,
        "points": None if node.points is None else _number(node.points),
        "category": node.category,
        "sections": dict(node.sections),
        "file": node.file,
        "line": node.line,
    }


def _scored(one: Score) -> dict[str, object]:
    numbers = ("points", "potential", "done", "planned", "not_done", "unset")
    return {
        **{name: _number(getattr(one, name)) for name in numbers},
        "concerned": one.concerned,
    }


def _number(value: Decimal | Fraction) -> int | float:
    """A JSON number: whole where it is whole, else the nearest float; nothing is rounded."""
    return int(value) if value == int(value) else float(value)


def _answer(report: ImportReport, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                "frameworks": [
                    {
                        "id": one.key,
                        "version": one.version,
                        "roots": list(one.roots),
                        "nodes": one.nodes,
                        "changed": one.changed,
                    }
                    for one in report.frameworks
                ],
                "nodes": report.nodes,
                "diagnostics": [_diagnostic(remark) for remark in report.diagnostics],
            }
        )
    else:
        _tell(report)
    if report.has_errors:
        first = next(d for d in report.diagnostics if d.level == "error")
        _fail(f"Nothing is imported: {first.file}:{first.line}: {first.message}")


def _tell(report: ImportReport) -> None:
    for remark in report.diagnostics:
        click.echo(f"{remark.file}:{remark.line}: {remark.level.value}: {remark.message}")
    for one in report.frameworks:
        version = "" if one.version is None else f", version {one.version}"
        state = {True: " (new)", False: " (unchanged)", None: ""}[one.changed]
        click.echo(f"{one.key}{version}{state}: {one.nodes} nodes under {', '.join(one.roots)}")


def _diagnostic(remark: Diagnostic) -> dict[str, object]:
    return {
        "level": remark.level.value,
        "file": remark.file,
        "line": remark.line,
        "code": remark.code.value,
        "message": remark.message,
    }


def _print_json(answer: object) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except UnreadableSourceError as fault:
        _fail(str(fault))
