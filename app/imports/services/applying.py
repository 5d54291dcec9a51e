"""Does what a preview shows, with the verbs of the rooms below, all of it or nothing.

The caller checked rights and commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Territory
from app.accounts.services.belonging import attach
from app.accounts.services.claims import bearer_of
from app.accounts.services.organisations import OrganisationText, create_organisation
from app.core.folding import fold
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.imports import heading
from app.imports.deciding import Decision, Taken
from app.imports.kinds import ImportState, NameChoice, TableKind
from app.imports.models import Import, ImportedRow, RememberedColumns, RememberedName
from app.imports.names import Choice
from app.imports.queries import organisations_by_key, remembered_columns
from app.imports.services import people, projects, steps, zones
from app.imports.services.ledger import difference, picture
from app.imports.services.preparing import Prepared, prepare, require_draft
from app.imports.services.work import Work
from app.plans.models import ActionPlan, Project, Step, Theme, TrackingSheet


def apply(
    session: Session,
    found: Import,
    *,
    default_lead_id: int,
    launches: bool,
    now: datetime,
    today: date,
    who: Viewer | None = None,
    mails: bool = False,
) -> Prepared:
    """Apply an import. Raises RefusedError while names are to be confirmed.

    `who`: as in `prepare`. `mails`: whether organisations of other territories whose SIRET the
    table gives to records of this one are asked by mail, too, if they are the same.
    """
    # of two taps the second waits, and finds it applied
    session.refresh(found, with_for_update={"of": Import})
    require_draft(found)
    prepared = prepare(session, found, who)
    if prepared.questions:
        raise RefusedError("Confirmez d’abord les noms : chacun dit ce qu’il désigne.")
    attached = list(_attach(session, found, prepared))
    before = picture(session, found)
    work = _begin(session, found, default_lead_id, now, today)
    work.asker_id = who.person_id if who else found.brought_by_id
    work.asks_by_mail = mails
    _make_organisations(work, prepared)
    found.launches = launches
    # the verbs flush what is looked for again; a query for each row need not
    with session.no_autoflush:
        _write(work, prepared)
        _remember(work, prepared)
    found.counts = prepared.counts()
    found.state, found.applied_at = ImportState.APPLIED, now
    found.ledger = attached + difference(before, picture(session, found))
    session.flush()
    return prepared


def _attach(session: Session, found: Import, prepared: Prepared) -> Iterator[dict[str, Any]]:
    """Organisations of other territories that are of this one from now on, for the ledger."""
    for siret in dict.fromkeys(row.siret for row in prepared.contacts if row.attaches):
        organisation = bearer_of(session, siret) if siret else None
        if organisation is not None:
            attach(organisation, found.territory)
            yield {"table": Organisation.__tablename__, "id": organisation.id, "attached": True}


def _write(work: Work, prepared: Prepared) -> None:
    rows = {row.key: row for row in work.session.scalars(_rows_of(work.found))}
    # first whom the list tells in full: rows of the tracker then find them
    for contact in prepared.contacts:
        people.write(work, contact)
    for decision in prepared.decisions:
        if not decision.is_over:
            _action(work, decision, rows)
    for row in prepared.zones:
        zones.write(work, row)


def _begin(
    session: Session, found: Import, default_lead_id: int, now: datetime, today: date
) -> Work:
    themes = session.scalars(select(Theme).where(Theme.plan_id == found.plan_id)).all()
    known = {fold(name): theme for theme in themes for name in theme.aliases.split(" · ") if name}
    known |= {fold(theme.title): theme for theme in themes}
    own = select(Project.id).where(Project.plan_id == found.plan_id)
    sheets = session.scalars(select(TrackingSheet).where(TrackingSheet.project_id.in_(own)))
    return Work(
        session,
        found,
        session.get_one(ActionPlan, found.plan_id),
        session.get_one(Territory, found.territory_id),
        default_lead_id,
        now,
        today,
        organisations_by_key(session, found.territory_id),
        known,
        {(one.project_id, one.step_id): one for one in sheets},
    )


def _rows_of(found: Import) -> Select[ImportedRow]:
    return select(ImportedRow).where(ImportedRow.plan_id == found.plan_id)


def _make_organisations(work: Work, prepared: Prepared) -> None:
    """The new ones that something is written of."""
    named = set(_named(prepared))
    for key, choice in prepared.names.new.items():
        if key in named and key not in work.organisations:
            text = OrganisationText(name=choice.name, kind=choice.kind)
            work.organisations[key] = create_organisation(
                work.session, territory=work.territory, text=text, now=work.now
            )


def _named(prepared: Prepared) -> Iterator[str]:
    for one in prepared.live:
        for field in ("lead", "owners", "partners"):
            yield from map(fold, one.item.said.get(field, "").split("\n"))
        yield from (fold(where) for where, _name in one.item.people)
    yield from (fold(row.organisation) for row in prepared.contacts)


def _action(work: Work, decision: Decision, rows: dict[str, ImportedRow]) -> None:
    if decision.target is None:
        project = projects.create(work, decision.item)
    else:
        project = work.session.get_one(Project, decision.target.id)
        projects.change(work, project, taken(decision))
    people.of_item(work, decision.item)
    _note(work, decision, rows, project.id, None)
    for one in decision.steps:
        _step(work, project, one, rows)
    if decision.target is None:
        projects.settle(work, project, decision.item.said.get("status", ""))


def _step(work: Work, project: Project, decision: Decision, rows: dict[str, ImportedRow]) -> None:
    people.of_item(work, decision.item)
    if decision.target is None:
        step = steps.create(work, project, decision.item)
    else:
        step = work.session.get_one(Step, decision.target.id)
        steps.change(work, step, taken(decision))
    _note(work, decision, rows, project.id, step.id)


def taken(decision: Decision) -> dict[str, str]:
    """What the file says and is to stand."""
    return {one.name: one.said for one in decision.changes if one.taken is Taken.FILE}


def _note(
    work: Work,
    decision: Decision,
    rows: dict[str, ImportedRow],
    project_id: int,
    step_id: int | None,
) -> None:
    """What the row became, and what it says now; what still waits for an answer stays asked."""
    asked = {one.name for one in decision.changes if one.taken is Taken.ASKED}
    row = rows.get(decision.key)
    said = dict(decision.item.said)
    if row is None:
        row = ImportedRow(
            territory_id=work.found.territory_id, plan_id=work.found.plan_id, key=decision.key
        )
        work.session.add(row)
        rows[decision.key] = row
    else:
        said |= {name: row.said[name] for name in asked if name in row.said}
    row.project_id, row.step_id = project_id, step_id
    if row.said != said:
        row.said = said


def _remember(work: Work, prepared: Prepared) -> None:
    """Columns as they were named, and what names stand for, for the next table."""
    known = remembered_columns(work.session, work.found.territory_id)
    for table in work.found.tables:
        if table["kind"] == TableKind.NONE or table["bottom"] < 0:
            continue
        signature = heading.signature(table["headings"])
        row = known.get(signature)
        if row is None:
            row = RememberedColumns(territory_id=work.found.territory_id, signature=signature)
            work.session.add(row)
            # two sheets may have the same headings
            known[signature] = row
        row.kind, row.fields = TableKind(table["kind"]), table["fields"]
    _remember_names(work, prepared)


def _remember_names(work: Work, prepared: Prepared) -> None:
    own = select(RememberedName).where(RememberedName.territory_id == work.found.territory_id)
    known = {one.key: one for one in work.session.scalars(own)}
    said = work.found.names.get("said", {})
    for key, choice in prepared.names.said.items():
        if key not in said or choice.choice is NameChoice.PERSON:
            continue
        # a new one that nothing was written of was not made
        if choice.choice is not NameChoice.IGNORED and fold(choice.name) not in work.organisations:
            continue
        row = known.get(key)
        if row is None:
            row = RememberedName(territory_id=work.found.territory_id, key=key)
            work.session.add(row)
        _point(work, row, choice)


def _point(work: Work, row: RememberedName, choice: Choice) -> None:
    if choice.choice is NameChoice.IGNORED:
        row.choice, row.organisation_id = NameChoice.IGNORED, None
    else:
        row.choice = NameChoice.KNOWN
        row.organisation_id = work.organisations[fold(choice.name)].id
