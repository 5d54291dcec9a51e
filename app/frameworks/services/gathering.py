"""Files → frameworks: which file belongs under which key, then one reading for each key. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import PurePath

from app.frameworks.crosswalk import check_crosswalk
from app.frameworks.format import Diagnostic, NodeDraft, Reading, read, walk
from app.frameworks.kinds import DiagnosticCode, DiagnosticLevel
from app.frameworks.scoring import check_levels, check_rules
from app.frameworks.services.sources import (
    Source,
    UnreadableSourceError,
    check_key,
    distinct_names,
)

ROOT_KEY = "referentiel"


@dataclass(frozen=True)
class Gathered:
    """A framework as read: its key, its tree and a hash of everything the tree says."""

    key: str
    roots: tuple[NodeDraft, ...]
    content_hash: str

    @property
    def size(self) -> int:
        return sum(1 for _ in walk(self.roots))


@dataclass(frozen=True)
class Gathering:
    """Frameworks by key, and every remark, by file and line."""

    frameworks: tuple[Gathered, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(d.level is DiagnosticLevel.ERROR for d in self.diagnostics)


def gather(
    sources: Sequence[Source], as_key: str | None = None, overlays: Sequence[Source] = ()
) -> Gathering:
    """Read sources as one framework for each key; all as one under `as_key` where it is given.

    A file asked for by name is a framework of its own unless its root names the key of another
    one; the files of a folder are one framework unless their roots name several keys.
    Overlays add keys by id to one framework. Raises UnreadableSourceError when a key cannot be
    one, and for overlays beside several frameworks.
    """
    read_them = partial(_read, overlays=overlays)
    readings: dict[str, Reading | None] = {}
    if as_key is not None:
        by_key = {check_key(as_key): list(sources)}
    else:
        by_key = {}
        for group in _grouped(sources, read_them):
            for named, files in group.by_key.items():
                key = check_key(named)
                readings[key] = None if key in by_key else group.reading
                by_key.setdefault(key, []).extend(files)
    if overlays and len(by_key) > 1:
        names = ", ".join(sorted(by_key))
        raise UnreadableSourceError(f"--with adds to one framework at a time; here are {names}.")
    frameworks, diagnostics = [], []
    trees: dict[str, tuple[NodeDraft, ...]] = {}
    for key, files in sorted(by_key.items()):
        reading = readings.get(key) or read_them(files)
        kept = distinct_names(files)
        roots = tuple(_under_kept_names(root, kept) for root in reading.roots)
        frameworks.append(Gathered(key, roots, content_hash(roots)))
        diagnostics += _forgive_folders(files, reading)
        diagnostics += check_rules(reading.roots) + check_levels(reading.roots)
        trees[key] = reading.roots
    known = {key: {node.id for node in walk(tree)} for key, tree in trees.items()}
    for tree in trees.values():
        diagnostics += check_crosswalk(tree, known)
    return Gathering(tuple(frameworks), tuple(diagnostics))


def _read(files: Iterable[Source], overlays: Iterable[Source] = ()) -> Reading:
    return read(
        [(source.shown, source.content) for source in files],
        [(source.shown, source.content) for source in overlays],
    )


@dataclass(frozen=True)
class _Group:
    """What was asked for together, by key; `reading` where one key holds it all."""

    by_key: dict[str, list[Source]]
    reading: Reading | None = None


def _grouped(
    sources: Sequence[Source], read_them: Callable[[Iterable[Source]], Reading]
) -> Iterable[_Group]:
    for (named, otherwise), group in groupby(sources, lambda s: (s.is_named, s.otherwise)):
        files = list(group)
        if named:
            for file in files:
                reading = read_them([file])
                yield _Group({_declared(reading.roots) or otherwise: [file]}, reading)
            continue
        reading = read_them(files)
        declared = _declared_by_files(reading.roots)
        if len(declared) > 1:
            yield _Group(_split_folder(files, otherwise))
        else:
            yield _Group({next(iter(declared), otherwise): files}, reading)


def _declared_by_files(roots: Iterable[NodeDraft]) -> set[str]:
    """The keys that the outermost nodes of the files name."""
    outermost: dict[str, str] = {}
    for node in walk(roots):
        outermost.setdefault(node.file, node.keys.get(ROOT_KEY, "").strip())
    return set(outermost.values()) - {""}


def _split_folder(files: Sequence[Source], otherwise: str) -> dict[str, list[Source]]:
    """Each file under the key of its own root, else under the only one of its own folder."""
    own = {file.shown: _declared(_read([file]).roots) for file in files}
    by_folder: dict[PurePath, set[str]] = {}
    for shown, key in own.items():
        by_folder.setdefault(PurePath(shown).parent, set()).update({key} - {""})
    by_key: dict[str, list[Source]] = {}
    for file in files:
        around = by_folder[PurePath(file.shown).parent]
        key = own[file.shown] or (next(iter(around)) if len(around) == 1 else otherwise)
        by_key.setdefault(key, []).append(file)
    return by_key


def _declared(roots: Iterable[NodeDraft]) -> str:
    return next((key for root in roots if (key := root.keys.get(ROOT_KEY, "").strip())), "")


def _forgive_folders(files: Iterable[Source], reading: Reading) -> list[Diagnostic]:
    """A folder's readme without a node is an oddity; the same asked for by name is an error."""
    if not reading.roots:
        return list(reading.diagnostics)
    found = {source.shown for source in files if not source.is_named}
    return [
        replace(remark, level=DiagnosticLevel.WARNING)
        if remark.code is DiagnosticCode.NO_NODE and remark.file in found
        else remark
        for remark in reading.diagnostics
    ]


def _under_kept_names(node: NodeDraft, kept: dict[str, str]) -> NodeDraft:
    """The same tree with the names of files that are kept: no path of somebody's machine."""
    children = tuple(_under_kept_names(child, kept) for child in node.children)
    return replace(node, file=kept.get(node.file, node.file), children=children)


def content_hash(roots: Iterable[NodeDraft]) -> str:
    """SHA-256 of all that the tree says, its lines included, its files' names excepted.

    So a copy elsewhere, a byte order mark or Windows line ends are the same content.
    """
    files: dict[str, int] = {}
    said = [
        (
            node.id,
            node.parent,
            node.title,
            str(node.points),
            str(node.percentage),
            node.category,
            list(node.keys.items()),
            list(node.sections.items()),
            files.setdefault(node.file, len(files)),
            node.line,
        )
        for node in walk(roots)
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
