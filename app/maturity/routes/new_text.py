"""The référentiel was updated: what changes for an open year, passed to by a click, and back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.frameworks.kinds import FrameworkKind
from app.frameworks.queries import kind_of
from app.journal.recorder import batch_of
from app.maturity.branches import is_answer
from app.maturity.queries import Overview
from app.maturity.queries.texts import new_text
from app.maturity.routes.blueprint import (
    assessment_of,
    attempt,
    framework_here,
    look,
    maturity,
    seen,
    territory_here,
)
from app.maturity.rules import may_assess
from app.maturity.services.new_text import follow_new_text, take_text_back
from app.maturity.standings import Standing
from app.web.database import db
from app.web.gate import viewer
from app.web.undo import flash_with_undo


@maturity.get("/territoires/<public_id>/maturite/<framework_id>/nouveau-texte")
def text_differences(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Whoever follows the territory reads them."""
    territory, framework = territory_here(public_id), framework_here(framework_id)
    found = look(territory, framework)
    ground, newer = found.grounds[framework.key], found.newer.get(framework.key)
    standing = seen(territory, found.standings[0])
    text = new_text(db.session(), ground, newer) if newer else None
    answered = {ref for ref, one in ground.confirmed.items() if is_answer(one)}
    return render_template(
        "maturity/new_text.html",
        territory=territory,
        framework=framework,
        standing=standing,
        answered=answered,
        waiting=[one.ref for one in text.asked if one.ref in answered] if text else [],
        proved={proof.ref for proof in ground.proofs},
        text=text,
        may_assess=may_assess(viewer(), territory),
        back=_page(public_id, framework_id, found),
    )


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/nouveau-texte")
def follow_text(public_id: str, framework_id: str) -> ResponseReturnValue:
    """`de` and `vers`: the numbers of the texts that the page compared."""
    found = _to_change(public_id, framework_id)
    standing = found.standings[0]
    try:
        follow_new_text(
            db.session(),
            assessment_of(standing),
            seen=request.form.get("de", 0, type=int),
            wanted=request.form.get("vers", 0, type=int),
        )
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return redirect(_here(public_id, framework_id, standing), code=303)
    batch = batch_of(db.session())
    db.session.commit()
    undo = url_for(
        "maturity.leave_text",
        public_id=public_id,
        framework_id=framework_id,
        batch=batch,
        annee=standing.year,
    )
    flash_with_undo(
        _("L’année %(year)s suit désormais le nouveau texte.", year=standing.year), undo
    )
    return redirect(_page(public_id, framework_id, found), code=303)


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/nouveau-texte/<batch>/annuler")
def leave_text(public_id: str, framework_id: str, batch: str) -> ResponseReturnValue:
    """« Annuler »: the year follows the text that it followed before."""
    found = _to_change(public_id, framework_id)
    attempt(
        lambda: take_text_back(
            db.session(), assessment_of(found.standings[0]), batch, now=clock.now()
        ),
        _("L’année %(year)s suit de nouveau le texte d’avant.", year=found.year),
    )
    return redirect(_page(public_id, framework_id, found), code=303)


def _to_change(public_id: str, framework_id: str) -> Overview:
    territory = territory_here(public_id, may_assess)
    return look(territory, framework_here(framework_id))


def _here(public_id: str, framework_id: str, standing: Standing) -> str:
    return url_for(
        "maturity.text_differences",
        public_id=public_id,
        framework_id=framework_id,
        annee=standing.year,
    )


def _page(public_id: str, framework_id: str, found: Overview) -> str:
    """Where the year stands: on the maturity page, or on one of its own."""
    (ground,) = found.grounds.values()
    kind = kind_of(ground.roots)
    if kind is FrameworkKind.PROGRAMME:
        return url_for("maturity.programme", public_id=public_id, framework_id=framework_id)
    return url_for(
        "maturity.page",
        public_id=public_id,
        annee=found.year,
        _anchor=f"referentiel-{framework_id}",
    )
