"""The files that prove something in a year."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.files.routes.shelf import give, shown
from app.maturity.routes.blueprint import maturity
from app.maturity.rules import visible_assessments
from app.maturity.shelf import AssessmentShelf
from app.web.gate import fetch, viewer


@maturity.get("/maturite/<public_id>/documents")
def documents(public_id: str) -> ResponseReturnValue:
    return shown(_shelf(public_id))


@maturity.post("/maturite/<public_id>/documents")
def give_document(public_id: str) -> ResponseReturnValue:
    return give(_shelf(public_id))


def _shelf(public_id: str) -> AssessmentShelf:
    return AssessmentShelf(viewer(), fetch(visible_assessments(viewer()), public_id))
