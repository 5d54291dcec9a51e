"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Territory
from app.accounts.rules import followed_territories
from app.core import clock
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.frameworks.differences import Changed
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework
from app.frameworks.queries import kind_of, version_of, visible_frameworks
from app.maturity.branches import Branch, Decider, branches, decided_above
from app.maturity.models import Assessment
from app.maturity.onlookers import for_onlookers, proofs_without_names, without_names
from app.maturity.queries import Overview, overview
from app.maturity.queries.texts import Apart, asked_again
from app.maturity.reading import Ground
from app.maturity.rules import may_assess, names_waiting_firms
from app.maturity.standings import CriterionStanding, Standing
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory

maturity = Blueprint("maturity", __name__)
_YEAR = re.compile("20[0-9]{2}")


@dataclass(frozen=True)
class Place:
    """One criterion of one territory, framework and year, as the viewer may see it.

    `branch`: what it holds, where it is a level, a part of one or the whole measure; `above`:
    what decides of it by a status of its own; `changed`: how its text did since the answer.
    """

    territory: Territory
    framework: Framework
    standing: Standing
    criterion: CriterionStanding
    ground: Ground
    branch: Branch | None = None
    above: Decider | None = None
    changed: Changed | None = None


def territory_here(
    public_id: str, may: Callable[[Viewer, Territory], bool] | None = None
) -> Territory:
    """The territory for its followers, 404 for others; 403 where `may` says no."""
    territory = fetch(followed_territories(viewer()), public_id, may)
    show_territory(territory)
    return territory


def this_year(territory: Territory) -> int:
    """The year on the territory's calendar."""
    return clock.local_day(clock.now(), territory.time_zone).year


def year_asked(name: str = "annee") -> int | None:
    """`annee` of the address or the form; 404 for what is no year."""
    asked = request.values.get(name, "")
    if not asked:
        return None
    if not _YEAR.fullmatch(asked):
        abort(404)
    return int(asked)


def framework_here(public_id: str) -> Framework:
    return fetch(visible_frameworks(), public_id)


def look(territory: Territory, framework: Framework | None = None) -> Overview:
    """The year asked for, else this one, else the latest there is."""
    asked = year_asked()
    return overview(
        db.session(),
        territory.id,
        asked or this_year(territory),
        framework_key=framework.key if framework else None,
        or_latest=asked is None,
    )


def seen(territory: Territory, standing: Standing) -> Standing:
    """The standing with as many names as this viewer may read."""
    if names_waiting_firms(viewer(), territory.id):
        return standing
    return for_onlookers(standing)


def seen_apart(territory: Territory, apart: Sequence[Apart]) -> list[Apart]:
    """The same of what stands apart: nothing is left of what had no more than such proofs."""
    if names_waiting_firms(viewer(), territory.id):
        return list(apart)
    shown = [replace(one, proofs=proofs_without_names(one.proofs)) for one in apart]
    return [one for one in shown if one.said or one.proofs or one.due_on]


def place_of(public_id: str, framework_id: str, ref: str, *, to_change: bool = False) -> Place:
    """The criterion, or the level that holds others, that an address names; 404 where none is."""
    territory = territory_here(public_id, may_assess if to_change else None)
    framework = framework_here(framework_id)
    found = look(territory, framework)
    ground = found.grounds[framework.key]
    standing = seen(territory, found.standings[0])
    branch = _branch(territory, ground, ref)
    criterion = branch.criterion if branch else standing.criterion(ref)
    if criterion is None:
        abort(404)
    above = decided_above(ground, ref)
    again = asked_again(db.session(), ground, found.texts[framework.key].id)
    return Place(territory, framework, standing, criterion, ground, branch, above, again.get(ref))


def _branch(territory: Territory, ground: Ground, ref: str) -> Branch | None:
    """Of a framework with levels alone: programmes and objectives are not scored."""
    if kind_of(ground.roots) is not FrameworkKind.MATURITY:
        return None
    found = branches(ground).get(ref)
    if found is None or names_waiting_firms(viewer(), territory.id):
        return found
    return replace(found, criterion=without_names(found.criterion))


def text_read(standing: Standing, number: int | None) -> int | None:
    """The text of this number, where the year followed another one since the page was opened."""
    if number in (None, standing.version):
        return None
    read = version_of(db.session(), standing.framework_key, number)
    return read.id if read else None


def text_shown() -> int | None:
    """The number of the text that a page with a button showed."""
    written = request.form.get("text", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 7 else None


def assessment_of(standing: Standing) -> Assessment:
    """The row behind a standing. Raises RefusedError while nobody opened that year."""
    if standing.assessment is None:
        raise RefusedError("Ouvrez d’abord cette année pour ce référentiel.")
    return db.session.scalars(
        select(Assessment).where(Assessment.public_id == standing.assessment)
    ).one()


def attempt(verb: Callable[[], object], done: str) -> bool:
    """Run a verb and commit; say what was done, or in its own words why it was refused."""
    try:
        verb()
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return False
    db.session.commit()
    flash(done, "success")
    return True
