"""The page that takes a file or a pasted table, and the plan as a table to take away."""

from __future__ import annotations

from pathlib import Path

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.rules import animated_territories
from app.core import clock
from app.files.filenames import clean_name
from app.imports import tracker
from app.imports.forms import BringForm
from app.imports.labels import STATES
from app.imports.queries import imports_of, known_plan, running_plan
from app.imports.routes.blueprint import imports, plan_of, today_of
from app.imports.services.preparing import bring
from app.imports.writing import workbook
from app.plans.models import ActionPlan
from app.sheets.kinds import Sheet, UnreadableError
from app.sheets.reading import PASTED, read_file, read_text
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.limits import takes_files

SAMPLE = Path(__file__).parents[3] / "seeds" / "templates" / "tracker.csv"
SAMPLE_NAME = "exemple-de-suivi.csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@imports.get("/plans/<public_id>/importer")
def bring_page(public_id: str) -> ResponseReturnValue:
    return _page(plan_of(public_id), BringForm(formdata=None), 200)


@imports.post("/plans/<public_id>/importer")
@takes_files
def bring_file(public_id: str) -> ResponseReturnValue:
    plan = plan_of(public_id)
    form = BringForm()
    sent = request.files.get("file")
    told = form.pasted.data or (sent and sent.filename) or _is_sample()
    if not form.validate() or not told:
        form.file.errors = [_("Choisissez un fichier, ou collez un tableau.")]
        return _page(plan, form, 422)
    try:
        name, sheets = _read(form)
    except UnreadableError as refusal:
        form.file.errors = [_(str(refusal))]
        return _page(plan, form, 422)
    found = bring(
        db.session(),
        plan=plan,
        file_name=name,
        sheets=sheets,
        person_id=viewer().person_id,
        now=clock.now(),
    )
    db.session.commit()
    return leave_to(url_for("imports.preview", public_id=found.public_id))


@imports.get("/plans/<public_id>/importer/exemple")
def sample(public_id: str) -> ResponseReturnValue:
    """A tracker of invented firms, to look at in a spreadsheet or to bring in."""
    plan_of(public_id)
    # with a mark, so that spreadsheets read its accents
    text = SAMPLE.read_text(encoding="utf-8").encode("utf-8-sig")
    kept = {"Content-Disposition": f'attachment; filename="{SAMPLE_NAME}"'}
    return Response(text, mimetype="text/csv", headers=kept)


@imports.get("/territoires/<public_id>/importer")
def bring_to_territory(public_id: str) -> ResponseReturnValue:
    """The way from the organisations' page; a territory without a plan opens one first."""
    territory = fetch(animated_territories(viewer()), public_id)
    plan = running_plan(db.session(), territory.id)
    if plan is None:
        flash(_("Ouvrez d’abord le plan d’action : un nom suffit."), "info")
        return leave_to(url_for("plans.plan_page", public_id=public_id))
    return leave_to(url_for("imports.bring_page", public_id=plan.public_id))


def _is_sample() -> bool:
    return request.form.get("exemple") == "1"


def _read(form: BringForm) -> tuple[str, tuple[Sheet, ...]]:
    if _is_sample():
        return SAMPLE_NAME, read_file(SAMPLE_NAME, SAMPLE.read_bytes())
    sent = request.files.get("file")
    if sent and sent.filename:
        name = clean_name(sent.filename)
        return name, read_file(name, sent.read())
    return PASTED, read_text(form.pasted.data or "")


def _page(plan: ActionPlan, form: BringForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "imports/bring.html",
        plan=plan,
        form=form,
        past=imports_of(db.session(), plan.id),
        zone=plan.territory.time_zone,
        states=STATES,
    )
    return page, status


@imports.get("/plans/<public_id>/exporter")
def export(public_id: str) -> ResponseReturnValue:
    plan = plan_of(public_id)
    projects = known_plan(db.session(), plan.id).projects
    data = workbook(tracker.headings(projects), tracker.rows(projects, today_of(plan)))
    kept = {"Content-Disposition": 'attachment; filename="tableau-de-suivi.xlsx"'}
    return Response(data, mimetype=XLSX, headers=kept)
