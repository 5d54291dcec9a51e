"""What every template can say: French dates and numbers, safe Markdown."""

from __future__ import annotations

from flask import Flask

from app.core import french
from app.core.markdown import to_html


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        long_date=french.long_date,
        day_and_month=french.day_and_month,
        plain_date=french.plain_date,
        short_date=french.short_date,
        moment=french.moment,
        number=french.number,
        markdown=to_html,
        listing=french.listing,
    )
    app.jinja_env.globals.update(count=french.count, of=french.of)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
