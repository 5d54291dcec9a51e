"""The journal of a project and of a territory, read and taken away as a table."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_territory
from app.accounts.rules import may_animate, visible_territories
from app.journal.models import Change
from app.logbook.export import as_csv
from app.logbook.routes.blueprint import asked, logbook
from app.logbook.routes.showing import Scope, Shown, exported, filters, latest, page
from app.plans.models import Project
from app.plans.queries.project import PROJECT_TO_CHANGE
from app.plans.rules import may_reopen_project
from app.web.database import db
from app.web.gate import admit, fetch, viewer
from app.web.htmx import fragment, wants_fragment
from app.web.navigation import show_territory

IN_PANEL = 5
# lines of the change log that one table holds
EXPORTED = 10_000


@logbook.get("/projets/<public_id>/journal")
def project(public_id: str) -> ResponseReturnValue:
    found = _project(public_id)
    scope = _of_project(found)
    if request.args.get("apercu") and wants_fragment():
        entries = latest(viewer(), scope, IN_PANEL)
        return fragment("logbook/_panel.html", entries=entries, path=scope.path)
    exports = may_reopen_project(viewer(), found)
    return answer(scope, "logbook/project.html", project=found, exports=exports)


@logbook.get("/projets/<public_id>/journal.csv")
def project_table(public_id: str) -> ResponseReturnValue:
    """For who carries the project or drives the territory: funders want dated facts."""
    found = admit(_project(public_id), may_reopen_project)
    return _table(_of_project(found), f"journal-{found.public_id}", found.title)


@logbook.get("/territoires/<public_id>/journal")
def territory(public_id: str) -> ResponseReturnValue:
    found = open_territory(public_id)
    exports = may_animate(viewer(), found)
    return answer(_of_territory(found), "logbook/territory.html", place=found, exports=exports)


@logbook.get("/territoires/<public_id>/journal.csv")
def territory_table(public_id: str) -> ResponseReturnValue:
    found = fetch(visible_territories(viewer()), public_id, may_animate)
    return _table(_of_territory(found), f"journal-{found.public_id}", "")


def answer(scope: Scope, template: str, **context: object) -> ResponseReturnValue:
    """The list alone for htmx, the whole page otherwise."""
    readable = scope.read_by(viewer())
    shown = page(viewer(), scope, readable, asked())
    if wants_fragment():
        return fragment("logbook/_journal.html", **shown, **context)
    return render_template(template, **shown, **filters(viewer(), readable), **context)


def _project(public_id: str) -> Project:
    found = admit(PROJECT_TO_CHANGE.find(db.session(), viewer(), public_id))
    show_territory(found.territory)
    return found


def _of_project(found: Project) -> Scope:
    return Scope(
        condition=Change.project_id == found.id,
        path=f"/projets/{found.public_id}/journal",
        zone=found.territory.time_zone,
        shows_projects=False,
    )


def _of_territory(found: Territory) -> Scope:
    return Scope(
        condition=Change.territory_id == found.id,
        path=f"/territoires/{found.public_id}/journal",
        zone=found.time_zone,
    )


def _table(scope: Scope, name: str, title: str) -> ResponseReturnValue:
    entries, is_cut = exported(viewer(), scope, asked(), EXPORTED)
    rows = [_row(entry, title) for entry in entries]
    if is_cut:
        rows.append(
            ("", "", "", "", "", _("La suite est plus ancienne : choisissez une période."), "")
        )
    return Response(
        as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _row(entry: Shown, title: str) -> tuple[str, ...]:
    return (
        f"{entry.at:%d/%m/%Y}",
        f"{entry.at:%H:%M}",
        entry.told.actor,
        entry.told.how,
        entry.project[0] if entry.project else title,
        entry.told.sentence,
        " ".join(entry.told.facts),
    )
