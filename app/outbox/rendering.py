"""Mails from their templates, without a web application around them.

A mail is a folder `templates/mail/<name>/` of subject.txt, body.txt and body.html; the bodies
extend mail/layout.txt and mail/layout.html. A name that a template needs and the context lacks
is an error, never an empty place in somebody's mail.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.core import french
from app.core.markdown import to_html
from app.outbox.message import Letter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

_NOT_READ = re.compile(r"(<style.*?</style>|<!--.*?-->|<[^>]*>)", re.DOTALL)

# at-rules stay in the head: dark mode and narrow screens cannot be inlined
_inliner = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class Rendered(NamedTuple):
    """A mail's three texts."""

    subject: str
    text: str
    html: str


def render(name: str, context: Mapping[str, object], *, folder: Path = TEMPLATES) -> Rendered:
    """Render `mail/<name>/`. Raises jinja2.TemplateError when a template or a value is missing."""
    environment = _environment(folder)

    def part(file: str) -> str:
        return environment.get_template(f"mail/{name}/{file}").render(context)

    return Rendered(
        subject=" ".join(part("subject.txt").split("\n")).strip(),
        text=_spaced(re.sub("\n{3,}", "\n\n", part("body.txt").strip("\n"))) + "\n",
        html=_inliner.inline(_spaced_page(part("body.html"))).replace("&nbsp;", french.NBSP),
    )


def written(template: str, /, **context: object) -> Letter:
    """The rendered mail as a letter, from the installation itself."""
    return Letter(**render(template, context)._asdict())


# where a letter takes what is added to it
SLOT = "<!-- more -->"


def with_more(letter: Letter, name: str, context: Mapping[str, object]) -> Letter:
    """The letter with the parts `mail/<name>.txt` and `.html` at the foot of its texts."""
    environment = _environment(TEMPLATES)
    text, html = (
        environment.get_template(f"mail/{name}.{kind}").render(context) for kind in ("txt", "html")
    )
    return replace(
        letter,
        text=f"{letter.text.rstrip()}\n\n{_spaced(text.strip())}\n",
        html=letter.html.replace(SLOT, f"{_spaced_page(html)}{SLOT}", 1),
    )


def _spaced(text: str) -> str:
    """French spacing with the one space that every font of a mail program has."""
    lines = (french.spaced(line) for line in text.split("\n"))
    return "\n".join(lines).replace(french.THIN, french.NBSP)


def _spaced_page(html: str) -> str:
    """The same for what is read of a page, whoever typed it; tags and styles stay as they are."""
    parts = _NOT_READ.split(html)
    # most of what stands between two tags is the template's own indentation
    parts[::2] = (part if part.isspace() else _spaced(part) for part in parts[::2])
    return "".join(parts)


@functools.cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # French is the source language: gettext answers what it is given
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension’s
    environment.filters.update(
        long_date=french.long_date,
        day_and_month=french.day_and_month,
        plain_date=french.plain_date,
        short_date=french.short_date,
        moment=french.moment,
        number=french.number,
        listing=french.listing,
        markdown=to_html,
    )
    environment.globals.update(count=french.count, of=french.of, tel=_tel)
    return environment


def _tel(phone: str) -> Markup:
    """A number as it was typed, on one line, that a thumb calls."""
    called = re.sub(r"[^+0-9]", "", phone)
    return Markup('<a href="tel:{}">{}</a>').format(called, phone.replace(" ", french.NBSP))
