"""Small frameworks of our own invention, and short ways to read them."""

from __future__ import annotations

from app.frameworks.format import NodeDraft, Reading, read, walk

# Where a fence says only the id, a node is one line of these tests.
PLAIN = """# Relier les ateliers
```yaml
id: 7.1
points: 40
```
## Description
Ce que la mesure demande.

## Actions
### Connaître les flux
```yaml
id: 7.1.1
pourcentage: 60
categorie: bases
```
Un inventaire partagé.

### Échanger
```yaml
id: 7.1.2
pourcentage: 40
categorie: mise en œuvre
```
#### Exemples
Une chaufferie commune.
"""


def node(node_id: str, level: int = 1, title: str = "Titre", more: str = "") -> str:
    return f"{'#' * level} {title}\n```yaml\nid: {node_id}\n{more}```\n"


def read_text(*texts: str) -> Reading:
    """Files named a.md, b.md, … in the order given."""
    files = [(f"{chr(97 + place)}.md", text.encode()) for place, text in enumerate(texts)]
    return read(files)


def only(reading: Reading) -> NodeDraft:
    (root,) = reading.roots
    return root


def outline_of(*lines: str) -> NodeDraft:
    """ "6.3.1 | points: 8" → a node, nested by its id's components below the first one."""
    text = ""
    top = len(lines[0].partition("|")[0].strip().split("."))
    for line in lines:
        node_id, _, keys = (part.strip() for part in line.partition("|"))
        level = 2 * (len(node_id.split(".")) - top) + 1
        text += node(node_id, level, more="".join(f"{key.strip()}\n" for key in keys.split("|")))
    return only(read_text(text))


def ids(reading: Reading) -> list[str]:
    return [node.id for node in walk(reading.roots)]


def parents(reading: Reading) -> dict[str, str | None]:
    return {node.id: node.parent for node in walk(reading.roots)}


def said(reading: Reading, code: str) -> list[tuple[str, int]]:
    """Level and line of every diagnostic of this code."""
    return [(d.level.value, d.line) for d in reading.diagnostics if d.code == code]


def message(reading: Reading, code: str) -> str:
    """The French sentence of the only diagnostic of this code."""
    (found,) = [d.message for d in reading.diagnostics if d.code == code]
    return found


def codes(reading: Reading) -> set[str]:
    return {d.code.value for d in reading.diagnostics}


Shape = tuple[object, ...]


def shape(draft: NodeDraft) -> Shape:
    """Everything that a file carries, without where it stood; order of keys included."""
    return (
        draft.id,
        draft.title,
        draft.parent,
        draft.points,
        draft.percentage,
        draft.category,
        tuple(draft.keys.items()),
        tuple(draft.sections.items()),
        draft.depth,
        tuple(shape(child) for child in draft.children),
    )
