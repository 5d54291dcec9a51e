"""What the keys of a node mean: its weight and its category, read with forgiveness."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.frameworks.format import vocabulary as words
from app.frameworks.format.drafts import Diagnostic, remark
from app.frameworks.format.outline import RawNode
from app.frameworks.kinds import DiagnosticCode as Code
from app.frameworks.kinds import FrameworkKind


@dataclass(frozen=True, slots=True)
class Values:
    points: Decimal | None
    percentage: Decimal | None
    category: str | None


def read_values(raw: RawNode, found: list[Diagnostic]) -> Values:
    _genre(raw, found)
    return Values(
        _number(raw, "points", found),
        _number(raw, "pourcentage", found),
        _category(raw, found),
    )


def _number(raw: RawNode, key: str, found: list[Diagnostic]) -> Decimal | None:
    written = raw.keys.get(key, "").strip()
    if not written:
        return None
    bare = written.removesuffix("%").strip() if key == "pourcentage" else written
    value = words.number(bare)
    if value is not None and bare == written and "," not in written:
        return value
    if value is None:
        said = f"« {key}: {written[:40]} » n’est pas un nombre positif : laissé de côté dans le"
        message = f"{said} calcul, gardé dans la fiche."
    else:
        message = f"« {key}: {written} » : lu comme {value} ; un nombre seul, à point, est attendu."
    found.append(remark(raw.file, raw.key_lines.get(key, raw.line), Code.NUMBER, message))
    return value


def _category(raw: RawNode, found: list[Diagnostic]) -> str | None:
    written = raw.keys.get("categorie", "").strip()
    if not written:
        return None
    known = words.category(written)
    if known == written:
        return known
    if known is None:
        message = f"catégorie « {written[:40]} » inconnue : gardée telle quelle."
    else:
        message = f"catégorie « {written} » : lue comme « {known} », l’écriture attendue."
    line = raw.key_lines.get("categorie", raw.line)
    found.append(remark(raw.file, line, Code.CATEGORY, message))
    return known or written


def _genre(raw: RawNode, found: list[Diagnostic]) -> None:
    """Read from the keys where it is needed; here it is only looked at."""
    written = raw.keys.get("genre", "").strip()
    if written and words.genre(written) is None:
        message = f"genre « {written[:40]} » inconnu : lu comme « {FrameworkKind.MATURITY} »."
        line = raw.key_lines.get("genre", raw.line)
        found.append(remark(raw.file, line, Code.GENRE, message))
