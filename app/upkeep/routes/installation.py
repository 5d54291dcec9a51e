"""« Exploitation »: the territories by their counts, and how the service is."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Territory
from app.accounts.rules import operated_territories
from app.core import clock
from app.outbox.kinds import MailState
from app.upkeep.doctor import examine
from app.upkeep.labels import MAIL_STATES, VERDICT_PILLS, VERDICTS, name_of, told
from app.upkeep.queries import PAGE, TerritoryLine, mail_counts, territory_lines
from app.upkeep.routes.blueprint import operating
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.settings import settings


@operating.get("/exploitation")
def installation() -> ResponseReturnValue:
    session, text = db.session(), request.args.get("q", "").strip()[:100]
    lines = territory_lines(session, text=text, after=_after(), now=clock.now())
    counts = mail_counts(session)
    return render_template(
        "upkeep/installation.html",
        lines=lines[:PAGE],
        text=text,
        next_url=_next_url(lines, text),
        first_url=url_for("operating.installation", q=text or None) if _after() else None,
        waiting=counts[MailState.WAITING] + counts[MailState.SENDING],
        failed=counts[MailState.FAILED] + counts[MailState.BOUNCED],
    )


@operating.get("/exploitation/sante")
def health() -> ResponseReturnValue:
    """What `flask doctor` finds, and the mails by state; asking the relay may take a while."""
    found = examine(settings(), db.engine, clock.now())
    return render_template(
        "upkeep/health.html",
        findings=[(one, name_of(one), told(one)) for one in found],
        verdicts=VERDICTS,
        pills=VERDICT_PILLS,
        counts=mail_counts(db.session()),
        mail_states=MAIL_STATES,
    )


def _after() -> Territory | None:
    """The last territory that was shown: the page goes on behind it."""
    asked = request.args.get("apres")
    if asked is None:
        return None
    return fetch(operated_territories(viewer()), asked)


def _next_url(lines: list[TerritoryLine], text: str) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1].public_id
    return url_for("operating.installation", q=text or None, apres=last)
