"""The annual meeting's sheet on a page, whether it is today's or a published one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.accounts.models import Territory
from app.plans.kinds import Stage
from app.reports.freezing import Frozen
from app.reports.labels import METHODS_TOLD, STAGES_IN_SHORT
from app.web.gate import viewer


def sheet_page(template: str, frozen: Frozen, territory: Territory, **more: Any) -> str:
    return render_template(
        template,
        sheet=frozen.sheet,
        levels=frozen.levels,
        stage_words=[STAGES_IN_SHORT[stage] for stage in Stage],
        methods=METHODS_TOLD,
        projection=request.args.get("projection") == "1",
        # members of a firm read the whole picture, not the page of each project
        opens_projects=viewer().is_operator or territory.id in viewer().follows,
        **more,
    )
