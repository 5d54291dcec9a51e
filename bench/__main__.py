"""`make bench`: the three main requests beside a bare page; exit code 1 above a bound."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.factory import create_app
from bench import bare, world
from bench.rounds import Ask, Comparison, compare
from bench.servers import Server, environment_for, served
from config import load

ROUNDS, REQUESTS = 81, 20
LARGEST_UPDATE = 3 * 1024
HEADING = (
    f"{'':28}{'ratio':>6}{'bound':>7}{'quartiles':>12}{'processor':>11}"
    f"{'ms':>7}{'bare ms':>9}{'bytes':>7}"
)


@dataclass(frozen=True)
class Line:
    """One request that is measured: how many rows its bare page has, and its bounds."""

    name: str
    ours: Ask
    bare: Ask
    most: float
    largest: int | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder, ExitStack() as running:
        lines = _lines(Path(folder), running)
        print(HEADING)
        within = [_report(line, _measure(line, asked.rounds)) for line in lines]
    return 0 if asked.no_bounds or all(within) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--no-bounds", action="store_true", help="only print")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each request")
    return parser


def _lines(folder: Path, running: ExitStack) -> list[Line]:
    """Both servers up, and what to ask them."""
    settings = {
        "MAILLAGE_DATA_DIR": str(folder),
        "MAILLAGE_SECRET_KEY": secrets.token_hex(),
        "MAILLAGE_SCHEDULER": "off",
    }
    target = world.build(create_app(load(settings)))
    file = folder / "bare.sqlite3"
    bare.build(file)
    ours = running.enter_context(served("wsgi:app", environment_for(**settings)))
    other = running.enter_context(
        served("bench.bare:create_app()", environment_for(**{bare.DATABASE: str(file)}))
    )
    signed_in = {"Cookie": target.cookie}
    return [
        Line(
            "project page, 25 steps",
            Ask(ours, target.project_page, signed_in),
            Ask(other, "/25"),
            1.7,
        ),
        Line(
            "« mes étapes », 50 steps",
            Ask(ours, target.my_steps, signed_in),
            Ask(other, "/50"),
            1.8,
        ),
        Line(
            "one step's update by htmx",
            _update(ours, target),
            Ask(other, "/25"),
            1.5,
            LARGEST_UPDATE,
        ),
    ]


def _update(server: Server, target: world.Target) -> Ask:
    """A step that goes from one status to the other and back, as the buttons of its row do."""
    headers = {
        "Cookie": target.cookie,
        "X-CSRFToken": target.csrf_token,
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Ask(server, target.step_update, headers, ({"status": "in_progress"}, {"status": "todo"}))


def _measure(line: Line, rounds: int) -> Comparison:
    return compare(line.ours, line.bare, rounds=rounds, requests=REQUESTS)


def _report(line: Line, found: Comparison) -> bool:
    """Print one line; True when it is within its bounds."""
    small = line.largest is None or found.size <= line.largest
    within = found.ratio <= line.most and small
    print(
        f"{line.name:28}{found.ratio:6.2f}{line.most:7.1f}"
        f"{f'{found.lowest:.2f}–{found.highest:.2f}':>12}{found.processor_ratio:11.2f}"
        f"{found.milliseconds:7.2f}{found.bare_milliseconds:9.2f}{found.size:7}"
        f"{'' if within else '  above'}",
        flush=True,
    )
    return within


if __name__ == "__main__":
    sys.exit(main())
