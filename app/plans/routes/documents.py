"""A project's documents: a panel of its page, and a page of its own."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.files.routes.shelf import give, shown
from app.plans.routes.blueprint import plans
from app.plans.shelf import ProjectShelf, shelved_projects
from app.web.gate import fetch, viewer
from app.web.limits import takes_files


@plans.get("/projets/<public_id>/documents")
def documents(public_id: str) -> ResponseReturnValue:
    return shown(_shelf(public_id))


@plans.post("/projets/<public_id>/documents")
@takes_files
def give_document(public_id: str) -> ResponseReturnValue:
    return give(_shelf(public_id))


def _shelf(public_id: str) -> ProjectShelf:
    who = viewer()
    return ProjectShelf(who, fetch(shelved_projects(who), public_id))
