"""The tree that finds a route, built once for all applications with the same routes.

Nearly every test has an application of its own and asks it a few addresses; building the tree
takes longer than asking. What is found belongs to the application that came first: patterns,
methods and endpoints are the same there, and views are looked up by their endpoint.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.routing.matcher import StateMachineMatcher

_trees: dict[tuple[object, ...], StateMachineMatcher] = {}


class MatcherOnce:
    """Takes routes like Werkzeug's matcher, and asks the tree that was made of the same ones."""

    def __init__(self, merge_slashes: bool) -> None:
        self.merge_slashes = merge_slashes
        self._rules: list[Rule] = []
        self._tree: StateMachineMatcher | None = None

    def add(self, rule: Rule) -> None:
        self._rules.append(rule)
        self._tree = None

    def update(self) -> None:
        """The tree is sorted when it is made."""

    def match(self, *asked: Any) -> Any:
        if self._tree is None:
            self._tree = _tree_of(self._rules, self.merge_slashes)
        return self._tree.match(*asked)


class MapOnce(Map):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._matcher: Any = MatcherOnce(self.merge_slashes)


def share(made: type[Flask]) -> None:
    """Let all applications of this class have their trees in common."""
    made.url_map_class = MapOnce


def _tree_of(rules: list[Rule], merge_slashes: bool) -> StateMachineMatcher:
    key = (merge_slashes, *map(_known_by, rules))
    if key not in _trees:
        tree = StateMachineMatcher(merge_slashes)
        for rule in rules:
            tree.add(rule)
        tree.update()
        _trees[key] = tree
    return _trees[key]


def _known_by(rule: Rule) -> tuple[object, ...]:
    """All that decides what a request finds there."""
    return (
        rule.rule,
        rule.subdomain,
        rule.host,
        rule.endpoint,
        frozenset(rule.methods or ()),
        tuple(sorted((rule.defaults or {}).items())),
        rule.redirect_to,
        rule.strict_slashes,
        rule.merge_slashes,
        rule.websocket,
    )
