"""Which proofs a framework expects, in its own words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.frameworks.format import NodeDraft, walk

EXPECTED = ("Preuves attendues", "Preuves")


def expected_evidence(roots: Iterable[NodeDraft], ref: str) -> str:
    """The Markdown of the nearest « Preuves attendues », at the criterion or above it."""
    nodes = {node.id: node for node in walk(roots)}
    node = nodes.get(ref)
    while node is not None:
        for name in EXPECTED:
            if text := node.sections.get(name):
                return text
        node = nodes.get(node.parent) if node.parent is not None else None
    return ""
