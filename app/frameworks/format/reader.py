"""Files of the official format → a tree and diagnostics. Pure: bytes in, no exception out."""

from __future__ import annotations

from collections.abc import Sequence

from app.frameworks.format.drafts import Diagnostic, Reading, remark
from app.frameworks.format.lines import read_lines
from app.frameworks.format.outline import RawNode, read_outline
from app.frameworks.format.overlay import lay_over
from app.frameworks.format.tree import plant
from app.frameworks.format.weights import check_weights
from app.frameworks.kinds import DiagnosticCode as Code


def read(files: Sequence[tuple[str, bytes]], overlays: Sequence[tuple[str, bytes]] = ()) -> Reading:
    """Read (name shown in diagnostics, content) pairs as one framework.

    `overlays`: files of the same format whose keys are added by id.

    The tree does not depend on the order of the files, save where an id is given twice: then
    the first file keeps it. Any bytes at all give a tree or diagnostics, in time linear in
    their size. Source: domain.md §4; the keys are explained in docs/framework-format.md.
    """
    nodes, found = _read_files(files)
    added, said = _read_files(overlays)
    found += said
    found += lay_over(nodes, added)
    roots, said = plant(nodes)
    found += said
    found += check_weights(roots)
    all_files = reversed(list(enumerate([*files, *overlays])))
    places = {name: place for place, (name, _) in all_files}
    found.sort(key=lambda d: (places[d.file], d.line, d.code, d.message))
    return Reading(tuple(roots), tuple(found))


def _read_files(
    files: Sequence[tuple[str, bytes]],
) -> tuple[list[RawNode], list[Diagnostic]]:
    nodes: list[RawNode] = []
    found: list[Diagnostic] = []
    for name, content in files:
        read_nodes, said = _read_file(name, content)
        nodes += read_nodes
        found += said
    return nodes, found


def _read_file(name: str, content: bytes) -> tuple[list[RawNode], list[Diagnostic]]:
    lines, found = read_lines(name, content)
    nodes, said = read_outline(name, lines)
    found += said
    if not nodes and not any(d.code is Code.NOT_UTF8 for d in found):
        message = (
            "aucun nœud dans ce fichier : rien n’est lu ; un titre suivi d’un bloc « ```yaml » "
            "avec son « id » est attendu."
        )
        found.append(remark(name, 1, Code.NO_NODE, message))
    return nodes, found
