"""A YAML fence → its keys as text. PyYAML first; line by line where PyYAML gives up.

Every value stays text: `3.5` is no float and `1.10` keeps its zero (domain.md §4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from app.frameworks.format.vocabulary import known_key
from app.frameworks.kinds import DiagnosticCode as Code

# PyYAML is not linear on hostile input; real fences have a few hundred characters.
_YAML_LIMIT = 2_000
_LONGEST_KEY = 60
_KEYLESS = "texte"
_DOCUMENT_MARKS = frozenset({"---", "..."})

# Nothing in such a line has a meaning of its own in YAML; four fences in five hold no other.
_PLAIN_PAIR = re.compile(
    r"([A-Za-z_]{1,40}): ((?:[0-9A-Za-zÀ-ÿŒœ](?:[0-9A-Za-zÀ-ÿŒœ ._’(),/-]{0,500}"
    r"[0-9A-Za-zÀ-ÿŒœ.)])?)) *"
)
_NOT_FOR_YAML = re.compile("[\u2028\u2029\x85\t]")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5})|(.))")
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about one line of the fence; `line` counts from 0 in its body."""

    line: int
    code: Code
    message: str


@dataclass(slots=True)
class Keys:
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, line: int, code: Code, message: str) -> None:
        self.notes.append(Note(line, code, message))

    def put(self, name: str, value: str, line: int) -> None:
        """The last of two equal keys holds, as in YAML itself."""
        key = self._spelled(name.strip() or _KEYLESS, line)
        if key in self.values:
            said = f"clé « {key} » répétée : « {value[:40]} » remplace « {self.values[key][:40]} »."
            self.note(line, Code.REPEATED_KEY, f"{said} Une seule est attendue.")
        self.values[key] = value
        self.lines[key] = line

    def _spelled(self, name: str, line: int) -> str:
        key = known_key(name)
        if key is None:
            said = f"clé « {name} » inconnue : gardée et affichée, sans effet sur le calcul."
            self.note(line, Code.UNKNOWN_KEY, said)
            return name
        if key != name:
            said = f"clé écrite « {name} » : lue comme « {key} », l’écriture attendue."
            self.note(line, Code.KEY_SPELLING, said)
        return key


def read_keys(body: tuple[str, ...]) -> Keys:
    """Keys and values of a fence, in order. Never raises."""
    keys = Keys()
    if (plain := _plain_pairs(body)) is not None:
        for name, value, line in plain:
            keys.put(name, value, line)
        return keys
    pairs = _yaml_pairs("\n".join(body), keys)
    hashes = dict(_hash_comments(body)) if any("#" in line for line in body) else {}
    for name, value, line in _line_pairs(body, keys) if pairs is None else pairs:
        keys.put(name, _with_hash(keys, name, value, line, hashes), line)
    if pairs is not None:
        _tell_marks(body, keys)
    return keys


def _plain_pairs(body: tuple[str, ...]) -> list[tuple[str, str, int]] | None:
    """The pairs of a fence whose lines mean to YAML what they say; None when one may not."""
    pairs = []
    for number, line in enumerate(body):
        match = _PLAIN_PAIR.fullmatch(line)
        if match is None:
            return None
        pairs.append((match[1], match[2], number))
    return pairs or None


def _tell_marks(body: tuple[str, ...], keys: Keys) -> None:
    """Anchors, aliases and tags mean something to YAML alone: their values are read as text."""
    for name, line in keys.lines.items():
        written = body[line].partition(":")[2].strip()
        value = keys.values[name]
        if written[:1] in ("&", "*", "!") and not value.startswith(written[:1]):
            said = f"« {name}: {written[:40]} » : signe propre à YAML, lu comme « {value[:40]} »."
            keys.note(line, Code.YAML_MARK, f"{said} Une valeur simple est attendue.")


def _yaml_pairs(text: str, keys: Keys) -> list[tuple[str, str, int]] | None:
    """None when YAML cannot read it as a flat table of keys; the reason is noted."""
    if len(text) > _YAML_LIMIT or _NOT_FOR_YAML.search(text):
        keys.note(0, Code.BAD_YAML, _fallback("longueur ou caractère inhabituel"))
        return None
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line if fault.problem_mark else 0
        keys.note(line, Code.BAD_YAML, _fallback("« : », « % » ou guillemets non protégés"))
        return None
    except (yaml.YAMLError, RecursionError, ValueError):
        keys.note(0, Code.BAD_YAML, _fallback("caractère ou imbrication illisible"))
        return None
    if root is None:
        return []
    pairs = _flat_pairs(root, text, keys) if isinstance(root, yaml.MappingNode) else None
    if pairs is None:
        keys.note(0, Code.BAD_YAML, _fallback("des lignes « clé: valeur » sont attendues"))
    return pairs


def _fallback(reason: str) -> str:
    return f"YAML illisible ({reason}) : lu ligne à ligne ; mettez les valeurs entre guillemets."


def _flat_pairs(root: yaml.MappingNode, text: str, keys: Keys) -> list[tuple[str, str, int]] | None:
    pairs = []
    lines = text.split("\n")
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
            return None
        line = key.start_mark.line
        if isinstance(value, yaml.ScalarNode):
            pairs.append((key.value.strip(), value.value, line))
            continue
        nested = _source(lines, value)
        said = f"la clé « {key.value} » contient une liste ou un tableau : gardé comme texte."
        keys.note(line, Code.NESTED_VALUE, said)
        pairs.append((key.value.strip(), nested, line))
    return pairs


def _source(lines: list[str], node: yaml.Node) -> str:
    """The nested value as it was written, so that nothing of it is lost."""
    lines = lines[node.start_mark.line : node.end_mark.line + 1]
    if node.start_mark.line == node.end_mark.line:
        return lines[0][node.start_mark.column : node.end_mark.column].strip()
    head = lines[0][node.start_mark.column :]
    return "\n".join([head, *lines[1:-1], lines[-1][: node.end_mark.column]]).strip()


def _line_pairs(body: tuple[str, ...], keys: Keys) -> list[tuple[str, str, int]]:
    """(key, value, line); a line without a key goes on with the value above it."""
    pairs: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(body):
        bare = line.strip()
        if not bare or bare.startswith("#") or bare in _DOCUMENT_MARKS:
            continue
        name, colon, rest = bare.partition(":")
        if colon and 0 < len(name.strip()) <= _LONGEST_KEY and not rest.startswith("//"):
            pairs.append((_unquoted(name.strip()), [_unquoted(_before_hash(rest))], number))
            continue
        if not pairs or known_key(pairs[-1][0]):
            # What the scoring reads is never lengthened by a line that says no key.
            pairs.append((_KEYLESS, [], number))
        pairs[-1][1].append(bare)
        said = f"ligne sans clé : « {bare[:60]} » est gardé sous « {pairs[-1][0]} »."
        keys.note(number, Code.UNREADABLE_LINE, said)
    return [(name, " ".join(values).strip(), number) for name, values, number in pairs]


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "\"'":
        return value
    if value[0] == "'":
        return value[1:-1].replace("''", "'")
    return _ESCAPE.sub(_unescaped, value[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _SIMPLE_ESCAPES.get(match[4], match[4])
    number = int(code, 16)
    return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)


def _before_hash(rest: str) -> str:
    value = rest.strip()
    return value if value[:1] in ("'", '"') else value.split(" #", 1)[0].strip()


def _hash_comments(body: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(line, text that YAML takes for a comment) where a value stands before it."""
    for number, line in enumerate(body):
        _, colon, rest = line.partition(":")
        value = rest.strip()
        if not colon or line.lstrip().startswith("#") or value[:1] in ("'", '"', "|", ">"):
            continue
        if value.startswith("#"):
            yield number, value
        elif " #" in value:
            yield number, "#" + value.split(" #", 1)[1]


def _with_hash(keys: Keys, name: str, value: str, line: int, hashes: dict[int, str]) -> str:
    eaten = hashes.get(line)
    if eaten is None:
        return value
    if not value or value == eaten:
        said = f"« {name} » commence par « # » : « {eaten} » est gardé comme texte."
        keys.note(line, Code.EATEN_BY_HASH, f"{said} Mettez-le entre guillemets.")
        return eaten
    said = f"« {name} » vaut « {value} » : « {eaten} » est lu comme un commentaire."
    keys.note(line, Code.EATEN_BY_HASH, f"{said} Si c’est la valeur, mettez des guillemets.")
    return value
