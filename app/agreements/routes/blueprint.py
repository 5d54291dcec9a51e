"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import contains_eager

from app.core.viewer import Viewer
from app.plans.models import Partner, Project
from app.plans.rules import visible_partners
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory

agreements = Blueprint("agreements", __name__)


def partner_to_change(
    public_id: str, may: Callable[[Viewer, Partner], bool] | None = None
) -> Partner:
    """A part in a project that the viewer sees, with what the rules look at."""
    found = fetch(
        visible_partners(viewer()).options(
            contains_eager(Partner.project).joinedload(Project.territory),
            contains_eager(Partner.project).joinedload(Project.theme),
            contains_eager(Partner.project).selectinload(Project.partners),
        ),
        public_id,
        may,
    )
    show_territory(found.project.territory)
    return found


def back_to(project: Project, anchor: str) -> ResponseReturnValue:
    url = url_for("plans.project", public_id=project.public_id, _anchor=anchor)
    return redirect(url, code=303)
