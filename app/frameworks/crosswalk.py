"""What a framework takes over from those before it, as its own file declares it. Data, never code.

| key | on | value | meaning |
|---|---|---|---|
| `sources` | the root | `eci = maillage-eci, eci-3.5; cae = …` | short names of frameworks |
| `reprend` | any node | `eci 3.5.3; eci 3.5.4.3` | nodes that it comes from, and all below |
| `reprise` | the same node | `statut`, `preuves` | what carries over; `preuves` when missing |

`statut`: the status carries over with the proofs. `preuves`: the proofs do, the status is asked
again. A node without `reprend` begins with nothing. What cannot be read has no effect;
`check_crosswalk` says so. docs/framework-format.md is the author's manual.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.folding import fold
from app.frameworks.format import Diagnostic, NodeDraft, walk
from app.frameworks.format.drafts import remark
from app.frameworks.kinds import DiagnosticCode

_NAME = re.compile(r"[0-9A-Za-zÀ-ÿ_-]{1,40}")
_LONGEST = 2_000


class CarriesOver(enum.StrEnum):
    """What a node takes from those that it comes from, spelled as the files spell it."""

    STATUS = "statut"
    PROOFS = "preuves"


@dataclass(frozen=True)
class Origin:
    """A node of an earlier framework, by the short name that `sources` gives to that one."""

    source: str
    ref: str


@dataclass(frozen=True)
class Successor:
    """A node and those that it takes over."""

    ref: str
    origins: tuple[Origin, ...]
    carries: CarriesOver


@dataclass(frozen=True)
class Crosswalk:
    """`sources`: short name → the keys that this framework may be kept under, best first."""

    sources: Mapping[str, tuple[str, ...]]
    successors: tuple[Successor, ...]


def crosswalk_of(roots: Sequence[NodeDraft]) -> Crosswalk:
    """What a framework declares; empty where it comes after none."""
    return _read(roots)[0]


def keys_taken_over(roots: Iterable[NodeDraft]) -> tuple[str, ...]:
    """The keys that `sources` names, each once, in their order."""
    named = (key for root in roots for keys in _sources(root, []).values() for key in keys)
    return tuple(dict.fromkeys(named))


def check_crosswalk(
    roots: Sequence[NodeDraft], known: Mapping[str, Collection[str]]
) -> list[Diagnostic]:
    """Warnings about what cannot be read, and about nodes that are in none of its sources.

    `known`: ids by the key of the frameworks at hand; where none of a source's keys is there,
    nothing is said of its nodes.
    """
    crosswalk, found = _read(roots)
    nodes = {node.id: node for node in walk(roots)}
    for one in crosswalk.successors:
        for origin in one.origins:
            at_hand = [known[key] for key in crosswalk.sources[origin.source] if key in known]
            if at_hand and not any(origin.ref in ids for ids in at_hand):
                said = f"« {origin.ref} » n’existe pas dans « {origin.source} » : rien n’en vient."
                found.append(_remark(nodes[one.ref], said))
    return found


def _read(roots: Sequence[NodeDraft]) -> tuple[Crosswalk, list[Diagnostic]]:
    found: list[Diagnostic] = []
    sources: dict[str, tuple[str, ...]] = {}
    for root in roots:
        sources.update(_sources(root, found))
    successors = []
    for node in walk(roots):
        origins = _origins(node, sources, found)
        carries = _carries(node, found)
        if origins:
            successors.append(Successor(node.id, origins, carries))
        elif "reprise" in node.keys:
            found.append(_remark(node, "« reprise » sans « reprend » : sans effet."))
    return Crosswalk(sources, tuple(successors)), found


def _sources(root: NodeDraft, found: list[Diagnostic]) -> dict[str, tuple[str, ...]]:
    sources: dict[str, tuple[str, ...]] = {}
    for entry in _entries(root, "sources", found):
        name, equals, keys = (part.strip() for part in entry.partition("="))
        kept = tuple(key.strip() for key in keys.split(",") if key.strip())
        if not equals or not kept or not _NAME.fullmatch(name):
            said = f"« sources: {entry[:60]} » sans effet ; « eci = maillage-eci » est attendu."
            found.append(_remark(root, said))
        elif name in sources:
            said = f"« sources » nomme « {name} » deux fois : seule la première compte."
            found.append(_remark(root, said))
        else:
            sources[name] = kept
    return sources


def _origins(
    node: NodeDraft, sources: Mapping[str, tuple[str, ...]], found: list[Diagnostic]
) -> tuple[Origin, ...]:
    origins = []
    for entry in _entries(node, "reprend", found):
        name, _, ref = entry.partition(" ")
        if not ref.strip():
            said = f"« reprend: {entry[:60]} » sans effet ; « eci 3.5.3 » est attendu."
            found.append(_remark(node, said))
        elif name not in sources:
            said = f"« reprend » cite « {name[:40]} », que « sources » ne nomme pas : sans effet."
            found.append(_remark(node, said))
        else:
            origins.append(Origin(name, ref.strip()))
    return tuple(dict.fromkeys(origins))


def _carries(node: NodeDraft, found: list[Diagnostic]) -> CarriesOver:
    word = fold(node.keys.get("reprise", CarriesOver.PROOFS))
    if word in tuple(CarriesOver):
        return CarriesOver(word)
    said = (
        f"« reprise: {word[:40]} » lue comme « preuves » ; « statut » ou « preuves » est attendu."
    )
    found.append(_remark(node, said))
    return CarriesOver.PROOFS


def _entries(node: NodeDraft, key: str, found: list[Diagnostic]) -> list[str]:
    raw = node.keys.get(key, "")
    if len(raw) > _LONGEST:
        found.append(_remark(node, f"« {key} » est trop long : sans effet."))
        return []
    return [entry for part in raw.split(";") if (entry := " ".join(part.split()))]


def _remark(node: NodeDraft, said: str) -> Diagnostic:
    code = DiagnosticCode.UNREADABLE_RULE
    return remark(node.file, node.line, code, f"« {node.id} » : {said}")
