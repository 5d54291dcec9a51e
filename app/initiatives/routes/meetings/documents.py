"""A meeting's documents: the signed sheet, a presentation; and the photos of its posters."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.files.routes.shelf import give, shown
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import meeting_here
from app.initiatives.rules.meetings import reads_minutes
from app.initiatives.shelf import DOCUMENTS, POSTERS, MeetingShelf
from app.web.gate import viewer
from app.web.limits import takes_files


def _shelf(public_id: str, kind: str) -> MeetingShelf:
    return MeetingShelf(viewer(), meeting_here(public_id, reads_minutes), kind)


@initiatives.get("/rencontres/<public_id>/documents")
def documents(public_id: str) -> ResponseReturnValue:
    return shown(_shelf(public_id, DOCUMENTS))


@initiatives.post("/rencontres/<public_id>/documents")
@takes_files
def give_document(public_id: str) -> ResponseReturnValue:
    return give(_shelf(public_id, DOCUMENTS))


@initiatives.get("/rencontres/<public_id>/affiches")
def posters(public_id: str) -> ResponseReturnValue:
    return shown(_shelf(public_id, POSTERS))


@initiatives.post("/rencontres/<public_id>/affiches")
@takes_files
def give_poster(public_id: str) -> ResponseReturnValue:
    return give(_shelf(public_id, POSTERS))
