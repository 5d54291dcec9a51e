"""The plan's steps as a table: filtered by the address, sorted by its headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.overview.asked import Sorting, StepFilter, query_of, read_sorting
from app.overview.kinds import Order, When
from app.overview.labels import HEADINGS, WHEN
from app.overview.queries.choices import choices_of
from app.overview.queries.table import MOST, PAGE, TableLine, how_many, lines
from app.overview.queries.views import views_of
from app.overview.routes.blueprint import asked_here, overview, plan_here, table_url, today_of, ways
from app.overview.routes.chips import chips_of
from app.overview.routes.sheet import XLSX, sheet_of
from app.overview.services.bulk import MOST as MOST_AT_ONCE
from app.plans.kinds import Priority, ProjectKind, Stage, StepStatus
from app.plans.labels import choices as words_of
from app.plans.models import ActionPlan
from app.plans.queries.project import organisations_of, people_of
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


class Heading(NamedTuple):
    """A column's heading; `sort` is for aria-sort, where the table is sorted by it."""

    text: str
    url: str
    sort: str


class Ticked(NamedTuple):
    """What a refused form had chosen, so that it is chosen again."""

    steps: frozenset[str] = frozenset()
    trouble: str = ""
    typed: Mapping[str, str] = MappingProxyType({})


@overview.get("/plans/<public_id>/tableau")
def table(public_id: str) -> ResponseReturnValue:
    sorting = read_sorting(request.args.get("tri", ""), request.args.get("sens", ""))
    return table_page(
        plan_here(public_id), asked_here(), sorting, after=request.args.get("apres", "")
    )


def table_page(
    plan: ActionPlan,
    asked: StepFilter,
    sorting: Sorting,
    *,
    after: str = "",
    ticked: Ticked | None = None,
) -> ResponseReturnValue:
    """The page, or its table alone; 422 where a form was refused."""
    session, who, today = db.session(), viewer(), today_of(plan)
    found = lines(session, who, plan.id, asked, sorting, today, after=after)
    shown, query = found[:PAGE], query_of(asked, sorting.pairs())
    offered = choices_of(session, who, plan)
    context = {
        "plan": plan,
        "asked": asked,
        "sorting": sorting,
        "query": query,
        "lines": shown,
        "total": how_many(session, who, plan.id, asked, today),
        "headings": _headings(plan, asked, sorting),
        "next_url": _next_url(plan, query, found),
        "first_url": table_url(plan, query) if after else None,
        "chips": chips_of(asked, offered),
        "table_url": table_url(plan),
        **_acts(plan, shown),
        "ticked": ticked or Ticked(),
        "today": today,
        "looks_on": plan.territory_id in who.observes,
    }
    status = 422 if ticked else 200
    if wants_fragment():
        return fragment("overview/_table.html", status, **context)
    page = render_template(
        "overview/table.html",
        **context,
        **_offered(),
        choices=offered,
        ways=ways(plan, asked, "table"),
        views=views_of(session, who, plan.id),
    )
    return page, status


def _acts(plan: ActionPlan, shown: Sequence[TableLine]) -> dict[str, object]:
    """What the bar for many steps offers, where this viewer may change any."""
    if not any(one.may_tick for one in shown):
        return {"may_change": False}
    return {
        "may_change": True,
        "organisations": organisations_of(db.session(), plan.territory_id),
        "people": people_of(db.session(), viewer(), plan.territory_id, ()),
        "most": MOST_AT_ONCE,
    }


def _offered() -> dict[str, object]:
    """What the fixed filters offer, in French."""
    return {
        "statuses": words_of(StepStatus),
        "priorities": words_of(Priority),
        "kinds": words_of(ProjectKind),
        "stages": words_of(Stage),
        "whens": [(when.value, WHEN[when]) for when in When],
    }


def _headings(plan: ActionPlan, asked: StepFilter, sorting: Sorting) -> list[Heading]:
    ways = {False: "ascending", True: "descending"}
    return [
        Heading(
            text,
            table_url(plan, query_of(asked, sorting.turned_to(by).pairs())),
            ways[sorting.is_down] if by is sorting.by else "",
        )
        for by, text in HEADINGS.items()
    ]


def _next_url(plan: ActionPlan, query: str, found: Sequence[TableLine]) -> str | None:
    if len(found) <= PAGE:
        return None
    cursor = query_of(StepFilter(), [("apres", found[PAGE - 1].cursor)])
    return table_url(plan, f"{query}&{cursor}" if query else cursor)


@overview.get("/plans/<public_id>/tableau/etapes.xlsx")
def export(public_id: str) -> ResponseReturnValue:
    """All the lines of the filter, not the page alone."""
    plan, sorting = plan_here(public_id), Sorting(Order.PROJECT)
    today = today_of(plan)
    found = lines(db.session(), viewer(), plan.id, asked_here(), sorting, today, limit=MOST)
    kept = {"Content-Disposition": 'attachment; filename="etapes.xlsx"'}
    return Response(sheet_of(found[:MOST]), mimetype=XLSX, headers=kept)
