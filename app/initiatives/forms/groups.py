"""The form of a group."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.initiatives.forms.meetings import Pair, offered
from app.initiatives.kinds.meetings import GroupKind
from app.initiatives.labels.meetings import GROUPS
from app.initiatives.queries.people import Invitable, Place
from app.initiatives.services.groups import About
from app.plans.forms.fields import MultiCheckboxField


def place_value(organisation_id: int, person_id: int | None) -> str:
    """« 12:34 », « 12: »: an organisation, and a person of it where one is named."""
    return f"{organisation_id}:{person_id or ''}"


def read_place(value: str) -> Place | None:
    organisation, _colon, person = value.partition(":")
    if not (organisation.isdecimal() and len(value) < 40 and (person.isdecimal() or not person)):
        return None
    return int(organisation), int(person) if person else None


def read_places(values: Iterable[str], known: Iterable[Invitable]) -> list[Place]:
    """What was ticked, as far as it was offered."""
    offers = {
        place
        for one in known
        for place in [(one.id, None), *((one.id, person) for person, _name, _has in one.people)]
    }
    read = (read_place(value) for value in values)
    return [place for place in read if place in offers]


class GroupForm(VersionedForm):
    kind = RadioField(
        _l("Quel groupe ?"),
        choices=offered((kind.value, GROUPS[kind]) for kind in GroupKind),
        default=GroupKind.WORKING,
    )
    title = StringField(_l("Nom"), [DataRequired(_l("Donnez un nom au groupe.")), Length(max=200)])
    purpose = TextAreaField(_l("Ce qu’il doit faire"), [Optional(), Length(max=4000)])
    rapporteur = SelectField(_l("Qui en rend compte"), default="")
    theme_ids = MultiCheckboxField(_l("Axes du plan"), coerce=int)

    def offer(self, known: Iterable[Invitable], themes: Iterable[Pair]) -> None:
        choices = [("", _("Personne pour l’instant"))]
        for one in known:
            for person_id, name, _has in one.people:
                choices.append((place_value(one.id, person_id), f"{one.name} – {name}"))
            if not one.people:
                choices.append((place_value(one.id, None), one.name))
        self.rapporteur.choices = offered(choices)
        self.theme_ids.choices = offered(themes)

    def about(self) -> About:
        return About(
            kind=GroupKind(self.kind.data),
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            rapporteur=read_place(self.rapporteur.data or ""),
            theme_ids=self.theme_ids.data or (),
        )
