"""The lines of the table as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from app.imports.kinds import Field
from app.imports.tracker import Cell
from app.imports.writing import workbook
from app.overview.queries.table import TableLine
from app.plans.labels import label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    (Field.ACTION, "Projet"),
    (Field.STEP, "Étape"),
    (Field.ORGANISATION, "Organisation responsable"),
    (Field.PERSON, "Personne responsable"),
    (Field.END, "Échéance"),
    (Field.STATUS, "Statut"),
    (Field.STATUS, "En retard"),
    (Field.STATUS, "Jalon"),
    (Field.STATUS, "Zone"),
    (Field.THEME, "Axe"),
)


def sheet_of(lines: Iterable[TableLine]) -> bytes:
    headings = [(field, _(heading)) for field, heading in COLUMNS]
    return workbook(headings, _rows(lines), sheet=_("Étapes"), kept_columns=2)


def _rows(lines: Iterable[TableLine]) -> Iterator[list[Cell]]:
    for one in lines:
        line = one.line
        yield [
            one.project,
            line.title,
            line.organisation,
            line.person,
            line.due_on or line.due_text,
            _(label(line.status)),
            _("oui") if line.late else None,
            _("oui") if line.is_milestone else None,
            one.zone,
            one.theme,
        ]
