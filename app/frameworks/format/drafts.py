"""What reading a framework gives: nodes as they were written, and remarks about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.frameworks.kinds import DiagnosticCode, DiagnosticLevel

_ERRORS = frozenset({DiagnosticCode.NOT_UTF8, DiagnosticCode.NO_ID, DiagnosticCode.NO_NODE})


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark. `line` counts from 1; 1 also stands for the file as a whole.

    `message` is a French sentence: what stands there, what was done, what is wanted.
    """

    level: DiagnosticLevel
    file: str
    line: int
    code: DiagnosticCode
    message: str


def remark(file: str, line: int, code: DiagnosticCode, message: str) -> Diagnostic:
    """A diagnostic whose level follows from its code (docs/framework-format.md: three errors)."""
    level = DiagnosticLevel.ERROR if code in _ERRORS else DiagnosticLevel.WARNING
    return Diagnostic(level, file, line, code, message)


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """A node with everything its file says.

    `id` is text exactly as written ("3.5", "1.10", "6.3.5altercom"); the root of a whole
    official framework has the empty id. `points` and `percentage` are raw, in whatever unit
    the file uses. `category` is the canonical word when it is known, else the raw one.
    `keys` holds every key of the fence as text; `sections` maps a heading to its Markdown,
    in reading order. `depth` is 0 for a root. `line` is that of the heading, from 1.
    """

    id: str
    title: str
    parent: str | None = None
    children: tuple[NodeDraft, ...] = ()
    points: Decimal | None = None
    percentage: Decimal | None = None
    category: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Roots in reading order, and the diagnostics by file and line."""

    roots: tuple[NodeDraft, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(d.level is DiagnosticLevel.ERROR for d in self.diagnostics)


def walk(roots: Iterable[NodeDraft]) -> Iterator[NodeDraft]:
    """Every node in reading order: a parent, then its children."""
    waiting = list(roots)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))
