"""What every template can say: French dates and numbers, safe Markdown, its words at no cost."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from flask import Flask
from jinja2 import pass_eval_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.core import french
from app.core.french import spaced
from app.core.markdown import to_html

# the description of a project is read far more often than it is written
MARKDOWN_KEPT = 512


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        long_date=french.long_date,
        day_and_month=french.day_and_month,
        plain_date=french.plain_date,
        short_date=french.short_date,
        moment=french.moment,
        number=french.number,
        money=french.money,
        markdown=functools.lru_cache(MARKDOWN_KEPT)(to_html),
        listing=french.listing,
        spaced=spaced,
    )
    app.jinja_env.globals.update(count=french.count, some=french.some, of=french.of, to=french.to)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    _speak_the_source_language(app)


def _speak_the_source_language(app: Flask) -> None:
    """Answer `_()` without looking for a catalogue, of which there is none: French is the source.

    A page says some three hundred words; Flask-Babel would look up the request's locale and its
    catalogue for each. Whoever adds a second language takes this away and measures again.
    """
    app.jinja_env.add_extension(_LiteralWords)
    app.jinja_env.globals["_"] = _words


@pass_eval_context
def _words(eval_context: EvalContext, text: str, **variables: object) -> str:
    """Like Jinja's gettext: a format string, its variables escaped where the template escapes."""
    text = spaced(text)
    if not eval_context.autoescape:
        return text % variables
    if variables:
        return Markup(text) % variables  # noqa: S704  # nosec B704  as gettext does
    return Markup(text % {})  # noqa: S704  # nosec B704  the same


class _LiteralWords(Extension):
    """Makes `{{ _("…") }}` plain text when a template is compiled, and sends no indentation."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        # one space: after a tag, whose line break is trimmed, it parts two words
        return re.sub(r"^ +", " ", source, flags=re.MULTILINE)

    _CALL = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        begun: list[Token] = []
        for token in stream:
            if token.type != self._CALL[len(begun)]:
                yield from begun
                begun = []
            if token.type != self._CALL[len(begun)]:
                yield token
                continue
            begun.append(token)
            if len(begun) == len(self._CALL):
                yield from _said(begun)
                begun = []
        yield from begun


def _said(call: list[Token]) -> list[Token]:
    """The text that stands for this call, or the call itself when it is another function's."""
    _begin, name, _open, words, *_rest = call
    if name.value != "_":
        return call
    return [Token(words.lineno, "data", spaced(words.value) % {})]
