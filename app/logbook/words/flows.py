"""What a project moves and says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.core.french import that
from app.logbook.entries import HIDDEN, Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, as_number, figure, quoted
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.models import Comment, Flow


def _flow(line: Line, names: Names) -> str:
    label = names.about(line, "label")
    return f"le flux {quoted(label)}" if label else "un flux retiré depuis"


def _organisation(line: Line, names: Names) -> str:
    return names.of("Organisation", names.about(line, "organisation_id"))


def _flow_created(line: Line, names: Names) -> Clause:
    seeks = line.after("direction") == FlowDirection.INPUT
    said = "cherche" if seeks else "propose"
    label = quoted(names.about(line, "label") or "un flux")
    what = f"a noté ce {that(_organisation(line, names))} {said} : {label}"
    return Clause(what, frozenset({"organisation_id", "direction", "label"}))


def _flow_updated(line: Line, names: Names) -> Clause | None:
    if set(line.fields) == {"opened_at"}:
        said = f"a montré la quantité de {_flow(line, names)} aux partenaires confirmés de ce jour"
        return Clause(said.replace("de le flux", "du flux"), frozenset(line.fields))
    return None


def _with_units(line: Line) -> Line:
    """Quantity and unit as one amount: « 42 kg par semaine »."""
    if "quantity" not in line.fields:
        return line
    fields = dict(line.fields)
    units = fields.pop("unit", (None, None))
    amounts = (
        quantity if quantity is None or HIDDEN in (quantity, unit) else (quantity, unit)
        for quantity, unit in zip(fields["quantity"], units, strict=True)
    )
    before, after = amounts
    return replace(line, fields=fields | {"quantity": (before, after)})


def _amount(value: Any, _names: Names) -> str:
    quantity, unit = value if isinstance(value, tuple) else (value, None)
    return " ".join(filter(None, (figure(quantity), unit and " ".join(str(unit).split()))))


def _price(value: object, _names: Names) -> str:
    cents = as_number(value)
    return f"{figure(cents / 100)} €" if cents is not None else "un prix"


FLOW = Lexicon(
    model=Flow,
    topic=Topic.FLOWS,
    audience=Audience.PROJECT,
    one="flux",
    many="flux",
    thing=_flow,
    created=_flow_created,
    updated=_flow_updated,
    known=("label", "organisation_id"),
    refers={"organisation_id": "Organisation"},
    at_creation=("resource", "quantity", "unit", "price_cents"),
    joined=_with_units,
    fields={
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "direction": forms.chosen("le sens", FlowDirection),
        "resource": forms.chosen("la nature", ResourceKind, feminine=True),
        "label": forms.text("l’intitulé"),
        "opened_at": forms.noted("l’ouverture de la quantité", feminine=True),
        "quantity": forms.Field("la quantité", _amount, feminine=True),
        "unit": forms.text("l’unité", feminine=True),
        "price_cents": forms.Field("le prix", _price),
    },
)


COMMENT = Lexicon(
    model=Comment,
    topic=Topic.COMMENTS,
    audience=Audience.INVOLVED,
    one="message",
    many="messages",
    thing=lambda _line, _names: "un message des échanges",
    created=lambda _line, _names: Clause("a écrit dans les échanges"),
    at_creation=("body",),
    fields={"body": forms.long_text("le message")},
)
