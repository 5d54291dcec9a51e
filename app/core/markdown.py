"""Markdown to safe HTML. Markdown itself lets `[x](javascript:…)` pass; nh3 stops it."""

from __future__ import annotations

import nh3
from markdown import Markdown
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr"} | {
    f"h{level}" for level in range(2, 7)
}


def to_html(text: str) -> Markup:
    """Safe HTML of a user's or a framework's Markdown; links open nothing but http(s) and mail."""
    try:
        raw = Markdown(extensions=["sane_lists", "nl2br"], output_format="html").convert(text)
    except RecursionError:
        # thousands of nested lists: shown as they were typed
        return Markup("<p>{}</p>").format(text)
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704  # nosec B704  cleaned just above
