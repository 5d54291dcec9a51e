"""Several territories side by side, where they agreed; and the page where a pilot agrees."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.spreadsheet import as_csv
from app.frameworks.labels import percent
from app.imports.kinds import Field
from app.imports.writing import workbook
from app.maturity.queries.sharing import SideBySide, agreement, side_by_side
from app.maturity.routes.blueprint import maturity, territory_here, year_asked
from app.maturity.rules import compares_territories, may_share_reading
from app.maturity.services.sharing import agree, withdraw
from app.web.database import db
from app.web.gate import viewer
from app.web.undo import flash_with_undo

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = (
    "Référentiel",
    "Territoire",
    "Année",
    "Figée",
    "Niveau atteint (lecture Maillage)",
    "Réalisé, en % (indicatif)",
    "Programmé, en %",
    "Détail par niveau ou partie, en %",
)


@maturity.get("/territoires/<public_id>/maturite/lecture-partagee")
def sharing(public_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id, may_share_reading)
    return render_template(
        "maturity/sharing.html",
        territory=territory,
        agreement=agreement(db.session(), territory.id),
    )


@maturity.post("/territoires/<public_id>/maturite/lecture-partagee")
def share(public_id: str) -> ResponseReturnValue:
    """`accord=oui` agrees, anything else withdraws; each is the other's undo."""
    territory = territory_here(public_id, may_share_reading)
    here = url_for("maturity.sharing", public_id=public_id)
    if request.values.get("accord") == "oui":
        agree(
            db.session(),
            territory_id=territory.id,
            person_id=viewer().person_id,
            now=clock.now(),
        )
        said, back = _("Vos niveaux se lisent désormais à côté d’autres."), "non"
    else:
        withdraw(db.session(), territory_id=territory.id)
        said, back = _("Vos niveaux ne se lisent plus à côté d’autres."), "oui"
    db.session.commit()
    flash_with_undo(said, f"{here}?accord={back}")
    return redirect(here, code=303)


@maturity.get("/maturite/cote-a-cote")
def beside() -> ResponseReturnValue:
    year = _year()
    return render_template("maturity/side_by_side.html", found=_found(year), year=year)


@maturity.get("/maturite/cote-a-cote.<kind>")
def beside_table(kind: str) -> ResponseReturnValue:
    if kind not in ("csv", "xlsx"):
        abort(404)
    year = _year()
    found, headings = _found(year), [_(heading) for heading in HEADINGS]
    kept = {"Content-Disposition": f'attachment; filename="maturite-{year}.{kind}"'}
    if kind == "csv":
        return Response(as_csv(headings, _rows(found)), mimetype="text/csv", headers=kept)
    columns = [(Field.ACTION, heading) for heading in headings]
    book = workbook(columns, _rows(found), sheet=_("Maturité"), kept_columns=2)
    return Response(book, mimetype=XLSX, headers=kept)


def _found(year: int) -> SideBySide:
    if not compares_territories(viewer()):
        abort(404)
    return side_by_side(db.session(), viewer(), year)


def _year() -> int:
    return year_asked() or clock.now().year


def _rows(found: SideBySide) -> Iterator[list[str]]:
    for framework in found.frameworks:
        for one in framework.lines:
            at = one.point
            yield [
                framework.title,
                one.territory,
                str(at.year),
                _("oui") if at.is_frozen else _("non"),
                "" if at.level is None else f"{at.level} / {at.highest}",
                str(percent(at.score)),
                str(percent(at.planned)),
                ", ".join(f"{part.ref} : {percent(part.share)}" for part in at.parts),
            ]
