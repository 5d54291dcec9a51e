"""Remarks about the weights of children: missing, mixed, or with an odd sum (domain.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.frameworks.format.drafts import Diagnostic, NodeDraft, remark, walk
from app.frameworks.kinds import DiagnosticCode as Code

_WHOLE = Decimal(100)


def check_weights(roots: Iterable[NodeDraft]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for node in walk(roots):
        if node.children:
            found += _check_children(node)
        elif node.parent is None:
            said = f"« {node.title[:60]} » n’a aucune sous-action : lu seul, noté d’un bloc."
            found.append(remark(node.file, node.line, Code.NO_CHILDREN, said))
    return found


def _check_children(node: NodeDraft) -> list[Diagnostic]:
    points = [child.points for child in node.children if child.points is not None]
    shares = [
        child.percentage
        for child in node.children
        if child.points is None and child.percentage is not None
    ]
    bare = len(node.children) - len(points) - len(shares)
    messages = [
        _missing(node, points, shares, bare),
        _odd_sum(node, points, shares, bare),
        _contradiction(node),
    ]
    return [remark(node.file, node.line, code, said) for code, said in messages if said]


def _missing(
    node: NodeDraft, points: list[Decimal], shares: list[Decimal], bare: int
) -> tuple[Code, str]:
    name = f"« {node.id} {node.title[:40]} »"
    if not bare or (not points and not shares and _weigh_by_their_own(node)):
        return Code.MISSING_WEIGHT, ""
    if points:
        said = f"{bare} sous-action(s) de {name} sans points à côté d’autres qui en ont : 0 point."
        return Code.MISSING_WEIGHT, said
    if shares:
        said = f"{bare} sous-action(s) de {name} sans pourcentage : parts égales du reste."
        return Code.MISSING_WEIGHT, said
    return Code.NO_WEIGHTS, f"les sous-actions de {name} n’ont pas de poids : parts égales."


def _weigh_by_their_own(node: NodeDraft) -> bool:
    """Children without a weight that get theirs from below, as axes and sub-axes do."""
    return any(below.points is not None for child in node.children for below in child.children)


def _odd_sum(
    node: NodeDraft, points: list[Decimal], shares: list[Decimal], bare: int
) -> tuple[Code, str]:
    name = f"« {node.id} {node.title[:40]} »"
    share, total = sum(shares, Decimal(0)), sum(points, Decimal(0))
    if shares and not points and (share > _WHOLE or (share != _WHOLE and not bare)):
        said = f"les pourcentages sous {name} font {share} au lieu de 100 : gardés tels quels."
        return Code.WEIGHTS_SUM, said
    wanted = _wanted_points(node)
    if points and wanted is not None and total != wanted:
        said = f"les points sous {name} font {total} au lieu de {wanted} : gardés tels quels."
        return Code.WEIGHTS_SUM, said
    return Code.WEIGHTS_SUM, ""


def _contradiction(node: NodeDraft) -> tuple[Code, str]:
    if node.points is None:
        return Code.TWO_WEIGHTS, ""
    for child in node.children:
        if child.points is None or child.percentage is None:
            continue
        if child.points * _WHOLE != node.points * child.percentage:
            said = f"« {child.id} » vaut {child.points} points, et {child.percentage} % de"
            what = f"« {node.id} » qui en a {node.points} : les points l’emportent."
            return Code.TWO_WEIGHTS, f"{said} {what}"
    return Code.TWO_WEIGHTS, ""


def _wanted_points(node: NodeDraft) -> Decimal | None:
    """The parent's points; 100 for a parent without, whose children share its own file.

    Early official files write the percent of the measure as `points` (6.3.1: 15, 20, 20, 25,
    20), while axes without points add up measures that come from other files.
    """
    if node.points is not None or node.percentage is not None:
        return node.points
    same_file = all(child.file == node.file for child in node.children)
    return _WHOLE if same_file else None
