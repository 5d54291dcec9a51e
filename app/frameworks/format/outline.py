"""One file's blocks → its nodes, each knowing its parent by nesting, its keys and sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.frameworks.format import vocabulary as words
from app.frameworks.format.blocks import Fence, Heading, NodeStart, Text, is_yaml, split_blocks
from app.frameworks.format.comments import Comments
from app.frameworks.format.drafts import Diagnostic, remark
from app.frameworks.format.fences import Keys, read_keys
from app.frameworks.format.ids import bare_id, is_readable, is_usual
from app.frameworks.format.marks import is_blank, is_deep, underline_level
from app.frameworks.kinds import DiagnosticCode as Code

_ID_LINE = re.compile(r"\s*(?:id|identifiant)\s*:", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class RawNode:
    """A node while its file is read; `sections` holds lines. `id` is None when unreadable."""

    file: str
    line: int
    level: int
    title: str
    id: str | None
    keys: dict[str, str]
    key_lines: dict[str, int]
    parent: RawNode | None = None
    sections: dict[str, list[str]] = field(default_factory=dict)


def read_outline(file: str, lines: list[str]) -> tuple[list[RawNode], list[Diagnostic]]:
    """Nodes in the order of the file."""
    outline = _Outline(file)
    for block in split_blocks(lines):
        outline.take(block)
    outline.finish()
    return outline.nodes, outline.diagnostics


class _Outline:
    def __init__(self, file: str) -> None:
        self.file = file
        self.nodes: list[RawNode] = []
        self.open: list[RawNode] = []
        self.preamble: list[str] = []
        self.buffer = self.preamble
        self.bare: list[str] | None = None
        self.keyword_lines: list[tuple[RawNode, str, int]] = []
        self.told: set[tuple[int, str]] = set()
        self.comments = Comments[RawNode]()
        self.last_heading: Heading | None = None
        self.diagnostics: list[Diagnostic] = []

    def say(self, line: int, code: Code, message: str) -> None:
        self.diagnostics.append(remark(self.file, line, code, message))

    def take(self, block: NodeStart | Heading | Fence | Text) -> None:
        match block:
            case Text():
                self._take_text(block)
            case NodeStart():
                self._take_node(block)
            case Heading():
                self._take_heading(block)
            case Fence():
                self._take_fence(block)

    def _take_text(self, block: Text) -> None:
        self.buffer += block.lines
        if self.last_heading is not None and not all(map(is_blank, block.lines)):
            self.last_heading = None
        for node in self.comments.hidden_by(block.lines):
            said = "nœud écrit dans un commentaire HTML : lu comme un nœud ; retirez-le du fichier"
            self.say(node.line, Code.COMMENTED_NODE, f"{said} pour l’écarter.")
        for at, line in enumerate(block.lines[1:]):
            if line.startswith(("===", "---")) and underline_level(block.lines, at):
                said = f"« {block.lines[at].strip()[:60]} » souligné : gardé comme du texte ;"
                self.say(block.line + at, Code.UNDERLINED_HEADING, f"{said} « ## » est attendu.")

    def finish(self) -> None:
        """What can be told only once the whole file is known."""
        self._settle_bare_text()
        for node, name, line in self.keyword_lines:
            if any(text.strip() for text in node.sections[name]):
                said = f"du texte suit « {name} » avant le premier nœud : gardé sous ce titre."
                self.say(line, Code.KEYWORD_TEXT, said)
            else:
                del node.sections[name]
        filled = [number for number, text in enumerate(self.preamble) if text.strip()]
        if self.nodes and filled:
            said = f"texte avant le premier nœud : gardé dans la section « {words.PREAMBLE} »."
            self.say(1, Code.PREAMBLE, said)

    def _take_node(self, block: NodeStart) -> None:
        self._settle_bare_text()
        heading, keys = block.heading, self._read_fence(block.fence)
        parent = self._enclosing(heading.level)
        self._check_node_level(heading, parent)
        node = RawNode(
            self.file,
            heading.line,
            heading.level,
            heading.title,
            self._read_id(keys, heading.line),
            keys.values,
            {key: block.fence.line + 1 + at for key, at in keys.lines.items()},
            parent,
        )
        if not node.title:
            self._empty_title(node)
        if not self.nodes and any(line.strip() for line in self.preamble):
            node.sections[words.PREAMBLE] = self.preamble
        self.nodes.append(node)
        self.open.append(node)
        self.comments.add(node)
        self.last_heading = None
        self.buffer = self.bare = []

    def _settle_bare_text(self) -> None:
        """Text right after a fence, with no heading of its own, is the description."""
        if self.bare is not None and any(line.strip() for line in self.bare):
            self.nodes[-1].sections[words.DESCRIPTION] = self.bare
        self.bare = None

    def _empty_title(self, node: RawNode) -> None:
        node.title = node.id or "Sans titre"
        said = f"titre vide : le nœud est appelé « {node.title} » ; un titre est attendu."
        self.say(node.line, Code.EMPTY_HEADING, said)

    def _check_node_level(self, heading: Heading, parent: RawNode | None) -> None:
        self._check_spaces(heading)
        # Below another node, what is done about it is known once all ids are.
        if parent is None and heading.level > 1:
            said = f"nœud au niveau {heading.level} où le niveau 1 est attendu : rattaché à aucun"
            self.say(heading.line, Code.SKIPPED_LEVEL, f"{said} nœud de ce fichier.")
        if heading.is_underlined:
            said = "titre souligné : lu comme un titre ; des « # » devant lui sont attendus."
            self.say(heading.line, Code.UNDERLINED_HEADING, said)
        if heading.level % 2 == 0:
            said = f"nœud au niveau {heading.level}, pair : lu comme un nœud ; un niveau"
            self.say(heading.line, Code.HEADING_LEVEL, f"{said} impair (1, 3, 5) est attendu.")

    def _check_spaces(self, heading: Heading) -> None:
        if not heading.spaced:
            said = "titre collé à ses « # » : lu comme un titre ; une espace est attendue."
            self.say(heading.line, Code.UNSPACED_HEADING, said)
        if not heading.usual_space:
            said = "espace insécable après les « # » : lue comme une espace ordinaire."
            self.say(heading.line, Code.UNUSUAL_SPACE, said)

    def _enclosing(self, level: int) -> RawNode | None:
        """The node that a node's heading of this level stands in; closes the others."""
        while self.open and self.open[-1].level >= level:
            self.open.pop()
        return self.open[-1] if self.open else None

    def _read_fence(self, fence: Fence) -> Keys:
        if not fence.closed:
            said = "bloc YAML jamais fermé : il s’arrête ici à sa dernière ligne « clé: valeur »"
            self.say(fence.line, Code.OPEN_FENCE, f"{said} ; « ``` » est attendu.")
        if is_deep(fence.indent):
            said = "bloc YAML en retrait : lu quand même ; il est attendu au début de la ligne."
            self.say(fence.line, Code.INDENTED_FENCE, said)
        keys = read_keys(fence.body)
        for note in keys.notes:
            self.say(fence.line + 1 + note.line, note.code, note.message)
        return keys

    def _read_id(self, keys: Keys, line: int) -> str | None:
        found = {key: bare_id(keys.values[key]) for key in words.ID_KEYS if key in keys.values}
        key, node_id = next(((key, one) for key, one in found.items() if one), ("", ""))
        # Only the root of a whole framework has an empty id (official cae.md and eci.md).
        is_whole = bool(found) and "referentiel" in keys.values
        if not is_readable(node_id) or not (node_id or is_whole):
            said = "aucun identifiant lisible"
            if "/" in node_id:
                said = f"l’identifiant « {node_id[:40]} » contient une barre « / »"
            said += " : le nœud est laissé de côté ; une ligne"
            self.say(line, Code.NO_ID, f"{said} « id: 1.2.3 » est attendue dans son bloc YAML.")
            return None
        if len({value for value in found.values() if value}) > 1:
            said = f"« id » et « identifiant » diffèrent : « {node_id} » est retenu."
            self.say(line, Code.TWO_IDS, said)
        if node_id and (written := keys.values[key]) != node_id:
            said = f"identifiant écrit « {written} » : lu comme « {node_id} », l’écriture attendue."
            self.say(line, Code.ODD_ID, said)
        if node_id and not is_usual(node_id):
            said = f"identifiant inhabituel « {node_id} » : gardé tel quel ; des chiffres"
            self.say(line, Code.ODD_ID, f"{said} et des lettres séparés par des points attendus.")
        return node_id

    def _take_heading(self, heading: Heading) -> None:
        self._check_spaces(heading)
        if not heading.title:
            said = "titre vide : ignoré ; le texte qui suit reste dans la section en cours."
            self.say(heading.line, Code.EMPTY_HEADING, said)
            return
        self.last_heading = heading
        node = self._owner(heading.level)
        if node is None:
            self.preamble.append(f"**{heading.title}**")
            return
        self._check_section_level(heading, node)
        if name := words.keyword(heading.title):
            self._take_keyword(heading, node, name)
        else:
            self._take_section(heading, node)

    def _owner(self, level: int) -> RawNode | None:
        """The node that a section of this level belongs to: the outermost one at worst."""
        while len(self.open) > 1 and self.open[-1].level >= level:
            self.open.pop()
        return self.open[-1] if self.open else None

    def _check_section_level(self, heading: Heading, node: RawNode) -> None:
        if heading.level == node.level + 1 and heading.level % 2 == 0:
            return
        code = Code.HEADING_LEVEL if heading.level % 2 else Code.SKIPPED_LEVEL
        said = f"« {heading.title[:60]} » au niveau {heading.level} : lu comme une section de"
        wanted = f"{said} « {node.title[:60]} » ; le niveau {node.level + 1} est attendu."
        self.say(heading.line, code, wanted)

    def _take_keyword(self, heading: Heading, node: RawNode, name: str) -> None:
        self._settle_bare_text()
        if heading.title != name:
            said = f"« {heading.title} » : lu comme le mot-clé « {name} »."
            self.say(heading.line, Code.KEYWORD_SPELLING, said)
        if name not in node.sections:
            self.keyword_lines.append((node, name, heading.line))
        self.buffer = node.sections.setdefault(name, [])

    def _take_section(self, heading: Heading, node: RawNode) -> None:
        self._settle_bare_text()
        name = words.known_section(heading.title) or heading.title
        if name != heading.title.replace("’", "'") and name != heading.title:
            said = f"section « {heading.title} » : lue comme « {name} », l’écriture attendue."
            self.say(heading.line, Code.SECTION_SPELLING, said)
        if self._has_text(node, name):
            said = f"section « {name[:60]} » déjà commencée : les deux textes sont réunis."
            self.say(heading.line, Code.REPEATED_SECTION, said)
            node.sections[name].append("")
        self.buffer = node.sections.setdefault(name, [])

    def _has_text(self, node: RawNode, name: str) -> bool:
        """Whether a section says something already; each line is looked at once for it."""
        section = id(node), name
        if section not in self.told:
            lines = node.sections.get(name, [])
            filled = next((at for at, line in enumerate(lines) if line.strip()), None)
            if filled is None:
                # blank lines ahead of a text go in the end
                lines.clear()
                return False
            self.told.add(section)
        return True

    def _take_fence(self, fence: Fence) -> None:
        info = fence.info
        if is_yaml(info):
            # Written back under a heading, it would make that heading a node.
            info = "text"
            said = "bloc YAML sans titre au-dessus : gardé comme du texte ; un nœud est un"
            self.say(fence.line, Code.STRAY_FENCE, f"{said} titre suivi de son bloc YAML.")
        else:
            said = f"bloc « {info[:40] or 'sans nom'} » : gardé tel quel dans le texte."
            self.say(fence.line, Code.OTHER_FENCE, said)
            self._check_missed_node(fence)
        if not fence.closed:
            said = "bloc jamais fermé : il est fermé avant le nœud suivant ou la fin du fichier."
            self.say(fence.line, Code.OPEN_FENCE, f"{said} « {fence.mark[:3]} » est attendu.")
        space = " " if info.startswith("~") else ""
        # Deep in the line, only a YAML fence is one: as text it stands further left.
        mark = fence.mark if is_deep(fence.indent) else fence.indent + fence.mark
        self.buffer += [f"{mark}{space}{info}", *fence.body, mark]

    def _check_missed_node(self, fence: Fence) -> None:
        heading, self.last_heading = self.last_heading, None
        if heading is None or not any(_ID_LINE.match(line) for line in fence.body):
            return
        said = f"« {heading.title[:60]} » a un bloc avec un identifiant, mais ce bloc n’est pas du"
        what = "YAML : lu comme une section ; « ```yaml » est attendu pour en faire un nœud."
        self.say(heading.line, Code.MISSED_NODE, f"{said} {what}")
