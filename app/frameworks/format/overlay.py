"""Keys that somebody adds to a file that is not theirs: by id, and never in place of one.

An official file stays as it is; what Maillage wants to know of it stands beside it, in the same
format. Titles and texts of an overlay are for its own readers.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.frameworks.format import vocabulary as words
from app.frameworks.format.drafts import Diagnostic, remark
from app.frameworks.format.outline import RawNode
from app.frameworks.kinds import DiagnosticCode as Code


def lay_over(nodes: Iterable[RawNode], overlay: Iterable[RawNode]) -> list[Diagnostic]:
    """Add the overlay's keys to the nodes of the same ids; the first of an id takes them."""
    by_id: dict[str, RawNode] = {}
    for one in nodes:
        if one.id is not None:
            by_id.setdefault(one.id, one)
    found: list[Diagnostic] = []
    for added in overlay:
        if added.id is None:
            continue  # told already
        node = by_id.get(added.id)
        if node is None:
            said = f"« {added.id} » n’existe pas dans le référentiel : rien n’y est ajouté."
            found.append(remark(added.file, added.line, Code.OVERLAY_ID, said))
            continue
        for key, value in added.keys.items():
            if key not in words.ID_KEYS:
                _add(node, key, value, added, found)
    return found


def _add(node: RawNode, key: str, value: str, added: RawNode, found: list[Diagnostic]) -> None:
    written = node.keys.get(key, "").strip()
    if not written:
        node.keys[key] = value
    elif written != value:
        said = f"« {key} » de « {node.id} » vaut déjà « {written[:40]} » : gardé ; un complément"
        line = added.key_lines.get(key, added.line)
        message = f"{said} ajoute des clés et n’en remplace aucune."
        found.append(remark(added.file, line, Code.OVERLAY_KEY, message))
