"""`make frameworkbench`: a folder of 120 files beside YAML alone, a score beside a plain sum,
and hostile files of four times the size beside themselves."""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import yaml

from app.frameworks.format import NodeDraft, read, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status, prepare, score_sheet
from app.frameworks.services import check_files
from bench.hostile import HOSTILE

FILES, NODES, ROUNDS = 120, 1_500, 15
# four times the size is four times the work; eight leaves room for a machine that does other things
HOSTILE_SIZE, TIMES, MOST_TIMES = 20_000, 4, 8.0
SHARES = (15, 20, 20, 25, 20)
PARAGRAPH = (
    "Les entreprises d’un territoire s’échangent de la matière, de l’énergie et des services ; "
    "la collectivité les met en relation, suit ce qui se décide, et en rend compte.\n\n"
)
_FENCE = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_STATUSES = (
    Status(StatusKind.DONE),
    Status(StatusKind.PLANNED),
    Status(StatusKind.DETAILED, (Fraction(3, 10), Fraction(2, 10), Fraction(5, 10))),
    Status(concerned=False),
    Status(StatusKind.NOT_DONE),
    Status(),
    Status(),
)


@dataclass(frozen=True)
class Line:
    """One comparison: the median of the rounds' ratios, and milliseconds of processor time."""

    what: str
    ratio: float
    ours: float
    bare: float
    highest_ratio: float | None = None
    most_milliseconds: float | None = None

    @property
    def is_within(self) -> bool:
        slow = self.most_milliseconds is not None and self.ours > self.most_milliseconds
        return not slow and (self.highest_ratio is None or self.ratio <= self.highest_ratio)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make frameworkbench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-bounds", action="store_true", help="only print")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        files = _write(Path(folder))
        lines = [*_reading(Path(folder), files, asked.rounds), *_scoring(files, asked.rounds)]
    lines += _hostile(min(asked.rounds, 3))
    print(f"{'':46}{'ratio':>8}{'ours ms':>10}{'bare ms':>10}")
    for line in lines:
        late = "" if line.is_within else "   beyond its bound"
        print(f"{line.what:46}{line.ratio:8.1f}{line.ours:10.1f}{line.bare:10.1f}{late}")
    return 0 if asked.no_bounds or all(line.is_within for line in lines) else 1


def _write(folder: Path) -> list[tuple[str, bytes]]:
    """Measures as the official folders hold them: sub-actions, tasks, and their texts."""
    names = [f"{1 + at // 25}.{1 + at // 5 % 5}.{1 + at % 5}" for at in range(FILES)]
    files = [(f"{name}.md", _measure(name).encode()) for name in names]
    for name, content in files:
        (folder / name).write_bytes(content)
    return files


def _measure(name: str) -> str:
    text = [_node(1, name, "points: 8\nclimat_pratic_id: eci"), PARAGRAPH * 3]
    text += [f"## {section}\n{PARAGRAPH * 4}" for section in ("Contexte", "Exemples", "Ressources")]
    for at, share in enumerate(SHARES, start=1):
        text.append(_node(3, f"{name}.{at}", f"pourcentage: {share}\ncategorie: mise en œuvre"))
        text += [_node(5, f"{name}.{at}.{task}") + PARAGRAPH for task in (1, 2)]
    return "".join(text)


def _node(level: int, node_id: str, more: str = "") -> str:
    keys = f"identifiant: {node_id}\n{more}".strip()
    return f"{'#' * level} Titre de {node_id}\n```yaml\n{keys}\n```\n"


def _reading(folder: Path, files: Sequence[tuple[str, bytes]], rounds: int) -> list[Line]:
    fences = [body for _, content in files for body in _FENCE.findall(content.decode())]
    loaders = (("PyYAML", yaml.SafeLoader, 2.0), ("its C loader", yaml.CSafeLoader, 10.0))
    lines = []
    for name, loader, bound in loaders:

        def bare(loader: type = loader) -> object:
            return [yaml.load(body, Loader=loader) for body in fences]  # noqa: S506  safe ones

        ratio, ours, theirs = _compare(lambda: check_files([folder]), bare, rounds)
        lines.append(
            Line(f"{FILES} files, beside {name} on their fences", ratio, ours, theirs, bound)
        )
    return lines


def _hostile(rounds: int) -> list[Line]:
    """Work that grows faster than the file, in regular expressions and copies too."""
    lines = []
    for name, make in HOSTILE.items():
        small, large = (make(size).encode() for size in (HOSTILE_SIZE, TIMES * HOSTILE_SIZE))

        def reads(content: bytes) -> Callable[[], object]:
            return lambda: read([("f", content)])

        found = _compare(reads(large), reads(small), rounds)
        lines.append(Line(f"{TIMES} times {name}", *found, highest_ratio=MOST_TIMES))
    return lines


def _scoring(files: Sequence[tuple[str, bytes]], rounds: int) -> list[Line]:
    roots = read(files).roots
    while sum(1 for _ in walk(roots)) > NODES + 10:
        roots = roots[:-1]
    sheet = prepare(roots)
    leaves = [node.id for node in walk(roots) if not node.children]
    statuses = {leaf: _STATUSES[at % len(_STATUSES)] for at, leaf in enumerate(leaves)}

    def bare() -> object:
        return [_plain_sum(root) for root in roots]

    what = f"{len(sheet.ids)} nodes scored, beside a sum of floats"
    known = _compare(lambda: score_sheet(sheet, statuses), bare, rounds)
    fresh = _compare(lambda: score_sheet(prepare(roots), statuses), bare, rounds)
    return [
        Line(what, *known, most_milliseconds=10),
        Line("the same, of a version seen for the first time", *fresh),
    ]


def _plain_sum(node: NodeDraft) -> float:
    own = float(node.points or 0)
    return own + sum(_plain_sum(child) for child in node.children)


def _compare(
    ours: Callable[[], object], bare: Callable[[], object], rounds: int
) -> tuple[float, float, float]:
    """Turn by turn, in processor time: the machine may do other things meanwhile."""
    pairs = [(_timed(ours), _timed(bare)) for _ in range(rounds + 1)][1:]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return statistics.median(one / other for one, other in pairs), mine, theirs


def _timed(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return 1000 * max(time.process_time() - began, 1e-6)


if __name__ == "__main__":
    sys.exit(main())
