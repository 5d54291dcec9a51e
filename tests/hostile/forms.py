"""The forms that our own pages hold: what a hostile request begins with, to get deep."""

from __future__ import annotations

import html5lib

from tests.access.matrix import Line
from tests.hostile.world import World

Pair = tuple[str, str]
XHTML = "{http://www.w3.org/1999/xhtml}"
# who finds the most forms, each of another kind
LOOKERS = ("Anne", "Lucie", "Odile", "visitor")


def forms_of(world: World, lines: list[Line]) -> dict[str, list[list[Pair]]]:
    """{path: forms as they would be sent from some page}, with a token where one is drawn."""
    found: dict[str, list[list[Pair]]] = {}
    for looker in LOOKERS:
        client = world.client(looker)
        for line in lines:
            if line.method != "GET":
                continue
            with client.get(line.address.format(**world.rows)) as answer:
                if answer.mimetype == "text/html" and answer.status_code == 200:
                    _collect(answer.text, line.address.format(**world.rows), found)
    return found


def _collect(page: str, address: str, found: dict[str, list[list[Pair]]]) -> None:
    tree = html5lib.parse(page, treebuilder="etree")
    for form in tree.iter(f"{XHTML}form"):
        if form.get("method") != "post":
            continue
        path = (form.get("action") or address).split("?")[0]
        pairs = [pair for element in form.iter() for pair in _sent(element)]
        if pairs not in found.setdefault(path, []):
            found[path].append(pairs)
    for button in tree.iter(f"{XHTML}button"):
        if button.get("formaction"):
            pairs = [(button.get("name") or "x", button.get("value") or "")]
            known = found.setdefault(button.get("formaction").split("?")[0], [])
            if pairs not in known:
                known.append(pairs)


def _sent(element: object) -> list[Pair]:
    tag, get = element.tag, element.get  # type: ignore[attr-defined]
    name = get("name")
    if not name or name == "csrf_token":
        return []
    if tag == f"{XHTML}textarea":
        return [(name, element.text or "")]  # type: ignore[attr-defined]
    if tag == f"{XHTML}select":
        options = list(element.iter(f"{XHTML}option"))  # type: ignore[attr-defined]
        return [(name, (options[0].get("value") or "") if options else "")]
    return [(name, get("value") or "")]
