"""What every application compiles alike, compiled once in a test process.

Nearly every test has an application of its own. What a template's source and a route's pattern
become depends on nothing else in it, and takes longer than most tests.
"""

from __future__ import annotations

from types import CodeType
from typing import Any, NamedTuple

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Route(NamedTuple):
    """What becomes of a pattern."""

    parts: Any
    trace: Any
    converters: Any
    arguments: frozenset[str]
    build: Any
    build_unknown: Any


_code: dict[tuple[str, str], CodeType | None] = {}
_routes: dict[tuple[object, ...], _Route] = {}


class TemplatesOnce(BytecodeCache):
    """Code by the name of a template and by its source."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        _code[bucket.key, bucket.checksum] = bucket.code


class RuleOnce(Rule):
    """A route: the functions that write its address take it as an argument, so they are shared.

    So are its converters; those that we use ask nothing of the map that they were made for.
    """

    def compile(self) -> None:
        key = (self.rule, self.subdomain, *sorted((self.defaults or {}).items()))
        if key not in _routes:
            super().compile()
            builders = (self._build.__func__, self._build_unknown.__func__)  # type: ignore[attr-defined]
            _routes[key] = _Route(
                self._parts, self._trace, self._converters, frozenset(self.arguments), *builders
            )
            return
        known = _routes[key]
        self._parts, self._trace, self._converters = known.parts, known.trace, known.converters
        self.arguments.update(known.arguments)
        self._build = known.build.__get__(self)
        self._build_unknown = known.build_unknown.__get__(self)


def share(made: type[Flask]) -> None:
    """Let all applications of this class have them in common."""
    made.url_rule_class = RuleOnce
    made.jinja_options = {**made.jinja_options, "bytecode_cache": TemplatesOnce()}
