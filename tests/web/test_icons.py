"""A sign that a template names stands in the sprite: a missing one leaves a hole, silently."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = (r'\bicon\("([a-z0-9-]+)"', r'\bui\.empty\(.+?, "([a-z0-9-]+)"\)')


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text("utf-8")))
    named = {
        (name, template.relative_to(ROOT).as_posix())
        for template in (ROOT / "templates").rglob("*.html")
        for pattern in NAMED
        for name in re.findall(pattern, template.read_text("utf-8"))
    }
    assert len(named) > 50
    assert sorted((name, template) for name, template in named if name not in drawn) == []
