"""An ugly tracker as collectivités have it: forty rows, and every fault that they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.imports.layout import TRACKER
from app.imports.models import Import
from app.imports.services.preparing import bring
from app.sheets.reading import read_text
from tests.cast import NOW, Cast
from tests.sheets.samples import xlsx_of

HEADINGS = [heading for _field, heading in TRACKER]


def line(**told: Any) -> list[Any]:
    """A row of the 28 columns from a few of them."""
    places = {
        "theme": 0,
        "sub_axis": 1,
        "action": 3,
        "step": 4,
        "description": 5,
        "governance": 6,
        "lead": 9,
        "partners": 11,
        "person": 13,
        "elected": 14,
        "funder": 17,
        "amount": 18,
        "funder2": 19,
        "amount2": 20,
        "budget": 23,
        "status": 24,
        "priority": 25,
        "start": 26,
        "end": 27,
    }
    row: list[Any] = [""] * len(HEADINGS)
    for name, value in told.items():
        row[places[name]] = value
    return row


def pasted(*rows: list[Any]) -> str:
    """What a spreadsheet puts on the clipboard."""

    def quoted(cell: Any) -> str:
        text = str(cell)
        return f'"{text}"' if "\n" in text else text

    return "\n".join("\t".join(map(quoted, row)) for row in (HEADINGS, *rows))


def brought(session: Session, cast: Cast, *rows: list[Any], name: str = "suivi.xlsx") -> Import:
    """A draft import of these rows by Anne, into the plan of the Val."""
    return bring(
        session,
        plan=cast.plan(),
        file_name=name,
        sheets=read_text(pasted(*rows)),
        person_id=cast.person("Anne").id,
        now=NOW,
    )


# the rows of an ugly sheet above its headings, and the one that its first row of data stands in
_ABOVE, _FIRST = 2, 5


def ugly(today: date) -> bytes:
    """Forty rows under a title and three rows of headings, with a second sheet of contacts."""
    title = ["Communauté de communes – suivi, version du 3 mars (2)", *[""] * 27]
    groups = ["Plan d’actions 2026", *[""] * 27]
    upper = [""] * 28
    upper[0], upper[17], upper[26] = "Arborescence", "Financement", "Calendrier"
    rows: list[list[Any]] = [title, [""] * 28, groups, upper, HEADINGS, *_forty(today)]
    contacts = [
        ["Nom", "Fonction", "Téléphone", "Courriel", "Entreprise", "SIRET"],
        ["Zoé Lambert", "Gérante", "03 53 01 02 03", "zoe@vallon.example", "Vallon", ""],
        ["Ali Benz", "", "", "pas une adresse", "Atelier Bois", ""],
    ]

    def touch(_book: Any, sheet: Any) -> None:
        if sheet.get_name() == "Suivi":
            # the axis and the action of the first steps stand in merged cells
            sheet.merge_range(_FIRST, 0, _FIRST + 3, 0, "1 Flux")
            sheet.merge_range(_FIRST, 3, _FIRST + 3, 3, "Réemploi des caisses")
            sheet.merge_range(_ABOVE, 0, _ABOVE, 27, "Plan d’actions 2026")
            # a formula that was worked out, and one that only looks like it
            sheet.write_formula(_FIRST + 5, 23, "=S11+U11", value=20000.5)

    return xlsx_of({"Suivi": rows, "Contacts": contacts}, touch=touch)


def _forty(today: date) -> Iterator[list[Any]]:
    past, coming = today.replace(year=today.year - 1), today.replace(year=today.year + 1)
    yield line(step="Recenser les caisses", lead="CCI + Vallon (M. X)", end=f"{past:%d/%m/%Y}")
    yield line(step="Tester la collecte", lead="Le Fournil", end="T2", status="En retard")
    yield line(step="Convention", end="fin juin ?", status="A discuter", person="Mme Roy")
    yield line(step="Bilan", end=f"{coming:%d/%m/%Y}", status="RÃ©alisÃ©")
    yield [""] * 28
    yield line(
        theme="2 Énergie",
        action="Chaleur fatale",
        description="=SOMME(A1:A3)",
        lead="CC du Val d’Aubrive",
        partners="Atelier Bois; Le Fournil",
        funder="ADEME",
        amount="12 000,50 €",
        funder2="Région",
        amount2="8 k€",
        budget="20 000,50 €",
        status="En cours",
        priority="Élevé",
        start="01/03/2026",
        end="31/02/2027",
    )
    for number in range(1, 33):
        day = past if number % 2 else coming
        yield line(
            theme="3 Animation",
            action=f"Action {(number + 3) // 4}",
            step=f"Étape {number}",
            lead="Le Fournil" if number % 3 else "",
            status="En cours" if number % 4 else "Lancé !!",
            end=f"{day:%d/%m/%Y}",
        )
    yield line(description="sans titre", budget="3000")
    yield line(action="TOTAL", budget="") if today.year < 0 else ["TOTAL", *[""] * 27]
