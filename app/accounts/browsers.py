"""What a browser calls itself, in words its owner recognises. Pure."""

from __future__ import annotations

# the first that is found: each browser also names those it descends from
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def describe_browser(user_agent: str | None) -> str:
    """« Firefox, Windows »; empty when nothing is recognised."""
    text = user_agent or ""
    named = (
        next((name for mark, name in marks if mark in text), None)
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in named if name)
