"""HTML comments around whole nodes: what an author meant to hide is read, and told.

A comment that is never closed hides nothing: it is an oddity of its line, told as raw HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Comments(Generic[T]):
    """Follows one file's text; `T` is whatever stands for a node."""

    def __init__(self) -> None:
        self._is_open = False
        self._inside: list[T] = []

    def add(self, node: T) -> None:
        if self._is_open:
            self._inside.append(node)

    def hidden_by(self, lines: Sequence[str]) -> list[T]:
        """The nodes above these lines that stand in a comment which the lines close."""
        hidden: list[T] = []
        for line in lines:
            if "-->" in line and self._is_open:
                hidden += self._inside
                self._inside = []
            last_opened, last_closed = line.rfind("<!--"), line.rfind("-->")
            if last_opened != last_closed:
                self._is_open = last_opened > last_closed
        return hidden
